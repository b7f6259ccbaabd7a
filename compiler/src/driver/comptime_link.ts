// Ties check's ComptimePort to the evaluator: the one cycle of the language, closed here.
import { EXIT_ABORT } from '../comptime/memory.ts';
import { OTHER_TYPE, UNREACHABLE, Vm } from '../comptime/vm.ts';
import type { Checker } from '../check/checker.ts';
import type { ComptimePort, EvalResult } from '../check/comptime_port.ts';
import { checkInst } from '../check/fn.ts';
import { BodyState } from '../check/fn_decl.ts';
import { typeInfoGlobal } from '../check/type_info.ts';
import { machineOf } from './machine.ts';
import type { AsmTarget } from './native_asm.ts';
import { NativeCalls, type NativeLibraries } from './native_calls.ts';
import { NativeStore } from './native_store.ts';
import { importC } from './c_import.ts';
import { compilerService } from './comptime_hooks.ts';
import type { ModuleStore } from './modules.ts';
import { Linkage } from '../ir/module.ts';
import type { Pos } from '../base/ids.ts';
import { holdsNumbers } from '../check/insight.ts';
import type { Session } from './session.ts';

/** Makes the evaluator of `c`; what code prints at compile time goes to the session's host. */
export function linkComptime(c: Checker, s: Session): Vm {
  const { write, native } = s.host;
  const store = s.modules?.store ?? null;
  const vm: Vm = new Vm(c.module, c.types, {
    ensureBody: (id) => ensureBody(c, id),
    isOpen: (id) => c.fnInsts.get(id)?.state === BodyState.active,
    write,
    opened: (path) => {
      store?.current?.beyond('files read');
      s.reads.add(path);
    },
    noNative: s.options.comptimeFfi ? undefined : 'C functions and assembly are not allowed here (--comptime-ffi=allow allows them; for a target of Bazel: comptime_ffi = True)',
    native: native === undefined || !s.options.comptimeFfi ? undefined : (machine) => {
      const calls = new NativeCalls(native, c.types, () => librariesOf(c, s), machine, asmTarget(c, s), s.host.kept?.native ?? new NativeStore());
      s.onEnd(() => calls.end());
      return calls;
    },
    seesAddress: store === null ? undefined : (pos) => {
      // Allocators round addresses up, and look at nothing else of them.
      const path = pos === 0 ? '' : c.sources.fileOf(pos as Pos).path;
      if (!s.isLibrary(path) || !path.endsWith('std/mem.sx')) store.current?.beyond('addresses');
    },
    looksInto: store === null ? undefined : (pos, types) => {
      const path = pos === 0 ? '' : c.sources.fileOf(pos as Pos).path;
      const own = !s.isLibrary(path);
      // What the library leaves undefined it does not show, and its allocators look at no more than addresses.
      if (own && types.includes(0)) store.current?.beyond('undefined memory');
      if ((own || !path.endsWith('std/mem.sx')) && types.some((t) => t !== 0 && holdsNumbers(c.types, t))) store.current?.beyond('values taken apart');
    },
    symbol: (name) => {
      const service = compilerService(c, () => vm, name, s.build);
      if (service === null || store === null) return service;
      return (args) => {
        store.current?.beyond(name);
        return service(args);
      };
    },
    typeInfo: (t) => vm.globalAddress(typeInfoGlobal(c, t)),
  }, { steps: s.options.comptimeSteps, memory: s.options.comptimeMemory });
  c.comptime = portOf(c, vm);
  if (store !== null) watchVariables(c.comptime, vm, store);
  return vm;
}

/** An evaluation that sees what another one left in a variable hangs on what was evaluated before it, and another program's differs there. */
function watchVariables(port: ComptimePort, vm: Vm, store: ModuleStore): void {
  const { call } = port;
  const look = (): void => {
    if (store.current?.mayBeKept === true && vm.globals.isChanged()) store.current.beyond('variables changed at compile time');
  };
  let depth = 0;
  port.call = (fn, args, dst) => {
    // Within another evaluation: what that one has stored so far is there.
    if (depth > 0) look();
    depth++;
    try {
      return call(fn, args, dst);
    } finally {
      depth--;
      look();
    }
  };
}

