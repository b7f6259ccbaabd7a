// Takes text and bytes for stdout and stderr; writes all of it, or collects it while a request of a build system is served.
import { writeSync } from 'node:fs';

/** Everything is written by then: `writeSync` returns when it is. */
export { endAtOnce } from '../host/koffi.ts';

type Write = (fd: 1 | 2, bytes: Uint8Array) => void;

function toProcess(fd: 1 | 2, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (e) {
      const code = (e as NodeJS.ErrnoException).code;
      if (code === 'EAGAIN') continue;
      if (code === 'EPIPE') process.exit(128 + 13);
      throw e;
    }
  }
}

// Where a process writes is the process's: one of these at a time, like the descriptors themselves.
let current: Write = toProcess;

export function writeAll(fd: number, data: Uint8Array | string): void {
  current(fd === 2 ? 2 : 1, typeof data === 'string' ? Buffer.from(data) : data);
}

export const out = (text: string | Uint8Array): void => writeAll(1, text);
export const err = (text: string): void => writeAll(2, text);

/** Runs a command with its stdout and stderr collected, in the order written. */
export async function collecting(run: () => Promise<number>): Promise<{ readonly status: number; readonly output: string }> {
  const parts: Buffer[] = [];
  current = (_fd, bytes) => void parts.push(Buffer.from(bytes));
  try {
    const status = await run();
    return { status, output: Buffer.concat(parts).toString() };
  } finally {
    current = toProcess;
  }
}
