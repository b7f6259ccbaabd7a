// Gives the messages of remote_execution.proto: decode(name, bytes) and encode(name, object). Numbers are numbers, names are camelCase.
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const { root } = protobuf.parse(readFileSync(new URL('remote_execution.proto', import.meta.url), 'utf8'));

export function decode(name, bytes) {
  const type = root.lookupType(name);
  return type.toObject(type.decode(bytes), { longs: Number, bytes: Buffer, defaults: true, arrays: true });
}

export function encode(name, value) {
  const type = root.lookupType(name);
  const problem = type.verify(value);
  if (problem !== null) throw new Error(`${name}: ${problem}`);
  return Buffer.from(type.encode(value).finish());
}
