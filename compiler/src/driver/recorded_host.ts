// Takes a host; gives it with a record of what a compilation asks of it: files with their answers, and that it went beyond files.
import { type Digest, RecordingVfs } from '../source/recording_vfs.ts';
import type { Vfs } from '../source/vfs.ts';
import type { CImportHost } from './c_compiler.ts';
import type { Host, Session } from './session.ts';

export class RecordedHost {
  /** Something happened that no record covers: the evaluator used the operating system, or a C compiler did not tell what it read. */
  private escaped = false;
  /** The files, for the compiler to look at: what it sees is what its result depends on. */
  readonly record: RecordingVfs;
  readonly host: Host;
  /** The files without a record. */
  readonly files: Vfs;

  constructor(inner: Host, readonly digest: Digest) {
    const tell = (): void => { this.escaped = true; };
    const write: Host['write'] = (fd, bytes) => {
      tell();
      inner.write(fd, bytes);
    };
    this.files = inner.vfs;
    this.record = new RecordingVfs(inner.vfs, digest);
    this.host = {
      ...inner, vfs: this.record, write,
      native: inner.native === undefined ? undefined : watched(inner.native, tell), c: inner.c === undefined ? undefined : recordedC(inner.c, this.record, tell),
    };
  }

  /**
   * The root file, the options and the record (where there is `#import c`: and the C compiler, which is no file) are all that made
   * the result of `s` what it is, and making it left nothing else behind than the objects of C sources.
   */
  covers(s: Session): boolean {
    return !this.escaped && !s.build.asked && s.build.settings.size === 0;
  }
}

/** What C units are made from goes into `record`: the files that they read, and where files would have come first. */
function recordedC(inner: CImportHost, record: RecordingVfs, untold: () => void): CImportHost {
  return {
    ...inner,
    readFile: (path) => record.readFile(path),
    exists: (path) => {
      record.kind(path);
      return inner.exists(path);
    },
    untold,
  };
}

/** `target`, telling of every use. */
function watched<T extends object>(target: T, tell: () => void): T {
  return new Proxy(target, {
    get(t, key) {
      tell();
      return Reflect.get(t, key) as unknown;
    },
  });
}
