// Link plans over a pretend machine, and real links: choice of linker, clear errors, shared and static output.
import { run, linkHost } from '../host/process.ts';
import { makeTempDir, removeTempDir } from '../host/temp.ts';
import { compileText } from '../llvm/codegen.ts';
import { writeFileAtomic } from '../host/files.ts';
import type { LinkHost } from './host_port.ts';
import { link, planLink, planQuick } from './link.ts';

function pretend(files: readonly string[], commands: Readonly<Record<string, string>>): LinkHost {
  return {
    exists: (p) => files.some((f) => f === p || f.startsWith(`${p}/`)),
    listDir: (d) => [
      ...new Set(files.filter((f) => f.startsWith(`${d}/`)).map((f) => f.slice(d.length + 1).split('/')[0]!)),
    ],
    findCommand: (n) => commands[n] ?? null,
    run: () => ({ status: 0, stdout: '', stderr: '' }),
    makeDirFor: () => undefined,
  };
}

const base = { arch: 'x86_64', objects: ['a.o'], output: 'a' } as const;

test('prefers mold, then lld; takes --linker; a C compiler is driven as one', () => {
  const crt = ['/sys1/usr/lib/x86_64-linux-gnu/Scrt1.o'];
  const o = { ...base, sysroot: '/sys1' };
  const command = (host: LinkHost, linker = ''): string => {
    const p = planLink(host, { ...o, linker });
    return typeof p === 'string' ? p : p.command;
  };
  const all = { mold: '/bin/mold', 'ld.lld-19': '/bin/ld.lld-19', 'ld.gold': '/bin/ld.gold', gcc: '/bin/gcc' };
  expect(command(pretend(crt, all))).toBe('/bin/mold');
  expect(command(pretend(crt, { 'ld.lld-19': '/bin/ld.lld-19' }))).toBe('/bin/ld.lld-19');
  expect(command(pretend(crt, all), 'gold')).toBe('/bin/ld.gold');
  expect(command(pretend(crt, all), 'gcc')).toBe('/bin/gcc');
  expect(command(pretend(crt, all), 'nope')).toBe("linker 'nope' was not found");
  expect(command(pretend(crt, {}))).toContain('no linker was found');
});

test('a missing C library is named', () => {
  expect(planLink(pretend([], { mold: '/bin/mold' }), { ...base, arch: 'aarch64', sysroot: '/nowhere' })).toContain(
    "no C library for aarch64 was found under '/nowhere'",
  );
});

test('the newest gcc directory, libraries, directories and flags reach the command line', () => {
  const files = [
    '/sys2/usr/aarch64-linux-gnu/lib/Scrt1.o',
    '/sys2/usr/lib/gcc-cross/aarch64-linux-gnu/9/crtbeginS.o',
    '/sys2/usr/lib/gcc-cross/aarch64-linux-gnu/12/crtbeginS.o',
  ];
  const p = planLink(pretend(files, { mold: 'mold' }), {
    ...base,
    arch: 'aarch64',
    sysroot: '/sys2',
    libs: ['c', 'z'],
    libDirs: ['/opt/x'],
    lflags: ['-Wl,--gc-sections,-O1'],
  });
  if (typeof p === 'string') throw new Error(p);
  const line = p.args.join(' ');
  expect(line).toContain('-m aarch64linux');
  expect(line).toContain('/gcc-cross/aarch64-linux-gnu/12/crtbeginS.o -rpath /opt/x a.o -L/opt/x -lz');
  expect(line).toContain('--gc-sections -O1');
});

test('a quick link is one object with the C library, and only where nothing else is asked for', () => {
  const lib = '/usr/lib/x86_64-linux-gnu';
  const commands = { mold: '/bin/mold', 'ld.gold': '/bin/ld.gold' };
  // The C library is probed once for the process: this is the machine's.
  const host = { ...linkHost, findCommand: (n: string) => (commands as Record<string, string>)[n] ?? null };
  if (process.arch !== 'x64') return expect(planQuick(host, { ...base, arch: 'aarch64', quick: true })).toBeNull();
  const plan = planQuick(host, { ...base, quick: true });
  expect(plan?.command).toBe('/bin/ld.gold');
  expect(plan?.args.slice(-3)).toEqual([`${lib}/Scrt1.o`, 'a.o', `${lib}/libc.so.6`]);
  expect(planQuick({ ...host, findCommand: (n) => (n === 'mold' ? '/bin/mold' : null) }, { ...base, quick: true })?.command).toBe('/bin/mold');
  const more = [
    { quick: false }, { objects: ['a.o', 'b.o'] }, { libs: ['z'] }, { libDirs: ['/opt'] }, { lflags: ['-s'] }, { static: true }, { shared: true },
    { sanitizer: 'thread' as const }, { sysroot: '/s' }, { linker: 'gold' }, { arch: 'aarch64' as const },
  ];
  for (const extra of more) expect([extra, planQuick(host, { ...base, quick: true, ...extra })]).toEqual([extra, null]);
});

