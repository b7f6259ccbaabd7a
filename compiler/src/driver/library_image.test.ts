// The library's trees packed and unpacked are the trees that parsing gives.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Names } from '../base/names.ts';
import { Sink } from '../diagnostics/sink.ts';
import { parseFile } from '../parse/parse_file.ts';
import { SourceMap } from '../source/source_map.ts';
import { packLibrary, unpackLibrary } from './library_image.ts';

const ROOT = resolve(__dirname, '../../../runtime');
const files = readdirSync(join(ROOT, 'modules'), { recursive: true })
  .map((f) => `modules/${String(f)}`)
  .filter((f) => f.endsWith('.sx'))
  .sort()
  .map((f) => [f, readFileSync(join(ROOT, f)) as Uint8Array] as const);

const COLUMNS = ['kind', 'flags', 'start', 'end', 'a', 'b', 'c', 'extra'] as const;
const hex = (c: Uint8Array | Uint16Array | Int32Array): string => Buffer.from(c.buffer, c.byteOffset, c.byteLength).toString('base64');

test('every file of the library comes back as it was parsed', () => {
  const kept = unpackLibrary(packLibrary(files), (path) => [path, `lib/${path}`]);
  const before = kept.names.count;
  const sources = new SourceMap();
  for (const [path, bytes] of files) {
    const parsed = parseFile(sources.addFile(path, bytes), kept.names, new Sink(sources));
    for (const spelling of [path, `lib/${path}`]) {
      const found = kept.trees.find(spelling, bytes)!;
      expect([path, found.root, found.count, ...COLUMNS.map((c) => hex(found[c]))]).toEqual([path, parsed.root, parsed.count, ...COLUMNS.map((c) => hex(parsed[c]))]);
    }
  }
  // Parsing them again met no name that was not there.
  expect(kept.names.count).toBe(before);
});

test('changed bytes are not found, new names are new', () => {
  const kept = unpackLibrary(packLibrary(files), (path) => [path]);
  const [path, bytes] = files[0]!;
  expect(kept.trees.find(path, Uint8Array.from([...bytes, 10]))).toBeNull();
  const count = kept.names.count;
  expect(kept.names.find('main')).toBeLessThan(count);
  const fresh = kept.names.intern('a_name_of_no_library');
  expect(fresh).toBe(count);
  expect(kept.names.text(fresh)).toBe('a_name_of_no_library');
  for (let i = 0; i < 20_000; i++) kept.names.intern(`n${i}`);
  expect(kept.names.intern('n19999')).toBe(kept.names.find('n19999'));
  expect(kept.names.text(kept.names.intern('main'))).toBe('main');
});

test('a file with mistakes is left out', () => {
  const bytes = new TextEncoder().encode('x :: ;');
  expect(unpackLibrary(packLibrary([['a.sx', bytes]]), (path) => [path]).trees.find('a.sx', bytes)).toBeNull();
});

test('names that are not ASCII stay themselves', () => {
  const names = new Names();
  for (const text of ['a', 'größe', 'z']) names.intern(text);
  const again = Names.unpack(names.pack());
  expect([1, 2, 3].map((id) => again.text(id))).toEqual(['a', 'größe', 'z']);
  expect(again.intern('größe')).toBe(2);
});
