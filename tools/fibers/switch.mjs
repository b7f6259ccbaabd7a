// Takes the context switch of the library; gives a line for it and for each mutant of it with one register left out, natively and under qemu.
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerCommand, execute, inParallel } from '../corpus/lib.mjs';

const HARNESS = 'corpus/18xx-concurrency/1880-concurrency-switch-stress.sx';
const SWITCH = 'runtime/modules/std/fiber_switch.sx';

const HELP = `Usage: node tools/fibers/switch.mjs [--list] [--opt N] [--arch A] [--sx PATH] [-v] [REGISTER...]

Runs ${HARNESS}
with ${SWITCH}, which has to pass, and with mutants of it, each of which has to be
caught: the program names a lost register or canary, dies by a signal, or does not end. A mutant leaves one register out:
when it is saved, when it is restored, or both times. x86_64 natively, aarch64 under qemu-aarch64 (on an AArch64 machine
the other way round: without qemu, and no x86_64). Last line: N passed, M failed.

  --list      the mutants, without running any
  --opt N     as of the compiler (default 0)
  --arch A    x86_64 or aarch64 only
  -v          a line for every mutant (default: counts, and what failed)

Covers: every register that System V x86-64 and AAPCS64 have a call preserve, the control bits of mxcsr, x87 and fpcr, the
stack pointer, the stacks. Does not cover: Windows (there are no fibers), shadow stacks, registers of SVE.

Examples
  node tools/fibers/switch.mjs
  node tools/fibers/switch.mjs -v --arch aarch64 d8 fpcr`;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const fail = (message) => {
  console.error(`switch: ${message}`);
  process.exit(2);
};
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
let opt = '0';
let list = false;
let verbose = false;
let arches = process.arch === 'arm64' ? ['aarch64'] : ['x86_64', 'aarch64'];
const registers = [];
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--list') list = true;
  else if (argv[i] === '--opt') opt = argv[++i] ?? '';
  else if (argv[i] === '--sx') sx = resolve(argv[++i] ?? '');
  else if (argv[i] === '--arch') {
    const arch = argv[++i];
    if (!['x86_64', 'aarch64'].includes(arch)) fail('--arch takes x86_64 or aarch64');
    arches = [arch];
  } else if (argv[i] === '-v') verbose = true;
  else if (argv[i].startsWith('-')) fail(`unknown option ${argv[i]} (see --help)`);
  else registers.push(argv[i]);
}
if (!list && process.arch !== 'arm64' && arches.includes('aarch64') && spawnSync('qemu-aarch64', ['--version']).error) {
  fail('qemu-aarch64 was not found: the switch of AArch64 runs under it (Debian: qemu-user)');
}

const source = readFileSync(join(root, SWITCH), 'utf8');

