// Takes a folder; gives a store of bytes by their digest there, as ContentAddressableStorage has it.
import { createHash } from 'node:crypto';
import { chmodSync, closeSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CODE, RpcError } from './grpc.mjs';

export const digestOf = (bytes) => ({ hash: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length });

/** Digests that are asked for and not there: who called has to send them. */
export class MissingBlobs extends RpcError {
  constructor(digests) {
    super(CODE.failedPrecondition, `not in the store: ${digests.map((d) => `${d.hash}/${d.sizeBytes}`).join(', ')}`);
    this.digests = digests;
  }
}

export class Store {
  constructor(dir) {
    this.dir = dir;
    this.count = 0;
    for (const d of ['cas', 'programs', 'tmp']) mkdirSync(join(dir, d), { recursive: true });
    this.put(Buffer.alloc(0)); // clients do not send what is empty
  }

  path(digest) {
    if (!/^[0-9a-f]{64}$/.test(digest?.hash ?? '')) throw new RpcError(CODE.invalidArgument, `not a SHA-256 digest: ${JSON.stringify(digest)}`);
    return join(this.dir, 'cas', digest.hash);
  }

  has(digest) {
    return statSync(this.path(digest), { throwIfNoEntry: false })?.size === Number(digest.sizeBytes);
  }

  get(digest) {
    if (!this.has(digest)) throw new MissingBlobs([digest]);
    return readFileSync(this.path(digest));
  }

  put(bytes) {
    const digest = digestOf(bytes);
    if (!this.has(digest)) {
      const file = join(this.dir, 'tmp', String(this.count++));
      writeFileSync(file, bytes);
      this.take(file, digest);
    }
    return digest;
  }

  /** Puts a file that is not needed elsewhere. */
  take(file, digest) {
    chmodSync(file, 0o444);
    renameSync(file, this.path(digest));
  }

  /** Something to write bytes to that have to have a digest in the end. */
  writer(digest) {
    const file = join(this.dir, 'tmp', String(this.count++));
    const to = openSync(file, 'w');
    const hash = createHash('sha256');
    let size = 0;
    return {
      write(bytes) {
        hash.update(bytes);
        size += bytes.length;
        for (let at = 0; at < bytes.length; ) at += writeSync(to, bytes, at);
      },
      done: () => {
        closeSync(to);
        const found = hash.digest('hex');
        if (found !== digest.hash || size !== Number(digest.sizeBytes)) {
          rmSync(file);
          throw new RpcError(CODE.invalidArgument, `the bytes sent are ${found}/${size}, announced was ${digest.hash}/${digest.sizeBytes}`);
        }
        this.take(file, digest);
        return size;
      },
      size: () => size,
    };
  }

  /** A read-only file with the bytes, to be linked to; programs are files of their own, since the mode belongs to the file. */
  file(digest, executable) {
    const plain = this.path(digest);
    if (!executable) return plain;
    const program = join(this.dir, 'programs', digest.hash);
    if (!existsSync(program)) {
      copyFileSync(plain, program);
      chmodSync(program, 0o555);
    }
    return program;
  }
}
