// Takes Bazel's coverage folder after a test (COVERAGE_DIR, COVERAGE_MANIFEST, ROOT) and the C toolchain's gcov (COVERAGE_GCOV_PATH); leaves an
// LCOV file there with the lines of the C parts. In the place of Bazel's own collect_cc_coverage.sh, whose results its own merger alone can read.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const { COVERAGE_DIR: dir, COVERAGE_GCOV_PATH: gcov, COVERAGE_MANIFEST: manifest, ROOT: root = process.cwd() } = process.env;
if (!dir || !manifest || !gcov) process.exit(0); // no C part is instrumented

const records = [];
for (const notes of fs.readFileSync(path.resolve(root, manifest), 'utf8').split('\n').filter((l) => l.endsWith('.gcno'))) {
  const counters = path.join(dir, notes.replace(/\.gcno$/, '.gcda'));
  // Code that was not linked in has none.
  if (!fs.existsSync(counters)) continue;
  // gcov wants the notes beside the counters.
  fs.copyFileSync(path.resolve(root, notes), counters.replace(/\.gcda$/, '.gcno'));
  const r = spawnSync(path.resolve(root, gcov), ['--json-format', '--stdout', '-o', path.dirname(counters), counters], { cwd: dir, encoding: 'utf8', maxBuffer: 1 << 28 });
  let report;
  try {
    report = JSON.parse(r.stdout);
  } catch {
    console.error(`coverage of C parts: ${gcov} gave no JSON, which gcov of gcc 9 and newer does: ${r.error?.message ?? r.stderr}`);
    process.exit(1);
  }
  for (const { file, functions, lines } of report.files) {
    records.push(`SF:${file}`);
    for (const f of functions) records.push(`FN:${f.start_line},${f.demangled_name}`, `FNDA:${f.execution_count},${f.demangled_name}`);
    for (const l of lines) records.push(`DA:${l.line_number},${l.count}`);
    records.push('end_of_record');
  }
}
fs.writeFileSync(path.join(dir, 'c_parts.dat'), records.length === 0 ? '' : `${records.join('\n')}\n`);
