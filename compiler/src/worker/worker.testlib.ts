// A client of a real worker process, as Bazel is one: sends requests, cancels them, gives each one's answer.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { FrameReader, frame } from './framing.ts';
import { blaze } from './worker_protocol.pb.js';

export const SX = process.env['SX_BIN'] ?? resolve(__dirname, '../../bin/sx');

export type Answer = blaze.worker.WorkResponse;

export class WorkerClient {
  readonly child: ChildProcess;
  /** What the worker logs. */
  log = '';
  /** Answers that no request waits for. */
  readonly strays: Answer[] = [];
  private readonly waiting = new Map<number, (a: Answer) => void>();
  private readonly ended: Promise<number | null>;

  constructor(cwd: string, options: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [SX, '--persistent_worker', ...options], { cwd, stdio: 'pipe', env: { ...process.env, ...env } });
    const reader = new FrameReader();
    this.child.stdout!.on('data', (chunk: Buffer) => {
      for (const bytes of reader.push(chunk)) this.receive(blaze.worker.WorkResponse.decode(bytes));
    });
    this.child.stderr!.on('data', (text: Buffer) => void (this.log += text));
    this.ended = new Promise((done) => this.child.on('close', (code) => done(code)));
  }

  request(id: number, argv: readonly string[], more: Partial<blaze.worker.WorkRequest> = {}): Promise<Answer> {
    const answer = new Promise<Answer>((done) => this.waiting.set(id, done));
    this.send({ arguments: [...argv], request_id: id, ...more });
    return answer;
  }

  cancel(id: number): void {
    this.send({ request_id: id, cancel: true });
  }

  /** Ends stdin, as Bazel does; gives the worker's status. */
  close(): Promise<number | null> {
    this.child.stdin!.end();
    return this.ended;
  }

  /** Process ids of the executors. */
  executors(): number[] {
    const r = spawnSync('ps', ['-o', 'pid=', '--ppid', String(this.child.pid)], { encoding: 'utf8' });
    return r.stdout.split('\n').map(Number).filter((pid) => pid > 0);
  }

  private send(q: Partial<blaze.worker.WorkRequest>): void {
    this.child.stdin!.write(frame(blaze.worker.WorkRequest.encode(q).finish()));
  }

  private receive(a: Answer): void {
    const done = this.waiting.get(a.request_id);
    if (done === undefined) this.strays.push(a);
    this.waiting.delete(a.request_id);
    done?.(a);
  }
}
