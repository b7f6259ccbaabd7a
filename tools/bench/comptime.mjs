// Takes nothing; gives the evaluator's times against native code at --opt 0 and against Node.js, in one run (minimum of N).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

if (process.argv.includes('--help')) {
  console.log('Usage: node tools/bench/comptime.mjs [N]\n\n20 sieves to 1e6, 2,000 made types, 1,000 print call sites; minimum of N runs (default 3).');
  process.exit(0);
}
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const SX = join(root, 'compiler/bin/sx');
const runs = Number(process.argv[2] ?? 3);
const dir = mkdtempSync(join(tmpdir(), 'sx-bench-'));
const STD = '#import "modules/std.sx";\n';

/** Seconds of the quickest run. */
function best(command, args) {
  let min = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const began = performance.now();
    const r = spawnSync(command, args, { cwd: dir, encoding: 'utf8' });
    if (r.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${r.stderr}`);
    min = Math.min(min, performance.now() - began);
  }
  return min;
}
const file = (name, text) => {
  writeFileSync(join(dir, name), text);
  return name;
};
/** Time of checking `text`, less that of `base`. */
const checking = (name, text, base) => best(process.execPath, [SX, 'check', file(`${name}.sx`, text)]) - best(process.execPath, [SX, 'check', file(`${name}0.sx`, base)]);

/** The same work at compile time, natively and in Node.js, without start-up. */
function work(name, sx, call, js) {
  const comptime = checking(name, `${STD}${sx}\nA :: #run ${call};\nmain :: () { print("{}\\n", A); }\n`, `${STD}${sx}\nmain :: () { print("{}\\n", 1); }\n`);
  const exe = (label, main) => {
    const n = label.replaceAll(' ', '_');
    const r = spawnSync(process.execPath, [SX, 'build', file(`${n}.sx`, `${STD}${sx}\nmain :: () { print("{}\\n", ${main}); }\n`), '-o', join(dir, n), '--opt', '0'], { cwd: dir, encoding: 'utf8' });
    if (r.status !== 0) throw new Error(r.stderr);
    return best(join(dir, n), []);
  };
  const native = exe(`${name}n`, call) - exe(`${name}e`, '1');
  const node = Math.min(...Array.from({ length: runs }, () => Number(spawnSync(process.execPath, ['-e', `const began=performance.now();${js};console.log(performance.now()-began)`], { encoding: 'utf8' }).stdout)));
  const row = (t) => `${t.toFixed(1).padStart(7)} ms`;
  console.log(`${name.padEnd(12)} comptime ${row(comptime)}   native -O0 ${row(native)}   node ${row(node)}   comptime/node ${(comptime / node).toFixed(1)}`);
}

try {
  work('20 sieves', `sieve :: (n: i64) -> i64 {
    m := alloc_string(n + 1);
    for 0..n + 1 (i) { m.ptr[i] = 1; }
    count := 0;
    i := 2;
    while i <= n {
        if m.ptr[i] == 1 { count += 1; j := i * 2; while j <= n { m.ptr[j] = 0; j += i; } }
        i += 1;
    }
    return count;
}
many :: () -> i64 { c := 0; for 0..20 (i) { c += sieve(1000000); } return c; }`, 'many()', 'for(let r=0;r<20;r++){const n=1e6,m=new Uint8Array(n+1).fill(1);let c=0;for(let i=2;i<=n;i++){if(m[i]===1){c++;for(let j=i*2;j<=n;j+=i)m[j]=0}}if(c!==78498)throw 1}');
  const types = (n) => Array.from({ length: n }, (_, k) => `T${k} :: make_enum("T${k}", .[.{ name = "a", payload = i64 }, .{ name = "b", payload = void }, .{ name = "c", payload = string }]);`).join('\n');
  const meta = `${STD}#import "modules/std/meta.sx";\n`;
  const made = checking('types', `${meta}${types(2000)}\nmain :: () {}\n`, `${meta}main :: () {}\n`);
  console.log(`types        2,000 made enums ${made.toFixed(0)} ms, ${((made * 1000) / 2000).toFixed(0)} µs each`);
  const prints = (n) => Array.from({ length: n }, (_, k) => `    print("line ${k}: {} {} {}\\n", n, s, n + ${k});`).join('\n');
  const body = (n) => `${STD}main :: () {\n    n := 1;\n    s := "s";\n${prints(n)}\n}\n`;
  const site = checking('print', body(2000), body(1000));
  console.log(`print        ${site.toFixed(2)} µs a call site (2,000 against 1,000 sites, all phases of checking)`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
