// Takes Bazel's test environment (shards); runs jest over the shard's files. Started by //tools:jest, not by hand.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { TEST_SHARD_INDEX, TEST_SHARD_STATUS_FILE, TEST_TMPDIR, TEST_TOTAL_SHARDS } = process.env;
const args = ['--ci', '--silent', '--maxWorkers=1', ...process.argv.slice(2)];
if (TEST_TMPDIR) args.push(`--cacheDirectory=${join(TEST_TMPDIR, 'jest')}`);
if (TEST_SHARD_STATUS_FILE) writeFileSync(TEST_SHARD_STATUS_FILE, '');
if (TEST_TOTAL_SHARDS) args.push(`--shard=${Number(TEST_SHARD_INDEX) + 1}/${TEST_TOTAL_SHARDS}`);
const jest = join(root, 'node_modules/jest/bin/jest.js');
const r = spawnSync(process.execPath, [jest, ...args], { cwd: root, stdio: 'inherit' });
process.exit(r.status ?? 1);
