// Processes end as a shell sees them, temporary directories go away (also on signals), writes are atomic, files read as Vfs says.
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, constants, existsSync, lstatSync, openSync, readdirSync, readFileSync, readSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Vfs } from '../source/vfs.ts';
import { RealVfs, writeFileAtomic } from './files.ts';
import { findCommand, run } from './process.ts';
import { makeTempDir, mayExecute, quickTempParent, removeTempDir } from './temp.ts';

test('exit status, signals, output, missing commands', () => {
  expect(run('sh', ['-c', 'echo out; echo err >&2; exit 7'])).toEqual({ status: 7, stdout: 'out\n', stderr: 'err\n' });
  expect(run('sh', ['-c', 'kill -ABRT $$']).status).toBe(134);
  expect(run('sh', ['-c', 'kill -SEGV $$']).status).toBe(139);
  expect(run('cat', [], { input: 'in' }).stdout).toBe('in');
  expect(run('/nonexistent/command', []).status).toBe(-1);
  expect(findCommand('sh')).toMatch(/\/sh$/);
  expect(findCommand('sx-no-such-command')).toBeNull();
});

test('a process begins with the signals of the system, an empty stdin and our environment; both outputs may be long', () => {
  // Node.js itself ignores SIGPIPE.
  expect(run('sh', ['-c', 'kill -PIPE $$; echo still here'])).toEqual({ status: 141, stdout: '', stderr: '' });
  expect(run('sh', ['-c', 'cat; echo end'])).toEqual({ status: 0, stdout: 'end\n', stderr: '' });
  process.env['SX_HOST_TEST'] = 'a = b\nc';
  expect(run('sh', ['-c', 'echo "$SX_HOST_TEST"']).stdout).toBe('a = b\nc\n');
  delete process.env['SX_HOST_TEST'];
  const long = run('sh', ['-c', 'head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero; echo end >&2']);
  expect([long.status, long.stdout.length, long.stderr.length]).toEqual([0, 1_000_000, 1_000_004]);
});

test('RealVfs', () => {
  const dir = makeTempDir();
  const vfs: Vfs = new RealVfs(dir);
  writeFileAtomic(`${dir}/b/x.sx`, 'x');
  writeFileAtomic(`${dir}/a.sx`, 'a');
  symlinkSync(`${dir}/a.sx`, `${dir}/link.sx`);
  expect(Buffer.from(vfs.readFile('b/x.sx')!).toString()).toBe('x');
  expect(vfs.readFile('none')).toBeNull();
  expect(vfs.readFile('b')).toBeNull();
  expect([vfs.kind('b'), vfs.kind('a.sx'), vfs.kind('none')]).toEqual(['dir', 'file', null]);
  expect(vfs.listDir('.')).toEqual(['a.sx', 'b', 'link.sx']);
  expect([vfs.sameFile('a.sx', 'link.sx'), vfs.sameFile('a.sx', 'b/x.sx'), vfs.sameFile('none', 'none')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('atomic writes replace and leave no temporary file', () => {
  const dir = makeTempDir();
  writeFileAtomic(`${dir}/f`, 'one');
  writeFileAtomic(`${dir}/f`, 'two', 0o755);
  expect(readFileSync(`${dir}/f`, 'utf8')).toBe('two');
  expect(readdirSync(dir)).toEqual(['f']);
  expect(() => writeFileAtomic(`${dir}/f/under-a-file`, 'x')).toThrow();
  removeTempDir(dir);
  expect(existsSync(dir)).toBe(false);
});

// A device that was renamed over would be gone for everybody.
test('what is not a regular file is written into, not replaced', () => {
  const dir = makeTempDir();
  const [pipe, link, target] = [`${dir}/pipe`, `${dir}/link`, `${dir}/target`] as const;
  expect(run('mkfifo', [pipe]).status).toBe(0);
  writeFileSync(target, 'a longer text than what follows');
  symlinkSync(target, link);
  const reader = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    writeFileAtomic(pipe, 'through');
    writeFileAtomic(link, 'through');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('through');
    const text = Buffer.alloc(100);
    expect(text.toString('utf8', 0, readSync(reader, text))).toBe('through');
  } finally {
    closeSync(reader);
    removeTempDir(dir);
  }
});

test('temporary directories are removed at exit and on SIGTERM', () => {
  const file = require.resolve('./temp.ts');
  const load = `const { transformSync } = require('@swc/core'); const e = {}; new Function('exports', 'require', transformSync(require('fs').readFileSync(${JSON.stringify(file)}, 'utf8'), { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }).code)(e, require); const d = e.makeTempDir(); require('fs').writeSync(1, d);`;
  for (const [rest, status, signal] of [
    ['process.exit(3)', 3, null],
    ["process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 5000)", 143, null],
  ] as const) {
    const r = spawnSync(process.execPath, ['-e', load + rest], { encoding: 'utf8' });
    expect(r.stdout).toMatch(/sx-/);
    expect([r.status, r.signal]).toEqual([status, signal]);
    expect(existsSync(r.stdout)).toBe(false);
  }
});

test('files of a moment go into memory unless TMPDIR says where', () => {
  expect(quickTempParent('/var/tmp')).toBe('/var/tmp');
  expect(['/dev/shm', tmpdir()]).toContain(quickTempParent(''));
});

test('what may be executed is known by the file', () => {
  const dir = makeTempDir();
  const file = join(dir, 'program');
  writeFileSync(file, '', { mode: 0o644 });
  expect(mayExecute(file)).toBe(false);
  chmodSync(file, 0o755);
  expect(mayExecute(file)).toBe(true);
  removeTempDir(dir);
});