/** Where a single instruction saves or restores `register`, and what stands there when it is left out; the layout stays. */
const RULES = {
  x86_64(line) {
    let m = /^pushq %%(\w+)$/.exec(line);
    if (m) return [{ register: m[1], kind: 'save', instead: 'subq $8, %%rsp' }];
    m = /^popq %%(\w+)$/.exec(line);
    if (m) return [{ register: m[1], kind: 'restore', instead: 'addq $8, %%rsp' }];
    const single = { stmxcsr: ['mxcsr', 'save'], ldmxcsr: ['mxcsr', 'restore'], fnstcw: ['x87cw', 'save'], fldcw: ['x87cw', 'restore'] }[line.split(' ')[0]];
    if (single) return [{ register: single[0], kind: single[1], instead: 'nop' }];
    if (line === 'movq %%rsp, (%%rdi)') return [{ register: 'rsp', kind: 'save', instead: 'nop' }];
    if (line === 'movq (%%rsi), %%rsp') return [{ register: 'rsp', kind: 'restore', instead: 'nop' }];
    return null;
  },
  aarch64(line) {
    const m = /^(stp|ldp) (\w+), (\w+), \[(x[01])(?:, #(\d+))?\]$/.exec(line);
    if (m) {
      const [, op, a, b, base, offset = '0'] = m;
      const kind = op === 'stp' ? 'save' : 'restore';
      const one = op === 'stp' ? 'str' : 'ldr';
      const named = (r) => ({ x9: 'sp', x10: 'fpcr' })[r] ?? r;
      // The restore of sp and fpcr is the move out of x9 and x10.
      if (op === 'ldp' && a === 'x9') return [];
      return [
        { register: named(a), kind, instead: `${one} ${b}, [${base}, #${Number(offset) + 8}]` },
        { register: named(b), kind, instead: `${one} ${a}, [${base}, #${offset}]` },
      ];
    }
    if (line === 'mov sp, x9') return [{ register: 'sp', kind: 'restore', instead: 'nop' }];
    if (line === 'msr fpcr, x10') return [{ register: 'fpcr', kind: 'restore', instead: 'nop' }];
    return line === 'mov x9, sp' || line === 'mrs x10, fpcr' ? [] : null;
  },
};
/** Instructions of the switch that neither save nor restore. */
const OTHERS = new Set(['ret', 'subq $8, %%rsp', 'addq $8, %%rsp']);

const REGISTERS = {
  x86_64: ['rbp', 'rbx', 'r12', 'r13', 'r14', 'r15', 'mxcsr', 'x87cw', 'rsp'],
  aarch64: [...Array.from({ length: 12 }, (_, i) => `x${19 + i}`), 'sp', 'fpcr', ...Array.from({ length: 8 }, (_, i) => `d${8 + i}`)],
};

/** The mutants of one architecture's switch: {register, kind, text}. */
function mutants(arch) {
  const lines = source.split('\n');
  const begin = lines.findIndex((l) => l.includes(`inline if ARCH == .${arch} `));
  const asm = lines.findIndex((l, i) => i > begin && /switch_fiber :: .*abi\(\.naked\)/.test(l));
  const end = lines.indexOf('ASM };', asm);
  if (begin < 0 || asm < 0 || end < 0) fail(`${SWITCH}: no switch_fiber for ${arch} was found`);
  const spots = [];
  for (let i = asm + 2; i < end; i++) {
    const line = lines[i].trim();
    const found = RULES[arch](line);
    // A new instruction has to be understood here, else nothing would show that it is tested.
    if (found === null && !OTHERS.has(line)) fail(`${SWITCH}:${i + 1}: '${line}' is unknown to tools/fibers/switch.mjs`);
    for (const spot of found ?? []) spots.push({ ...spot, line: i });
  }
  const out = [];
  for (const register of REGISTERS[arch]) {
    const mine = spots.filter((s) => s.register === register);
    if (mine.map((s) => s.kind).join() !== 'save,restore') fail(`${SWITCH}: ${register} is not saved and restored once each`);
    for (const kind of ['save', 'restore', 'both']) {
      const text = [...lines];
      for (const s of mine) if (kind === 'both' || s.kind === kind) text[s.line] = s.instead;
      out.push({ arch, register, kind, text: text.join('\n') });
    }
  }
  return out;
}

const SIGNAL_NAMES = { 132: 'SIGILL', 133: 'SIGTRAP', 134: 'SIGABRT', 135: 'SIGBUS', 136: 'SIGFPE', 139: 'SIGSEGV' };

/** How the harness noticed; null when it did not. */
function noticed(r) {
  const lost = /^LOST .*$/m.exec(r.stdout);
  if (r.code === 1 && lost) return lost[0];
  if (r.code === 'timeout') return 'does not end';
  if (SIGNAL_NAMES[r.code]) return `dies by ${SIGNAL_NAMES[r.code]}`;
  return null;
}

const dir = mkdtempSync(join(tmpdir(), 'sx-switch-'));
const [command, ...prefix] = compilerCommand(sx);
const harness = readFileSync(join(root, HARNESS), 'utf8');
const expected = readFileSync(join(root, HARNESS.replace(/\.sx$/, '.stdout')), 'utf8').trim();

async function run(name, arch, text) {
  writeFileSync(join(dir, `${name}_switch.sx`), text);
  const program = harness.replace('"modules/std/fiber_switch.sx"', `"${name}_switch.sx"`);
  if (program === harness) fail(`${HARNESS} does not import modules/std/fiber_switch.sx`);
  writeFileSync(join(dir, `${name}.sx`), program);
  const target = arch === process.arch.replace('x64', 'x86_64').replace('arm64', 'aarch64') ? [] : ['--target', `linux-${arch === 'aarch64' ? 'arm' : 'x86'}`];
  // Built and run apart: a compile that fails is no mutant that was caught.
  const exe = join(dir, name);
  const b = await execute(command, [...prefix, 'build', ...target, '--opt', opt, `${name}.sx`, '-o', exe], { cwd: dir, timeout: 120_000 });
  if (b.code !== 0) fail(`${name} does not compile:\n${b.stdout}${b.stderr}`);
  const how = target.length > 0 && arch === 'aarch64' ? ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu', exe] : [exe];
  return execute(how[0], how.slice(1), { cwd: dir, timeout: 15_000 });
}

let passed = 0;
const failures = [];
const say = (ok, text) => {
  if (ok) passed++;
  else failures.push(text);
  if (!ok || verbose) console.log(`${ok ? 'ok  ' : 'FAIL'} ${text}`);
};
try {
  for (const arch of arches) {
    const all = mutants(arch).filter((m) => registers.length === 0 || registers.includes(m.register));
    if (list) {
      for (const m of all) console.log(`${arch} ${m.register} ${m.kind}`);
      continue;
    }
    const good = await run(`${arch}_original`, arch, source);
    say(good.code === 0 && good.stdout.trim() === expected, `${arch} the library's switch: status ${good.code}, ${good.stdout.trim().replaceAll('\n', ', ')}`);
    const how = new Map();
    await inParallel(all, 2, async (m) => {
      const r = await run(`${arch}_${m.register}_${m.kind}`, arch, m.text);
      const what = noticed(r);
      if (what !== null) {
        const sort = what.replace(/:.*/, '');
        how.set(sort, (how.get(sort) ?? 0) + 1);
      }
      say(what !== null, `${arch} without ${m.register} (${m.kind}): ${what ?? `NOT CAUGHT: status ${r.code}\n${r.stdout}${r.stderr.slice(0, 500)}`}`);
    });
    console.log(`${arch}: ${all.length} mutants; ${[...how].sort((a, b) => b[1] - a[1]).map(([k, n]) => `${n} ${k}`).join(', ')}`);
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
if (list) process.exit(0);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
