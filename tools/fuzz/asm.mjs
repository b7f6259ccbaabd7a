// Takes a seed; gives the random inline-assembly functions that kill or hang the compiler or get an error without a place.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerCommand, execute, inParallel } from '../corpus/lib.mjs';

const HELP = `Usage: node tools/fuzz/asm.mjs [--count N] [--seed S] [--keep DIR] [--sx PATH]

Makes functions of one asm expression (mutated instructions and directives, random constraints, operand types and
clobbers; every fourth is global or naked) for both architectures, and builds them at --opt 0 and 2: the compiler has to
end with status 0 or 1, and every error has to lie in the file. Functions that fail are kept in DIR.
Last line: N passed, M failed.

  --count N   functions (default 400)
  --seed S    a number (default 1)

Examples
  node tools/fuzz/asm.mjs
  node tools/fuzz/asm.mjs --count 4000 --seed 7 --keep /tmp/asm`;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const options = { count: 400, seed: 1 };
let keep = null;
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
for (let i = 0; i < argv.length; i++) {
  const name = argv[i].replace(/^--/, '');
  if (name in options) options[name] = Number(argv[++i]);
  else if (name === 'keep') keep = resolve(argv[++i] ?? '');
  else if (name === 'sx') sx = resolve(argv[++i] ?? '');
  else {
    console.error(`asm: unknown option ${argv[i]} (see --help)`);
    process.exit(2);
  }
}
if (!Number.isInteger(options.count) || options.count < 1 || !Number.isInteger(options.seed)) {
  console.error('asm: --count and --seed want whole numbers');
  process.exit(2);
}

