// Frames survive any cut of the stream: at every byte, several per chunk, empty ones, long ones.
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FrameReader, FramingError, frame } from './framing.ts';
import { blaze } from './worker_protocol.pb.js';

const bytes = (n: number, seed = 7): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (i * 31 + seed) & 255);
/** Frames as text: jest compares long arrays slowly. */
const hex = (frames: readonly Uint8Array[]): string[] => frames.map((f) => Buffer.from(f).toString('hex'));
const concat = (parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);

test('a stream cut at every byte gives the same frames', () => {
  const sent = [bytes(0), bytes(1), bytes(127), bytes(128, 3), bytes(300, 9), bytes(0), bytes(16_384, 1)];
  const stream = concat(sent.map(frame));
  for (let cut = 0; cut <= stream.length; cut += cut < 700 || cut > stream.length - 20 ? 1 : 97) {
    const reader = new FrameReader();
    const got = [...reader.push(stream.subarray(0, cut)), ...reader.push(stream.subarray(cut))];
    expect(hex(got)).toEqual(hex(sent));
    expect(reader.pending).toBe(0);
  }
});

test('bytes one at a time', () => {
  const sent = [bytes(0), bytes(200), bytes(3)];
  const reader = new FrameReader();
  expect(hex([...concat(sent.map(frame))].flatMap((b) => reader.push(Uint8Array.of(b))))).toEqual(hex(sent));
});

test('any frames in any chunks', () => {
  const cuts = fc.array(fc.nat({ max: 999 }), { maxLength: 30 });
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 12 }), cuts, (sent, at) => {
      const stream = concat(sent.map(frame));
      const reader = new FrameReader();
      const got: Uint8Array[] = [];
      let from = 0;
      for (const step of at) {
        got.push(...reader.push(stream.subarray(from, Math.min(stream.length, from + step))));
        from = Math.min(stream.length, from + step);
      }
      got.push(...reader.push(stream.subarray(from)));
      expect(hex(got)).toEqual(hex(sent));
    }),
  );
});

test('frames are copies: later chunks do not change them', () => {
  const reader = new FrameReader();
  const [first] = reader.push(frame(bytes(100)));
  reader.push(frame(bytes(100, 99)));
  expect(first).toEqual(bytes(100));
});

test('a stream that holds no frames is refused', () => {
  expect(() => new FrameReader().push(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 1))).toThrow(FramingError);
  expect(() => new FrameReader().push(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f))).toThrow(/the limit is/);
});

test('the static module is that of the .proto', () => {
  const { root } = protobuf.parse(readFileSync(join(__dirname, 'worker_protocol.proto'), 'utf8'), { keepCase: true });
  const request = {
    arguments: ['build', '', 'ä.sx'], inputs: [{ path: 'a/b.sx', digest: Buffer.from([0, 255, 1]) }, { path: 'c.h', digest: Buffer.from([9]) }],
    request_id: -5, cancel: true, verbosity: 10, sandbox_dir: '__sandbox/7',
  };
  const response = { exit_code: 70, output: 'error: x\n', request_id: 2147483647, was_cancelled: true };
  const plain = (m: object): unknown => JSON.parse(JSON.stringify(m));
  for (const [name, message] of [['WorkRequest', request], ['WorkResponse', response]] as const) {
    const dynamic = root.lookupType(`blaze.worker.${name}`);
    const own: { encode(m: object): { finish(): Uint8Array }; decode(b: Uint8Array): object } = blaze.worker[name];
    expect(dynamic.toObject(dynamic.decode(own.encode(message).finish()))).toEqual(message);
    expect(plain(own.decode(dynamic.encode(dynamic.create(message)).finish()))).toEqual(plain(message));
  }
});
