// Takes a String or Heredoc node; gives the bytes it denotes (escapes decoded).
import type { NodeId } from '../base/ids.ts';
import { Node } from './node.ts';
import type { Tree } from './tree.ts';

const decoder = new TextDecoder('utf-8');

/** Bytes of a String or Heredoc node; empty for other nodes. Escapes: \n \t \r \\ \" \0; `\` + any other byte is that byte. */
export function stringValue(tree: Tree, node: NodeId): Uint8Array {
  const bytes = tree.file.bytes;
  if (tree.kind[node] === Node.Heredoc) return bytes.slice(tree.a[node], tree.b[node]);
  if (tree.kind[node] !== Node.String) return new Uint8Array(0);
  const start = tree.start[node] + 1;
  const end = tree.end[node] - 1;
  const out = new Uint8Array(end - start);
  let at = 0;
  for (let i = start; i < end; i++) {
    let byte = bytes[i];
    if (byte === 0x5c && i + 1 < end) byte = unescapeByte(bytes[++i]);
    out[at++] = byte;
  }
  return at === out.length ? out : out.slice(0, at);
}

/** The same as text (for paths, symbols, messages). */
export function stringText(tree: Tree, node: NodeId): string {
  return decoder.decode(stringValue(tree, node));
}

function unescapeByte(byte: number): number {
  switch (byte) {
    case 0x6e:
      return 10;
    case 0x74:
      return 9;
    case 0x72:
      return 13;
    case 0x30:
      return 0;
    default:
      return byte;
  }
}