test('what the C library alone does not suffice for is linked in full', () => {
  const dir = makeTempDir();
  const arch = process.arch === 'x64' ? 'x86_64' : 'aarch64';
  const object = (name: string, text: string): string => {
    const r = compileText(text, { triple: `${arch}-unknown-linux-gnu`, opt: 0, kind: 'obj' });
    if (!r.ok) throw new Error(r.error);
    writeFileAtomic(`${dir}/${name}`, r.bytes);
    return `${dir}/${name}`;
  };
  const commands: string[][] = [];
  const noted = (command: string, args: readonly string[]): ReturnType<typeof linkHost.run> => {
    commands.push([...args]);
    return linkHost.run(command, args);
  };
  const host = { ...linkHost, run: noted };
  const status = (name: string, text: string): number => {
    commands.length = 0;
    expect(link(host, { arch, objects: [object(`${name}.o`, text)], output: `${dir}/${name}`, quick: true })).toMatchObject({ ok: true });
    return run(`${dir}/${name}`, []).status;
  };
  expect(status('plain', 'define i32 @main() { ret i32 7 }')).toBe(7);
  expect(commands.map((c) => c.includes('-lc'))).toEqual(arch === 'x86_64' ? [false] : [true]);
  const cosine = 'declare double @cos(double)\n@x = global double 0.0\ndefine i32 @main() { %v = load volatile double, ptr @x\n %c = call double @cos(double %v)\n %i = fptosi double %c to i32\n ret i32 %i }';
  expect(status('cosine', cosine)).toBe(1);
  const wide = '@x = global i128 12\ndefine i32 @main() { %v = load volatile i128, ptr @x\n %w = load volatile i128, ptr @x\n %d = udiv i128 %v, %w\n %i = trunc i128 %d to i32\n ret i32 %i }';
  expect(status('wide', wide)).toBe(1);
  expect(commands.at(-1)).toContain('-lgcc');
  const failed = link(host, { arch, objects: [object('bad.o', 'declare void @nowhere()\ndefine i32 @main() { call void @nowhere()\n ret i32 0 }')], output: `${dir}/bad`, quick: true });
  expect(failed.ok ? '' : failed.error).toContain('nowhere');
  removeTempDir(dir);
});

test('real links: executable, static, shared, unknown library and undefined symbol', () => {
  const dir = makeTempDir();
  const triple = process.arch === 'x64' ? 'x86_64-unknown-linux-gnu' : 'aarch64-unknown-linux-gnu';
  const arch = process.arch === 'x64' ? 'x86_64' : 'aarch64';
  const object = (name: string, text: string): string => {
    const r = compileText(text, { triple, opt: 0, kind: 'obj' });
    if (!r.ok) throw new Error(r.error);
    writeFileAtomic(`${dir}/${name}`, r.bytes);
    return `${dir}/${name}`;
  };
  const main = object(
    'main.o',
    'declare double @cos(double)\n@x = global double 0.0\ndefine i32 @main() { %v = load volatile double, ptr @x\n %c = call double @cos(double %v)\n %i = fptosi double %c to i32\n %r = add i32 %i, 10\n ret i32 %r }',
  );
  expect(link(linkHost, { arch, objects: [main], output: `${dir}/sub/a` }).ok).toBe(true);
  expect(run(`${dir}/sub/a`, []).status).toBe(11);
  expect(link(linkHost, { arch, objects: [main], output: `${dir}/s`, static: true }).ok).toBe(true);
  expect(run(`${dir}/s`, []).status).toBe(11);
  const lib = object('lib.o', 'define i32 @seven() { ret i32 7 }');
  expect(link(linkHost, { arch, objects: [lib], output: `${dir}/libseven.so`, shared: true }).ok).toBe(true);
  const user = object('user.o', 'declare i32 @seven()\ndefine i32 @main() { %r = call i32 @seven()\n ret i32 %r }');
  expect(link(linkHost, { arch, objects: [user], output: `${dir}/u`, libs: ['seven'], libDirs: [dir] }).ok).toBe(true);
  expect(run(`${dir}/u`, []).status).toBe(7);
  const missing = link(linkHost, { arch, objects: [user], output: `${dir}/v` });
  expect(missing.ok ? '' : missing.error).toContain('seven');
  const unknown = link(linkHost, { arch, objects: [main], output: `${dir}/v`, libs: ['nonesuch'] });
  expect(unknown.ok ? '' : unknown.error).toContain('nonesuch');
});
