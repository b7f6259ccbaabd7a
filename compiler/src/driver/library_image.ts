// Takes the library's files; gives their trees and names as one block of bytes, and back: what a process need not parse again.
import { Names } from '../base/names.ts';
import { Sink } from '../diagnostics/sink.ts';
import { parseFile } from '../parse/parse_file.ts';
import { checkReserved } from '../parse/reserved.ts';
import { Tree, type TreeFacts } from '../parse/tree.ts';
import { SourceMap } from '../source/source_map.ts';
import { firstInvalidUtf8 } from '../source/utf8.ts';
import { Kept } from './kept.ts';

/** The header's rows are lengths; the columns follow in the same order, each at a multiple of 8. */
interface TreeRow {
  readonly path: string;
  readonly root: number;
  readonly count: number;
  readonly bytes: number;
  readonly kind: number;
  readonly flags: number;
  readonly ints: readonly number[];
  readonly facts: TreeFacts;
}

interface Header {
  readonly names: { readonly ids: number; readonly slots: number; readonly pool: number };
  readonly trees: readonly TreeRow[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const aligned = (n: number): number => (n + 7) & ~7;
const intColumns = (t: Tree): Int32Array[] => [t.start, t.end, t.a, t.b, t.c, t.extra];

/** Files with errors are left out: what is wrong with them is told by whoever reads them. */
export function packLibrary(files: Iterable<readonly [path: string, bytes: Uint8Array]>): Uint8Array {
  const names = new Names();
  const sources = new SourceMap();
  const trees: Tree[] = [];
  for (const [path, bytes] of files) {
    const sink = new Sink(sources);
    const tree = parseFile(sources.addFile(path, bytes), names, sink);
    checkReserved(tree, names, sink);
    tree.noteKinds();
    if (sink.diags.length === 0 && firstInvalidUtf8(bytes) < 0) trees.push(tree);
  }
  const n = names.pack();
  const columns: ArrayBufferView[] = [n.starts, n.ends, n.hashes, n.slots, n.pool];
  for (const t of trees) columns.push(t.file.bytes, t.kind, t.flags, ...intColumns(t));
  const header: Header = {
    names: { ids: n.starts.length, slots: n.slots.length, pool: n.pool.length },
    trees: trees.map((t) => ({
      path: t.file.path, root: t.root, count: t.count, bytes: t.file.bytes.length, kind: t.kind.length, flags: t.flags.length, ints: intColumns(t).map((c) => c.length),
      facts: t.facts,
    })),
  };
  const text = encoder.encode(JSON.stringify(header));
  const size = columns.reduce((at, c) => at + aligned(c.byteLength), 8 + aligned(text.length));
  const image = new Uint8Array(size);
  new DataView(image.buffer).setUint32(0, text.length, true);
  image.set(text, 8);
  let at = 8 + aligned(text.length);
  for (const c of columns) {
    image.set(new Uint8Array(c.buffer, c.byteOffset, c.byteLength), at);
    at += aligned(c.byteLength);
  }
  return image;
}

/**
 * What packLibrary made of `image`, which has to begin at a multiple of 8 of its buffer; trees stay views of it.
 * `spellings` gives the paths that a file of the library may come under.
 */
export function unpackLibrary(image: Uint8Array, spellings: (path: string) => readonly string[]): Kept {
  const { buffer, byteOffset } = image;
  const length = new DataView(buffer, byteOffset).getUint32(0, true);
  const header = JSON.parse(decoder.decode(image.subarray(8, 8 + length))) as Header;
  let at = byteOffset + 8 + aligned(length);
  const u8 = (n: number): Uint8Array => {
    const column = new Uint8Array(buffer, at, n);
    at += aligned(n);
    return column;
  };
  const u16 = (n: number): Uint16Array => {
    const column = new Uint16Array(buffer, at, n);
    at += aligned(n * 2);
    return column;
  };
  const i32 = (n: number): Int32Array => {
    const column = new Int32Array(buffer, at, n);
    at += aligned(n * 4);
    return column;
  };
  const { ids, slots, pool } = header.names;
  const kept = new Kept(Names.unpack({ starts: i32(ids), ends: i32(ids), hashes: i32(ids), slots: i32(slots), pool: u8(pool) }));
  for (const row of header.trees) {
    const bytes = u8(row.bytes);
    const kind = u8(row.kind);
    const flags = u16(row.flags);
    const [start, end, a, b, c, extra] = row.ints.map(i32) as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
    for (const path of spellings(row.path)) {
      const file = { id: 0, path, bytes, base: 0, origin: 0 };
      kept.trees.add(new Tree({ file, root: row.root, count: row.count, kind, flags, start, end, a, b, c, extra, hasErrors: false, facts: row.facts }));
    }
  }
  return kept;
}
