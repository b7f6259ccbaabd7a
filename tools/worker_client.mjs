// Takes requests; gives the answers of a real worker process (`sx --persistent_worker`), to which it speaks as Bazel does.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const proto = protobuf.parse(readFileSync(join(root, 'compiler/src/worker/worker_protocol.proto'), 'utf8'), { keepCase: true }).root;
const Request = proto.lookupType('blaze.worker.WorkRequest');
const Response = proto.lookupType('blaze.worker.WorkResponse');

/** A worker in the folder `cwd`; `options` are its own (--worker-jobs=N). `log` takes what it tells of each request; without, only what is wrong is shown. */
export class WorkerClient {
  #pending = Buffer.alloc(0);
  #waiting = new Map();
  #next = 1;
  #child;
  #verbosity = 0;

  constructor(sx, cwd, options = [], env = process.env, log = null) {
    this.#child = spawn(process.execPath, [sx, '--persistent_worker', ...options], { cwd, env, stdio: ['pipe', 'pipe', log === null ? 'inherit' : 'pipe'] });
    if (log !== null) {
      this.#verbosity = 1;
      this.#child.stderr.on('data', (text) => log(String(text)));
    }
    this.#child.stdout.on('data', (chunk) => this.#receive(chunk));
    this.#child.on('exit', (code, signal) => {
      for (const { failed } of this.#waiting.values()) failed(new Error(`the worker ended (${signal ?? code}) before it had answered`));
    });
  }

  /** The answer to one command: {exit_code, output}. Any number may wait at a time. */
  served(args) {
    const id = this.#next++;
    const answer = new Promise((done, failed) => this.#waiting.set(id, { done, failed }));
    this.#child.stdin.write(Request.encodeDelimited(Request.create({ arguments: args, request_id: id, verbosity: this.#verbosity })).finish());
    return answer;
  }

  /** Process ids of the executors that live now. */
  executors() {
    const children = readFileSync(`/proc/${this.#child.pid}/task/${this.#child.pid}/children`, 'utf8');
    return children.split(' ').filter((p) => p !== '').map(Number);
  }

  close() {
    this.#child.stdin.end();
    return new Promise((done) => (this.#child.exitCode === null ? this.#child.on('exit', done) : done()));
  }

  #receive(chunk) {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length > 0) {
      const reader = protobuf.Reader.create(this.#pending);
      let length;
      try {
        length = reader.uint32();
      } catch {
        return; // the length itself is not there yet
      }
      const end = reader.pos + length;
      if (this.#pending.length < end) return;
      const answer = Response.toObject(Response.decode(this.#pending.subarray(reader.pos, end)), { defaults: true });
      this.#pending = this.#pending.subarray(end);
      this.#waiting.get(answer.request_id).done(answer);
      this.#waiting.delete(answer.request_id);
    }
  }
}
