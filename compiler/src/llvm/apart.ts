// Takes LLVM text that may be the end of LLVM; compiles it in a child process, and gives the result or how the child ended.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeSync } from 'node:fs';
import { type CodegenOptions, type CodegenResult, compileText } from './codegen.ts';

/** The word that makes the bundle the child. */
export const CODEGEN_FLAG = '--codegen-child';

const REFUSED = 1;
const MAX_OUTPUT = 2 ** 31 - 1;

/** The child died of the text. */
export interface Ended {
  readonly ok: false;
  readonly error: string;
  readonly ended: true;
}

/** Like compileText. A child costs about 0.1 s. */
export function compileApart(text: Uint8Array, o: CodegenOptions): CodegenResult | Ended {
  const r = spawnSync(process.execPath, [process.argv[1]!, CODEGEN_FLAG, JSON.stringify(o)], { input: text, maxBuffer: MAX_OUTPUT, stdio: ['pipe', 'pipe', 'pipe'] });
  if (r.error !== undefined) return { ok: false, error: `the process for LLVM: ${r.error.message}` };
  if (r.status === 0) return { ok: true, bytes: r.stdout, times: { parse: 0, passes: 0, emit: 0 }, warnings: [] };
  if (r.status === REFUSED) return { ok: false, error: r.stdout.toString() };
  const said = /^LLVM ERROR: (.*)$/m.exec(r.stderr.toString())?.[1];
  return { ok: false, ended: true, error: `LLVM ends (${r.signal ?? `status ${r.status}`}${said === undefined ? '' : `: ${said}`})` };
}

/** What the child does: the text comes from standard input, the object or the errors go to standard output. */
export function serveCodegen(options: string): number {
  const r = compileText(new Uint8Array(readFileSync(0)), JSON.parse(options) as CodegenOptions);
  const bytes = r.ok ? r.bytes : Buffer.from(r.error);
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
  return r.ok ? 0 : REFUSED;
}
