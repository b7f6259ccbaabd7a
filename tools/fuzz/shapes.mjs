// Takes a table of operands and a table of places; gives the combinations (one program each) that crash or hang the compiler.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerCommand, execute, inParallel } from '../corpus/lib.mjs';

const HELP = `Usage: node tools/fuzz/shapes.mjs [--step N] [--start I] [--keep DIR] [--sx PATH]

Puts every kind of operand (namespaces, generic heads, types, literals without a type, packs, jumps …) into every kind of
place (operand, argument, condition, subject, target, type, count …), one program each, and checks them: the compiler has
to end with status 0 or 1. Where mutate.mjs finds accidents by chance, this covers the grid of meanings.
Last line: N passed, M failed.

  --step N    only every N-th combination (default 8; 1 is the whole grid, some minutes)
  --start I   the first combination (default 0): other values give other samples
  --keep DIR  failing programs are kept there (default a temporary folder, printed)

Examples
  node tools/fuzz/shapes.mjs
  node tools/fuzz/shapes.mjs --step 1`;

const OPERANDS = `ns|List|g2|lib|null|---|P|E|E.a|.a|v()|v|i64|.{}|.[]|print|size_of|{}|S|G|error.A|Er|context|(x) => x|T|U.{}|e|ns.GPA
type_of(1)|if x == 1 { 2 }|return|#run v()|$T|..xs|self|Self|main|xx x|try v()|fail()|$xs|break`.split(/[|\n]/);

/** \`@\` is the operand. */
const PLACES = `g := *@;|g := @ + 1;|g := 1 + @;|g := -@;|g := !@;|g := @[0];|g := x[@];|g := @[0..1];|if @ { }|while @ { break; }
for @ (q) { }|for 0..@ (q) { }|g : i64 = @;|g : ?i64 = @;|g : any = @;|g : string = @;|g := @;|x = @;|@ = x;|@.f = 1;|g := @.f;|g := @.len;
@();|@(1, 2);|v(@);|g2(@);|print("{}", @);|g := .[1, @];|g := .{ @ };|g := S.{ f = @ };|g := S.{ @ };|g := @ == 1;|g := @ == @;
if @ == { case 1: {} case .a: {} else: {} }|if @ == { case int: {} case S: {} }|g := @ ?? 1;|g := @!;|g := @?.f;|g := @.(i64);|g := xx @;
g : i64 = xx @;|g := @.*;|defer @;|push @ { }|g := size_of(@);|g := type_name(@);|g : @ = ---;|g : [@]i64 = ---;|g := List(@).{};
g := @ catch (e2) 1;|g := @ or 2;|#insert @;|K :: @; g := K;|K :: #run @; g := K;|g := () => @; g();|a, b := @;
g := if x == 1 { @ } else { 1 };|g := if x == 1 { 1 } else { @ };|inline if @ { }|inline for 0..@ (i) { }|g := @ |> g2();|g := x in @;
g := @.(?S);|free(@);|raise @;|g := context.allocator.alloc(@, 3);|y : []i64 = @;|p : *S = @;|w := (@).0;|x += @;|@ += 1;
c : Closure(i64) -> i64 = @;|fp : (i64) -> i64 = @;|pr : Pr = @;|pv : *Pr = @;|u : U = @;|en : E = @;`.split(/\|(?!>)|\n/);

const program = (statement) => `#import "modules/std.sx";
lib :: #library "c";
ns :: #import "modules/std/mem.sx";
Er :: error { A }
E :: enum { a; b: i64; }
U :: union { i: i64; f: f64; }
S :: struct { f: i64; }
G :: struct ($T: Type) { x: T; }
Pr :: protocol { m :: (self: *Self) -> i64; }
P :: protocol(T: Type) { m :: (self: *Self) -> T; }
v :: () {}
fail :: () -> (i64, !) { raise error.A; }
g2 :: (x: $T) { print("{}\\n", type_name(T)); }
run :: (x: i64, ..xs: []i64) {
    e : any = x;
    ${statement}
}
main :: () { run(1, 2); }
`;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
let step = 8;
let start = 0;
let keep = null;
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--step') step = Number(argv[++i]);
  else if (argv[i] === '--start') start = Number(argv[++i]);
  else if (argv[i] === '--keep') keep = resolve(argv[++i] ?? '');
  else if (argv[i] === '--sx') sx = resolve(argv[++i] ?? '');
  else {
    console.error(`shapes: unknown option ${argv[i]} (see --help)`);
    process.exit(2);
  }
}
if (!Number.isInteger(step) || step < 1 || !Number.isInteger(start) || start < 0) {
  console.error('shapes: --step and --start want whole numbers');
  process.exit(2);
}

const TIMEOUT_MS = 60_000;
const BATCH = 40;
const [command, ...prefix] = compilerCommand(sx);
const scratch = mkdtempSync(join(tmpdir(), 'sx-shapes-'));
const statements = PLACES.flatMap((place) => OPERANDS.map((operand) => place.replaceAll('@', operand)));
const files = [];
for (let i = start; i < statements.length; i += step) {
  const path = join(scratch, `s${String(i).padStart(5, '0')}.sx`);
  writeFileSync(path, program(statements[i]));
  files.push(path);
}

const failures = [];
/** Halves a failing batch until the programs are found. */
async function check(paths) {
  const args = [...prefix, 'check', '--error-format=json', '--stdin-list'];
  const result = await execute(command, args, { cwd: root, stdin: `${paths.join('\n')}\n`, timeout: TIMEOUT_MS });
  if (result.code === 0 || result.code === 1) return;
  if (paths.length === 1) {
    const line = result.stderr.split('\n').find((l) => l.includes('internal compiler error')) ?? result.stderr.split('\n')[0];
    failures.push({ path: paths[0], why: result.code === 'timeout' ? 'hangs' : `status ${result.code}: ${line}` });
    return;
  }
  const half = paths.length >> 1;
  await check(paths.slice(0, half));
  await check(paths.slice(half));
}
const batches = [];
for (let i = 0; i < files.length; i += BATCH) batches.push(files.slice(i, i + BATCH));
const began = Date.now();
let done = 0;
const progress = setInterval(() => process.stderr.write(`shapes: ${done}/${files.length}\n`), 10_000);
progress.unref();
await inParallel(batches, 2, async (batch) => {
  await check(batch);
  done += batch.length;
});

failures.sort((a, b) => (a.path < b.path ? -1 : 1));
if (failures.length > 0) {
  const target = keep ?? mkdtempSync(join(tmpdir(), 'sx-shapes-failed-'));
  mkdirSync(target, { recursive: true });
  for (const { path, why } of failures) {
    const kept = join(target, path.slice(scratch.length + 1));
    const text = readFileSync(path, 'utf8');
    writeFileSync(kept, text);
    console.log(`FAIL ${kept} (${text.split('\n')[15].trim()}): ${why}`);
  }
}
rmSync(scratch, { recursive: true, force: true });
console.log(`shapes: ${((Date.now() - began) / 1000).toFixed(1)} s`);
console.log(`${files.length - failures.length} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
