// Takes Bazel's coverage folder (--coverage_dir, --source_file_manifest) or list of reports (--reports_file); merges what is there into
// one LCOV file (--output_file). The one is a test's --coverage_output_generator, the other --coverage_report_generator.
// Within a record a line counts as often as its largest counter; records of one file (functions, runs) add up.
const fs = require('node:fs');
const path = require('node:path');

const options = Object.fromEntries(process.argv.slice(4).map((a) => /^--([a-z_]+)=(.*)$/s.exec(a)?.slice(1) ?? [a, '']));
const dir = options.coverage_dir;
const output = options.output_file;
if (!output || (!dir && !options.reports_file)) {
  console.error('lcov_merger: --output_file is needed, and --coverage_dir or --reports_file');
  process.exit(2);
}
const manifest = options.source_file_manifest;
const wanted = manifest && fs.existsSync(manifest) ? new Set(fs.readFileSync(manifest, 'utf8').split('\n').filter((l) => l !== '')) : null;

const files = new Map(); // path → {lines: line → count, fns: name → {line, hits}}
const fileOf = (name) => files.get(name) ?? files.set(name, { lines: new Map(), fns: new Map() }).get(name);

function readRecord(text) {
  const source = /^SF:(.*)$/m.exec(text)?.[1];
  if (source === undefined || (wanted !== null && !wanted.has(source))) return;
  const file = fileOf(source);
  const lines = new Map();
  for (const [, line, count] of text.matchAll(/^DA:(\d+),(\d+)/gm)) lines.set(Number(line), Math.max(lines.get(Number(line)) ?? 0, Number(count)));
  for (const [line, count] of lines) file.lines.set(line, (file.lines.get(line) ?? 0) + count);
  for (const [, line, name] of text.matchAll(/^FN:(\d+),(.*)$/gm)) if (!file.fns.has(name)) file.fns.set(name, { line: Number(line), hits: 0 });
  for (const [, hits, name] of text.matchAll(/^FNDA:(\d+),(.*)$/gm)) {
    const fn = file.fns.get(name);
    if (fn !== undefined) fn.hits += Number(hits);
  }
}

function inputs() {
  if (options.reports_file) return fs.readFileSync(options.reports_file, 'utf8').split('\n').filter((l) => l !== '' && fs.existsSync(l));
  const names = fs.readdirSync(dir, { recursive: true }).filter((name) => name.endsWith('.dat'));
  return names.sort().map((name) => path.join(dir, name));
}

for (const file of inputs()) for (const record of fs.readFileSync(file, 'utf8').split('end_of_record')) readRecord(record);

const out = [];
for (const [source, { lines, fns }] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const byLine = [...fns].sort(([a, x], [b, y]) => x.line - y.line || (a < b ? -1 : 1));
  const counts = [...lines].sort(([a], [b]) => a - b);
  out.push(`SF:${source}`);
  for (const [name, { line }] of byLine) out.push(`FN:${line},${name}`);
  for (const [name, { hits }] of byLine) out.push(`FNDA:${hits},${name}`);
  out.push(`FNF:${byLine.length}`, `FNH:${byLine.filter(([, f]) => f.hits > 0).length}`);
  for (const [line, count] of counts) out.push(`DA:${line},${count}`);
  out.push(`LF:${counts.length}`, `LH:${counts.filter(([, n]) => n > 0).length}`, 'end_of_record');
}
fs.writeFileSync(output, out.length === 0 ? '' : `${out.join('\n')}\n`);