/** xorshift32: the same numbers on every machine. */
let state = (Math.imul(options.seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
function random(below) {
  state ^= state << 13;
  state >>>= 0;
  state ^= state >>> 17;
  state ^= state << 5;
  state >>>= 0;
  return state % below;
}
const pick = (list) => list[random(list.length)];

const TEXTS = {
  x86_64: `movq %[a], %[r]|addq $1, %[r]|mulq %[b]|lock xaddq %[a], (%[b])|cpuid|rdtsc|syscall|pushq %rbx|popq %rbx|leaq 8(%[a],%[b],4), %[r]
rep movsb|movsd (%rsi), %xmm0|vaddps %ymm1, %ymm2, %ymm3|vaddpd %zmm1, %zmm2, %zmm3{%k1}{z}|jmp 1f|1: nop|jne 1b|.byte 0x90, 0xcc|.quad main
movabsq $0x123456789abcdef0, %[r]|call main|ret|hlt|movb %al, %ah|crc32l %[a:k], %[r:k]|bswapq %[r]|fldl (%[a])|fstp %st(1)|movq %fs:0, %[r]`,
  aarch64: `mov %[r], %[a]|add %[r], %[a], #1|mul %[r], %[a], %[b]|ldxr %[r], [%[b]]|stlxr w9, %[a], [%[b]]|mrs %[r], cntvct_el0|svc #0|dmb ish
ldp x9, x10, [sp]|stp x9, x10, [sp, #-16]!|fadd d0, d1, d2|fmla v0.4s, v1.4s, v2.4s|ld1 {v0.16b, v1.16b}, [%[a]]|b 1f|1: nop|cbnz %[a:w], 1b|.word 0xd503201f
movz %[r], #0x1234, lsl #16|bl main|ret|brk #1|ldadd %[a], %[r], [%[b]]|addvl x9, x10, #1|adrp x9, main|ldr x9, =0x123456789|tbz %[a], #3, 1b|msr nzcv, %[a]`,
};
const DIRECTIVES = `.globl q|.section .text.q|.section .x,"aw",@progbits|.pushsection .data|.popsection|.previous|.align 3|.p2align 20|.balign 0|.skip 16|.fill 3, 9, 1
.ascii "x"|.asciz "\\\\"|.string|.set q, q+1|.equ q, .|.macro m x|.endm|.rept 3|.endr|.irp x, 1, 2|.if 1|.else|.endif|.include "none"|.incbin "none"
.cfi_startproc|.cfi_endproc|.cfi_def_cfa_offset 8|.cfi_adjust_cfa_offset|.cfi_restore_state|.loc 1 2 3|.file 1 "a"|.type q, @function|.size q, .-q
.quad q - main|.long 1b - .|.uleb128 q-main|.sleb128 -1|.org 0|.org -1|.text|.bss|.comm c, 8, 8|.lcomm d, 8|.weak q|.hidden q|.symver a, b@c
.ident "x"|.version "1"|.intel_syntax noprefix|.att_syntax|.code32|.code16|.arch armv8-a|.cpu generic|.req|.inst 0|.ltorg|.reloc ., R_NONE, q|.end|.abort
.error "x"|.warning "x"|.err|.print "x"|.addrsig|.cv_loc 1|.seh_proc q|.subsections_via_symbols|.zerofill|.bundle_align_mode 4|.dc.b 1|.octa 1|.float 1.5|.double x`.split(/[|\n]/);
const TOKENS = '%[a] %[r] %[b] %[x] %[r:w] %[a:P] %= %% $ $$ $0 $( $) { | ( ) [ ] , : ; # // /* */ " \\ 0 -1 99999999999999999999 rax x0 sp (%rip) main . = @plt @got :lo12:main 1f \\n \\t'.split(' ');
const CONSTRAINTS = {
  x86_64: 'r q Q R a b c d S D A f t u y x v m o V p g i n s e I J K L M N O G C Z l X k Yz Yk Ws jr Ts Br E F P'.split(' '),
  aarch64: 'r w x y z m o V p g i n s I J K L M N S Y Z Q U Ush Usa X E F Uca Ucj Upl Upa vm'.split(' '),
};
const PINNED = { x86_64: 'rax eax al ah xmm0 ymm1 zmm31 k1 st mm0 rsp rbp rip cs cr0 r15d'.split(' '), aarch64: 'x0 w1 x18 x29 x30 sp xzr d0 s1 v2 q3 b4 p0 z1 nzcv fp'.split(' ') };
const TYPES = 'i64 i32 u8 bool f64 f32 u16 usize i7 *i64'.split(' ');

function line(arch) {
  let text = random(3) === 0 ? pick(DIRECTIVES) : pick(TEXTS[arch].split(/[|\n]/));
  if (random(3) === 0) {
    const parts = text.split(/\b/);
    const at = random(parts.length);
    const kind = random(4);
    if (kind === 0) parts[at] = pick(TOKENS);
    else if (kind === 1) parts.splice(at, 1);
    else if (kind === 2) parts.splice(at, 0, parts[random(parts.length)]);
    else parts.splice(at, 1, ...pick(TEXTS[arch === 'x86_64' ? 'aarch64' : 'x86_64'].split(/[|\n]/)).split(/\b/).slice(0, 3));
    text = parts.join('');
  }
  return text;
}
const template = (arch) => Array.from({ length: 1 + random(3) }, () => line(arch)).join('\n');
const quoted = (text) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

function constraint(arch, start) {
  if (random(4) === 0) return `${start}{${pick(PINNED[arch])}}`;
  if (random(12) === 0) return `${start}${random(5)}`;
  return `${start}${random(6) === 0 ? '&' : ''}${pick(CONSTRAINTS[arch])}${random(6) === 0 ? pick(CONSTRAINTS[arch]) : ''}`;
}

/** One function (or block), called f<i>, on one line. */
function make(arch, i) {
  if (random(8) === 0) return `asm { ${quoted(template(arch).replaceAll(/%\[\w(:\w)?\]/g, 'main'))} };\nf${i} :: () { }`;
  if (random(8) === 0) return `f${i} :: () -> i64 abi(.naked) { asm volatile { ${quoted(template(arch).replaceAll(/%\[\w(:\w)?\]/g, 'main'))} }; }`;
  const out = random(3) === 0 ? 'f64' : random(2) === 0 ? 'i64' : pick(TYPES);
  const [a, b] = [pick(TYPES), random(2) === 0 ? 'i64' : pick(TYPES)];
  const kind = random(4);
  const result = kind === 0 ? `[r] "${constraint(arch, '+')}" -> *v` : kind === 1 ? `[r] "=*m" -> *v` : kind === 2 ? `[r] "${constraint(arch, '=')}" -> *v` : `[r] "${constraint(arch, '=')}" -> ${out}`;
  const clobbers = random(3) === 0 ? `, clobbers(.memory, .${pick(PINNED[arch])})` : '';
  const simple = random(3) === 0;
  const body = `asm volatile { ${quoted(template(arch))}, ${simple ? '[r] "=r" -> i64' : result}, [a] "${simple ? 'r' : constraint(arch, '')}" = a, [b] "${simple ? 'r' : random(5) === 0 ? pick(['i', 'n', 's', 'X']) : constraint(arch, '')}" = b${clobbers} };`;
  const [ta, tb] = simple ? ['i64', 'i64'] : [a, b];
  return `f${i} :: (a0: ${ta}, b0: ${tb}) { a := a0; b := b0; v : ${out} = ---; ${body} }`;
}

const ARCHES = ['x86_64', 'aarch64'];
const BATCH = 6;
const TIMEOUT_MS = 60_000;
const [command, ...prefix] = compilerCommand(sx);
const scratch = mkdtempSync(join(tmpdir(), 'sx-asm-'));
const cases = Array.from({ length: options.count }, (_, i) => {
  const arch = ARCHES[i & 1];
  return { arch, i, text: make(arch, i) };
});
/** Functions are reached through `export`ed callers' addresses: an address is enough to compile a function. */
const program = (list) => `${list.map((c) => c.text).join('\n')}\nkeep : *void = null;\nmain :: () -> i32 {\n${list.map((c) => `    keep = xx f${c.i};`).join('\n')}\n    return 0;\n}\n`;

const failures = [];
let files = 0;
async function check(list, opt) {
  const file = join(scratch, `a${files++}.sx`);
  writeFileSync(file, program(list));
  const args = [...prefix, 'build', file, '--emit', 'obj', '-o', `${file}.o`, '--opt', opt, '--target', `${list[0].arch}-linux-gnu`, '--error-format', 'json'];
  const r = await execute(command, args, { cwd: scratch, timeout: TIMEOUT_MS });
  const why = verdict(r, file);
  if (why === null) return;
  if (list.length === 1) {
    failures.push({ file, opt, why });
    return;
  }
  for (const c of list) await check([c], opt);
}

function verdict(r, file) {
  if (r.code !== 0 && r.code !== 1) return r.code === 'timeout' ? 'hangs' : `status ${r.code} ${r.signal ?? ''}: ${r.stderr.slice(0, 300)}`;
  for (const line of `${r.stdout}\n${r.stderr}`.split('\n')) {
    if (line.trim() === '') continue;
    if (!line.startsWith('{"')) {
      if (r.code !== 0 && !line.startsWith('compiled')) return `no diagnostic: ${line}`;
      continue;
    }
    const d = JSON.parse(line);
    if (d.severity === 'error' && (d.span ?? null) === null) return `no place: ${d.message}`;
    if (d.severity === 'error' && resolve(scratch, d.span.path) !== file) return `elsewhere: ${d.span.path}: ${d.message}`;
  }
  return null;
}

/** The functions that the front end takes: LLVM sees a program only when it has no error. */
async function accepted(list) {
  const file = join(scratch, `all-${list[0].arch}.sx`);
  writeFileSync(file, program(list));
  const r = await execute(command, [...prefix, 'check', file, '--target', `${list[0].arch}-linux-gnu`, '--error-format', 'json'], { cwd: scratch, timeout: TIMEOUT_MS });
  const why = verdict(r, file);
  if (why !== null) failures.push({ file, opt: 'check', why });
  const wrong = new Set();
  for (const line of `${r.stdout}\n${r.stderr}`.split('\n')) if (line.startsWith('{"')) wrong.add(JSON.parse(line).span?.line);
  return list.filter((_, i) => !wrong.has(i + 1));
}

const batches = [];
let reached = 0;
for (const arch of ARCHES) {
  const own = await accepted(cases.filter((c) => c.arch === arch));
  reached += own.length;
  for (let i = 0; i < own.length; i += BATCH) batches.push([own.slice(i, i + BATCH), batches.length % 2 === 0 ? '0' : '2']);
}
const began = Date.now();
let done = 0;
const progress = setInterval(() => process.stderr.write(`asm: ${done}/${cases.length}\n`), 10_000);
progress.unref();
await inParallel(batches, 2, async ([list, opt]) => {
  await check(list, opt);
  done += list.length;
});
failures.sort((a, b) => (a.file < b.file ? -1 : 1));
if (failures.length > 0) {
  const target = keep ?? mkdtempSync(join(tmpdir(), 'sx-asm-failed-'));
  mkdirSync(target, { recursive: true });
  for (const { file, opt, why } of failures) {
    const kept = join(target, file.slice(scratch.length + 1));
    copyFileSync(file, kept);
    console.log(`FAIL ${kept} (--opt ${opt}): ${why}`);
  }
}
rmSync(scratch, { recursive: true, force: true });
console.log(`asm: seed ${options.seed}, ${reached} of ${cases.length} reach the assembler, ${((Date.now() - began) / 1000).toFixed(1)} s`);
console.log(`${cases.length - failures.length} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
