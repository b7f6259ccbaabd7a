// Takes tsconfig.json; runs the type checker over the compiler and its tools. Under Bazel: //tools:types.
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
// TypeScript 7 is a native program: a whole check costs about as much as a warm request to a persistent worker around the JavaScript
// API of TypeScript 5 did (1.3 s against 3.8 s), and has no such API, which is why @bazel/typescript's worker cannot run it.
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const r = spawnSync(process.execPath, [tsc, '--noEmit', '-p', root], { cwd: root, stdio: 'inherit' });
process.exit(r.status ?? 1);
