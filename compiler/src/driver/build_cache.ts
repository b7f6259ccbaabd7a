// Takes what a build was asked and everything it looked at; gives the code and the executable of an earlier build that saw the same
// (reference 15.1: content-keyed, with the compiler's identity; a failure of the cache never fails a build).
import { type LinkOptions, planLink, planQuick } from '../link/link.ts';
import type { LinkHost } from '../link/host_port.ts';
import { type Observation, stillHolds } from '../source/recording_vfs.ts';
import { compilerIdentity } from './c_compiler.ts';
import type { CheckedProgram } from './program.ts';
import type { RecordedHost } from './recorded_host.ts';
import type { Session } from './session.ts';

/** Where entries are kept. Reads give null, writes nothing, when the store fails. */
export interface CacheStore {
  digest(bytes: Uint8Array | string): string;
  /** A short text under a key. */
  index(key: string): string | null;
  putIndex(key: string, text: string): void;
  /** Bytes by their digest: never others than those. */
  blob(digest: string): Uint8Array | null;
  /** Returns the digest, null when the bytes could not be kept. */
  putBlob(bytes: Uint8Array): string | null;
  /** The file that holds a blob. */
  pathOf(digest: string): string;
  /** Size and time of a file, '' when there is none. */
  stamp(path: string): string;
}

/** Code of one program, and what linking and running it have to know. */
export interface Compiled {
  readonly code: Uint8Array;
  /** Libraries that the program names. */
  readonly libraries: readonly string[];
  readonly hasMain: boolean;
  /** Files: the objects of its C sources. */
  readonly objects: readonly string[];
}

interface Entry {
  readonly code: string;
  readonly objects: readonly string[];
  readonly libraries: readonly string[];
  readonly hasMain: boolean;
  readonly seen: readonly Observation[];
}

export class BuildCache {
  constructor(
    private readonly store: CacheStore,
    /** What the compilation asks its host. */
    private readonly recorded: RecordedHost,
    /** Digest or version of the compiler and of the LLVM it uses. */
    private readonly identity: readonly string[],
  ) {}

  find(s: Session, root: Uint8Array, kind: string): Compiled | null {
    const { store } = this;
    const text = store.index(this.codeKey(s, root, kind));
    const entry = text === null ? null : (JSON.parse(text) as Entry);
    if (entry === null || !stillHolds(this.recorded.files, (b) => store.digest(b), entry.seen)) return null;
    const code = store.blob(entry.code);
    if (code === null || entry.objects.some((o) => store.blob(o) === null)) return null;
    return { code, libraries: entry.libraries, hasMain: entry.hasMain, objects: entry.objects.map((o) => store.pathOf(o)) };
  }

  /** Keeps the code of a program that nothing but its files and options made what it is. */
  keep(s: Session, p: CheckedProgram, root: Uint8Array, kind: string, code: Uint8Array): void {
    if (p.hasTopRun || !this.recorded.covers(s) || s.sink.diags.length > 0 || s.options.dumpAfter.length > 0) return;
    const digest = this.store.putBlob(code);
    const objects = s.objects.map((path) => this.putFile(path));
    if (digest === null || !objects.every((o) => o !== null)) return;
    const entry: Entry = { code: digest, objects, libraries: p.checker.libraries, hasMain: p.entry !== null, seen: this.recorded.record.observations };
    this.store.putIndex(this.codeKey(s, root, kind), JSON.stringify(entry));
  }

  /** Digest of the executable that linking `o` gave before; null when it has to be linked. */
  findLinked(host: LinkHost, o: LinkOptions, code: Uint8Array): string | null {
    const key = this.linkKey(host, o, code);
    const digest = key === null ? null : this.store.index(key);
    return digest !== null && this.store.blob(digest) !== null ? digest : null;
  }

  keepLinked(host: LinkHost, o: LinkOptions, code: Uint8Array, exe: Uint8Array | null): void {
    const key = this.linkKey(host, o, code);
    const digest = key === null || exe === null ? null : this.store.putBlob(exe);
    if (digest !== null) this.store.putIndex(key!, digest);
  }

  private codeKey(s: Session, root: Uint8Array, kind: string): string {
    const c = s.host.c === undefined ? [] : compilerIdentity(s.host.c, s.options);
    return this.store.digest(JSON.stringify(['code', kind, s.options, this.recorded.files.cwd, this.identity, c, this.store.digest(root)]));
  }

  private putFile(path: string): string | null {
    const bytes = this.recorded.files.readFile(path);
    return bytes === null ? null : this.store.putBlob(bytes);
  }

  /** The linker's command line with the state of every file it names; null where a driver decides what is linked. */
  private linkKey(host: LinkHost, o: LinkOptions, code: Uint8Array): string | null {
    if (o.sanitizer) return null;
    // The first object is `code`; the others are those of C sources, and they may lie in folders that will be gone.
    const others = o.objects.slice(1).map((path) => this.recorded.files.readFile(path));
    const named = { ...o, objects: o.objects.map((_, i) => `object${i}`), output: 'output' };
    const plan = planLink(host, named);
    const quick = planQuick(host, named);
    if (typeof plan === 'string' || !plan.args.includes('-dynamic-linker')) return null;
    const dirs = plan.args.filter((x) => x.startsWith('-L')).map((x) => x.slice(2));
    const files = [plan, ...(quick === null ? [] : [quick])].flatMap((p) => [p.command, ...p.args.filter((x) => !x.startsWith('-'))]);
    for (const lib of plan.args.filter((x) => x.startsWith('-l'))) {
      for (const dir of dirs) for (const end of ['so', 'a']) files.push(`${dir}/lib${lib.slice(2)}.${end}`);
    }
    return this.store.digest(JSON.stringify(['link', plan, quick, files.map((f) => this.store.stamp(f)), [code, ...others].map((b) => (b === null ? '' : this.store.digest(b)))]));
  }
}
