// Global positions and the in-memory file system.
import { SourceMap } from './source_map.ts';
import { MemoryVfs, normalizePath } from './vfs.ts';

test('positions of several files', () => {
  const map = new SourceMap();
  const a = map.addFile('a', new TextEncoder().encode('x\ny\r\n'));
  const b = map.addSynthetic('<insert>', 'zz', a.base + 1);
  expect(a.base).toBe(1);
  expect(map.locate(a.base + 2)).toMatchObject({ file: a, line: 2, col: 1 });
  expect(map.locate(b.base + 1)).toMatchObject({ file: b, line: 1, col: 2 });
  expect(map.fileOf(a.base + 5)).toBe(a);
  expect(map.lineText(a, 2)).toBe('y');
  expect(b.origin).toBe(a.base + 1);
});

test('memory file system', () => {
  const vfs = new MemoryVfs({ 'd/x.sx': 'x', 'd/e/y.sx': 'y' });
  expect(vfs.listDir('d')).toEqual(['e', 'x.sx']);
  expect([vfs.kind('d'), vfs.kind('d/x.sx'), vfs.kind('q')]).toEqual(['dir', 'file', null]);
  expect(vfs.sameFile('d/../d/x.sx', '/work/d/x.sx')).toBe(true);
  expect(normalizePath('./a//b/../c/')).toBe('a/c');
});
