// Takes runfiles and a manifest of sources; says which the formatter would change, or formats them (--fix). Exit 0: none.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const [runfiles, manifestPath] = process.argv.slice(2);
const manifest = JSON.parse(fs.readFileSync(manifestPath, 'utf8'));
const at = (rlocation) => path.join(runfiles, rlocation);
const fix = manifest.mode === 'fix';
const workspace = process.env.BUILD_WORKSPACE_DIRECTORY;
if (fix && !workspace) {
  console.error('the sources are in your source tree: start this with `bazel run`');
  process.exit(2);
}
let bad = 0;
for (const s of manifest.sources) {
  const file = fix ? path.join(workspace, s.path) : at(s.file);
  const r = spawnSync(process.execPath, [at(manifest.compiler), 'fmt', ...(fix ? [] : ['--check']), file], { encoding: 'utf8' });
  const said = `${r.stdout}${r.stderr}`.split(file).join(s.path).trim();
  if (said !== '') console.log(said);
  if (r.status !== 0) bad++;
}
if (bad > 0 && !fix) console.log(`\n${bad} of ${manifest.sources.length} files are not formatted. To format them: bazel run ${manifest.fix}`);
process.exitCode = bad === 0 ? 0 : 1;
