// Takes runfiles and a manifest of recorded texts; compares each with what was made now, or records it (--update). Exit 0: all equal.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const [runfiles, manifestPath, ...args] = process.argv.slice(2);
const manifest = JSON.parse(fs.readFileSync(manifestPath, 'utf8'));
const at = (rlocation) => path.join(runfiles, rlocation);
const CONTEXT = 3;

/** The text as it is now: a file of the build, or what the program prints. */
function actualOf(s) {
  if (s.actual !== '') return fs.readFileSync(at(s.actual));
  const r = spawnSync(at(s.program), s.args, { encoding: 'buffer', maxBuffer: 1 << 28, env: { ...process.env, RUNFILES_DIR: runfiles } });
  if (r.error) throw new Error(`${s.program} could not be started: ${r.error.message}`);
  if (r.status !== s.exit) throw new Error(`${s.program} ended with ${r.signal ?? `status ${r.status}`}, wanted status ${s.exit}\n${r.stderr.toString()}`);
  return r.stdout;
}

/** The first place where two texts differ, with what stands around it. */
function difference(expected, actual) {
  const e = expected.toString().split('\n');
  const a = actual.toString().split('\n');
  let i = 0;
  while (i < e.length && i < a.length && e[i] === a[i]) i++;
  let tail = 0;
  while (tail < e.length - i && tail < a.length - i && e[e.length - 1 - tail] === a[a.length - 1 - tail]) tail++;
  const show = (mark, lines) => [...lines.slice(0, 12).map((l) => `${mark}${l}`), ...(lines.length > 12 ? [`${mark}… ${lines.length - 12} more lines`] : [])];
  return [
    `@@ line ${i + 1} @@`,
    ...e.slice(Math.max(0, i - CONTEXT), i).map((l) => ` ${l}`),
    ...show('-', e.slice(i, e.length - tail)),
    ...show('+', a.slice(i, a.length - tail)),
    ...a.slice(a.length - tail, a.length - tail + CONTEXT).map((l) => ` ${l}`),
  ].join('\n');
}

function update() {
  const workspace = process.env.BUILD_WORKSPACE_DIRECTORY;
  if (!workspace) {
    console.error('the recorded files are in your source tree: start this with `bazel run`');
    return 2;
  }
  for (const s of manifest.snapshots) {
    const file = path.join(workspace, s.path);
    const text = actualOf(s);
    const same = fs.existsSync(file) && Buffer.compare(fs.readFileSync(file), text) === 0;
    if (!same) {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
    console.log(`${same ? 'unchanged' : 'recorded '} ${s.path}`);
  }
  return 0;
}

function compare() {
  let bad = 0;
  for (const s of manifest.snapshots) {
    const text = actualOf(s);
    if (s.expected !== '' && Buffer.compare(fs.readFileSync(at(s.expected)), text) === 0) {
      console.log(`ok      ${s.path}`);
      continue;
    }
    bad++;
    if (s.expected === '') console.log(`MISSING ${s.path}: nothing is recorded`);
    else console.log(`DIFFERS ${s.path}\n--- recorded\n+++ now\n${difference(fs.readFileSync(at(s.expected)), text)}`);
  }
  if (bad > 0) console.log(`\nTo record what is made now: bazel run ${manifest.update}`);
  return bad === 0 ? 0 : 1;
}

try {
  process.exitCode = args.includes('--update') || manifest.mode === 'update' ? update() : compare();
} catch (e) {
  console.error(e.message);
  process.exitCode = 1;
}
