// What build programs set and ask (reference 11.10, 18 §3–4): the compiler's side of modules/build.sx and modules/compiler.sx.
import type { Checker } from '../check/checker.ts';
import { VmStop } from '../comptime/memory.ts';
import type { Vm } from '../comptime/vm.ts';

/** What only the running build can do; absent outside of a build callback. */
export interface BuildActions {
  /** Writes the program's object; its path, or a message. */
  emitObject(): string | { readonly error: string };
  /** null on success. */
  link(q: { objects: string[]; output: string; libraries: string[]; flags: string[] }): string | null;
}

export class BuildState {
  /** Code that ran asked or set any of this: what it gave depends on more than sources. */
  asked = false;
  /** Code address of the registered driver, 0 = none. */
  onBuild = 0;
  /** Functions that drive the build when no program does: default_pipeline for a bundle; what runs after linking. 0 = none. */
  driver = 0;
  afterLink = 0;
  outputPath = '';
  readonly linkFlags: string[] = [];
  readonly frameworks: string[] = [];
  readonly assets: { src: string; dest: string }[] = [];
  /** bundle_path, bundle_id, … as set. */
  readonly settings = new Map<string, string>();
  binaryPath = '';
  /** From the command line. */
  cliFlags: readonly string[] = [];
  cliOutput = '';
  defaultOutput = '';
  triple = '';
  hostTriple = '';
  objects: readonly string[] = [];
  actions: BuildActions | null = null;

  get output(): string { return this.cliOutput !== '' ? this.cliOutput : this.outputPath !== '' ? this.outputPath : this.defaultOutput; }

  /** Program and command line, duplicates of libraries removed. */
  get flags(): string[] { return [...new Set([...this.linkFlags, ...this.cliFlags])]; }
}

const SETTINGS = ['wasm_shell', 'post_link_module', 'bundle_path', 'bundle_id', 'codesign_identity', 'provisioning_profile', 'manifest_path', 'keystore_path'];

type Service = (a: readonly number[]) => number | undefined;

export function buildServices(c: Checker, vm: () => Vm, b: BuildState): Readonly<Record<string, Service>> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const text = (at: number, n: number): string => (n === 0 ? '' : decoder.decode(vm().readBytes(at, n)));
  const word = (at: number): number => {
    const bytes = vm().readBytes(at, 8);
    return Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  };
  const putPair = (at: number, a: number, n: number): void => {
    const pair = new DataView(new ArrayBuffer(16));
    pair.setBigUint64(0, BigInt(a), true);
    pair.setBigInt64(8, BigInt(n), true);
    vm().writeBytes(at, new Uint8Array(pair.buffer));
  };
  const putString = (at: number, s: string): undefined => {
    const bytes = encoder.encode(`${s}\0`);
    const data = vm().alloc(bytes.length, 1);
    vm().writeBytes(data, bytes);
    putPair(at, data, bytes.length - 1);
    return undefined;
  };
  /** A List(string) {items: []string, cap: i64}; cap 0: the buffer is not the list's to free. */
  const putList = (at: number, items: readonly string[]): undefined => {
    const data = vm().alloc(Math.max(1, items.length) * 16, 8);
    items.forEach((s, i) => putString(data + 16 * i, s));
    putPair(at, data, items.length);
    vm().writeBytes(at + 16, new Uint8Array(8));
    return undefined;
  };
  const list = (at: number): string[] => Array.from({ length: word(at + 8) }, (_, i) => text(word(word(at) + 16 * i), word(word(at) + 16 * i + 8)));
  const indexed = (items: () => readonly string[]): Service => ([i, out]) => putString(out!, items()[i!] ?? '');
  const needActions = (name: string): BuildActions => {
    if (b.actions === null) throw new VmStop(`'${name}' can only be called from a build callback`);
    return b.actions;
  };
  const has = (s: string): boolean => b.triple.includes(s);
  const settings: Record<string, Service> = {};
  for (const s of SETTINGS) {
    settings[`set_${s}`] = ([p, n]) => { b.settings.set(s, text(p!, n!)); return undefined; };
    settings[s] = ([out]) => putString(out!, b.settings.get(s) ?? '');
  }
  return {
    ...settings,
    build_options: () => undefined,
    on_build: ([cb]) => { b.onBuild = cb!; return undefined; },
    add_link_flag: ([p, n]) => { b.linkFlags.push(text(p!, n!)); return undefined; },
    add_framework: ([p, n]) => { b.frameworks.push(text(p!, n!)); return undefined; },
    set_output_path: ([p, n]) => { b.outputPath = text(p!, n!); return undefined; },
    add_asset_dir: ([p, n, q, m]) => { b.assets.push({ src: text(p!, n!), dest: text(q!, m!) }); return undefined; },
    asset_dir_count: () => b.assets.length,
    asset_dir_src_at: indexed(() => b.assets.map((a) => a.src)),
    asset_dir_dest_at: indexed(() => b.assets.map((a) => a.dest)),
    binary_path: ([out]) => putString(out!, b.binaryPath),
    target_triple: ([out]) => putString(out!, b.triple),
    is_macos: () => Number((has('apple-macos') || has('apple-darwin')) && !has('ios')),
    is_ios: () => Number(has('apple-ios')),
    is_ios_device: () => Number(has('apple-ios') && !has('simulator')),
    is_ios_simulator: () => Number(has('apple-ios') && has('simulator')),
    is_android: () => Number(has('android')),
    framework_count: () => b.frameworks.length,
    framework_at: indexed(() => b.frameworks),
    framework_path_count: () => 0,
    framework_path_at: indexed(() => []),
    jni_main_count: () => 0,
    jni_main_runtime_path_at: indexed(() => []),
    jni_main_java_source_at: indexed(() => []),
    c_object_paths: ([out]) => putList(out!, b.objects),
    link_libraries: ([out]) => putList(out!, c.libraries),
    build_frameworks: ([out]) => putList(out!, b.frameworks),
    build_flags: ([out]) => putList(out!, b.flags),
    build_output: ([out]) => putString(out!, b.output),
    build_target: ([out]) => putString(out!, b.triple === b.hostTriple ? '' : b.triple),
    emit_object: ([out]) => {
      const r = needActions('emit_object').emitObject();
      if (typeof r !== 'string') throw new VmStop(r.error);
      return putString(out!, r);
    },
    link: ([objects, op, on, libraries, _frameworks, flags]) => {
      const error = needActions('link').link({ objects: list(objects!), output: text(op!, on!), libraries: list(libraries!), flags: list(flags!) });
      if (error !== null) throw new VmStop(error);
      b.binaryPath = text(op!, on!);
      return undefined;
    },
  };
}
