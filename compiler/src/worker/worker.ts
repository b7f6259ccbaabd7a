// Bazel's persistent worker: takes WorkRequests on stdin, gives WorkResponses on stdout; several at a time, each can be cancelled.
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { WORKER_FLAG } from './flags.ts';
import { FrameReader, FramingError, frame } from './framing.ts';
import { ExecutorPool } from './pool.ts';
import { blaze } from './worker_protocol.pb.js';

export const WORKER_HELP = `usage: node sx.cjs ${WORKER_FLAG} [--worker-jobs=N] [--worker-memory=MIB]

Serves Bazel's WorkRequests (multiplex, sandboxed, cancellable) from stdin until it ends. Started by Bazel, not by hand.

  --worker-jobs=N       compilations at a time (default: the processors of this machine)
  --worker-memory=MIB   an executor that holds more after a request is replaced (default 1536)
`;

const { WorkRequest, WorkResponse } = blaze.worker;
const EXIT_USAGE = 2;

interface Settings {
  readonly jobs: number;
  readonly memoryMib: number;
}

/** A message when the arguments cannot be understood. */
export function workerSettings(argv: readonly string[]): Settings | string {
  const numbers: Record<string, number> = { '--worker-jobs': availableParallelism(), '--worker-memory': 1536 };
  for (const word of argv) {
    const [name = '', value = ''] = word.split('=', 2);
    if (!Object.hasOwn(numbers, name)) return `unknown worker option '${word}'`;
    if (!/^[1-9]\d{0,5}$/.test(value)) return `worker option '${name}' takes a number from 1, not '${value}'`;
    numbers[name] = Number(value);
  }
  return { jobs: numbers['--worker-jobs']!, memoryMib: numbers['--worker-memory']! };
}

/** Serves requests until stdin ends; gives the process's exit status. */
export function runWorker(argv: readonly string[]): Promise<number> {
  const settings = workerSettings(argv);
  if (typeof settings === 'string') {
    process.stderr.write(`sx worker: ${settings}\n\n${WORKER_HELP}`);
    return Promise.resolve(EXIT_USAGE);
  }
  return new Promise((done) => {
    const server = new Server(settings);
    const end = (status: number): void => {
      server.close();
      done(status);
    };
    process.stdin.on('data', (chunk: Buffer) => {
      try {
        server.receive(chunk);
      } catch (e) {
        // Frames have no marks: after a wrong one nothing can be read any more. Bazel starts another worker.
        const what = e instanceof FramingError ? e.message : `a request could not be decoded: ${(e as Error).message}`;
        log(`${what}; stopping`);
        process.stdin.destroy();
        end(EXIT_USAGE);
      }
    });
    process.stdin.on('end', () => end(0));
    for (const [signal, number] of [['SIGTERM', 15], ['SIGINT', 2]] as const) {
      process.on(signal, () => {
        process.stdin.destroy();
        end(128 + number);
      });
    }
  });
}

const log = (line: string): void => void process.stderr.write(`sx worker: ${line}\n`);

/** Outside of a sandbox the whole workspace lies beside the inputs: the request's list stands in for the sandbox. */
function inputsOf(q: blaze.worker.WorkRequest): readonly string[] | null {
  return q.sandbox_dir !== '' || q.inputs.length === 0 ? null : q.inputs.map((i) => i.path);
}

class Server {
  private readonly reader = new FrameReader();
  private readonly pool: ExecutorPool;
  /** Requests that have no answer yet: their keys in the pool by request id. */
  private readonly open = new Map<number, number>();
  private nextKey = 1;
  private readonly base = process.cwd();

  constructor(settings: Settings) {
    this.pool = new ExecutorPool({ size: settings.jobs, memoryLimit: settings.memoryMib * 2 ** 20, log });
  }

  receive(chunk: Uint8Array): void {
    for (const bytes of this.reader.push(chunk)) this.handle(WorkRequest.decode(bytes));
  }

  close(): void {
    this.pool.close();
  }

  private handle(q: blaze.worker.WorkRequest): void {
    const id = q.request_id;
    if (q.cancel) {
      const key = this.open.get(id);
      // Without one, the answer has crossed the cancellation: Bazel expects no second.
      if (key !== undefined) this.pool.cancel(key);
      return;
    }
    const key = this.nextKey++;
    this.open.set(id, key);
    const began = performance.now();
    this.pool.submit({ key, argv: q.arguments, cwd: resolve(this.base, q.sandbox_dir), inputs: inputsOf(q) }, (r) => {
      this.open.delete(id);
      this.answer(r === null ? { request_id: id, was_cancelled: true } : { request_id: id, exit_code: r.exitCode, output: r.output });
      if (q.verbosity === 0) return;
      const { executors, waiting } = this.pool.state;
      const all = `${Math.round(performance.now() - began)} ms in all, ${executors} executors, ${waiting} waiting`;
      const what = r === null ? 'cancelled' : `status ${r.exitCode}, ${Math.round(r.ms)} ms, ${r.resumed ? 'checked before' : `${r.cached} of ${r.loaded} files known, modules ${r.modules - r.reused} checked and ${r.reused} reused${r.unkept === '' ? '' : ` (nothing is kept: ${r.unkept})`}`}, ${r.rss >> 20} MiB`;
      log(`request ${id} (${q.arguments.slice(0, 3).join(' ')} …, ${q.inputs.length} inputs): ${what}; ${all}`);
    });
  }

  private answer(r: Partial<blaze.worker.WorkResponse>): void {
    process.stdout.write(frame(WorkResponse.encode(r).finish()));
  }
}