/** What assembly that runs at compile time is written for. */
function asmTarget(c: Checker, s: Session): AsmTarget {
  return {
    arch: c.options.target.arch, os: c.options.target.os,
    codegen: () => machineOf(s.options),
    isOwn: (pos) => pos !== 0 && !s.isLibrary(c.sources.fileOf(pos as Pos).path),
  };
}

/** What C functions that run at compile time are looked for in, besides the C library. */
function librariesOf(c: Checker, s: Session): NativeLibraries {
  return { libs: [...new Set([...c.libraries, ...s.options.libs])].filter((l) => l !== 'c' && l !== 'm'), libDirs: s.options.libDirs, objects: hostObjects(s) };
}

/** Objects of the program's C sources for this machine: those of the program itself when it is compiled for the same. */
function hostObjects(s: Session): readonly string[] {
  const { c, native } = s.host;
  const triple = `${native!.arch}-linux-gnu`;
  if (triple === s.options.triple || c === undefined) return s.objects;
  return s.cUnits.flatMap((q) => {
    const made = importC(c, { ...s.options, triple, sysroot: '', sanitizer: null }, q);
    return 'error' in made ? [] : made.objects;
  });
}

/** Checks the body of a function that the evaluator is about to run. */
function ensureBody(c: Checker, id: number): boolean {
  const fn = c.module.fns[id]!;
  if (fn.body !== null || fn.linkage === Linkage.extern) return true;
  const inst = c.fnInsts.get(id);
  if (inst === undefined) return false;
  if (inst.state === BodyState.active) return false;
  const errors = c.sink.errorCount;
  checkInst(c, inst);
  return c.sink.errorCount === errors && fn.body !== null;
}

/** Code that was lowered from something wrong has holes, or is not there: what is wrong was reported, and running into it says nothing new. */
function withoutHoles(c: Checker, r: EvalResult): EvalResult {
  return !r.ok && (r.reason === UNREACHABLE || r.reason === OTHER_TYPE) && c.sink.hasErrors ? { ...r, reason: '' } : r;
}

/** Evaluations until one of them ends the compiler: none runs after it. The only codes in a result are those of TableError. */
function unlessEnded(c: Checker, run: () => EvalResult): EvalResult {
  const { sink } = c;
  if (sink.ended !== null) return { ok: false, reason: 'the program has ended the compiler', frames: [] };
  const r = run();
  if (!r.ok && r.exitCode !== undefined && r.exitCode !== EXIT_ABORT) sink.endWith(r.exitCode);
  return r;
}

function portOf(c: Checker, vm: Vm): ComptimePort {
  return {
    call: (fn, args, dst = 0) => withoutHoles(c, unlessEnded(c, () => vm.call(fn, args, dst) as EvalResult)),
    alloc: (size, align) => vm.alloc(size, align),
    read: (at, n) => (n === 0 ? new Uint8Array(0) : vm.readBytes(at, n)),
    write: (at, bytes) => vm.writeBytes(at, bytes),
    globalAddress: (id) => vm.globalAddress(id),
    refreshGlobal: (id) => vm.refreshGlobal(id),
    forgetGlobal: (id) => vm.forgetGlobal(id),
    resetGlobals: () => vm.resetGlobals(),
    pointee: (at) => {
      const g = vm.addressToGlobal(at);
      if (g !== null) return { kind: 'global', id: g.id, offset: g.offset };
      const fn = vm.addressToFn(at);
      return fn === null ? null : { kind: 'fn', id: fn };
    },
    readable: (at) => vm.readable(at),
    trace: () => vm.trace.read(vm.memory).map((e) => ({ func: e.func, file: e.file, line: e.line, col: e.col, text: e.lineText })),
    traceTruncated: () => vm.trace.truncated,
    clearTrace: () => vm.trace.clear(),
  };
}
