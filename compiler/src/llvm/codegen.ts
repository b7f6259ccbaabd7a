// Takes LLVM text; gives object code, assembly or an error, in process (3 to 6 ms for small modules).
import { now } from '../base/clock.ts';
import type { Ptr } from '../host/koffi.ts';
import { aside, type Llvm, loadLlvm, type Out } from './binding.ts';

export interface CodegenOptions {
  readonly triple: string;
  readonly cpu?: string;
  readonly features?: string;
  readonly opt: 0 | 1 | 2 | 3;
  readonly kind: 'obj' | 'asm';
  /** Passes run after the optimiser, in LLVM's pipeline syntax, e.g. `tsan-module,function(tsan)`. */
  readonly passes?: string;
  readonly verify?: boolean;
}

/** What `passes` must be for a sanitizer. */
export const SANITIZER_PASSES = { thread: 'tsan-module,function(tsan)', address: 'asan' } as const;

export interface CodegenTimes {
  parse: number;
  passes: number;
  emit: number;
}

export type CodegenResult =
  | {
      readonly ok: true;
      readonly bytes: Uint8Array;
      readonly times: CodegenTimes;
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly error: string };

const SEVERITY_ERROR = 0;
const SEVERITY_WARNING = 1;
const RELOC_PIC = 2;
const CODE_MODEL_DEFAULT = 0;
const FILE_ASM = 0;
const FILE_OBJECT = 1;
const RETURN_STATUS = 2;

/** Compiles `text` in process. */
export function compileText(text: Uint8Array | string, options: CodegenOptions): CodegenResult {
  const found = loadLlvm();
  if (!found.ok) return found;
  return withModule(found.llvm, text, (llvm, module, messages) => generate(llvm, module, messages, options));
}

/** Parses and verifies `text`; null when LLVM accepts it. */
export function verifyText(text: Uint8Array | string): string | null {
  const found = loadLlvm();
  if (!found.ok) return found.error;
  const result = withModule(found.llvm, text, (llvm, module) => verifyModule(llvm, module) ?? '');
  return typeof result === 'string' ? (result === '' ? null : result) : result.error;
}

interface Messages {
  readonly errors: string[];
  readonly warnings: string[];
  parseMs: number;
}
interface Failure {
  readonly ok: false;
  readonly error: string;
}

/** Messages of the contexts at work; LLVM hands the key back. */
const open = new Map<number, Messages>();
let nextKey = 1;
let handler: Ptr = 0;

/** One diagnostic callback for the process: without it an inline-assembly error exits. */
function diagnosticHandler(llvm: Llvm): Ptr {
  if (handler === 0) {
    const proto = llvm.koffi.proto('void', ['uintptr_t', 'uintptr_t']);
    handler = llvm.koffi.register((info: Ptr, key: Ptr) => {
      const severity = Number(llvm.c.LLVMGetDiagInfoSeverity(info));
      const messages = open.get(Number(key));
      if (messages === undefined || severity > SEVERITY_WARNING) return;
      const message = llvm.take(llvm.c.LLVMGetDiagInfoDescription(info));
      (severity === SEVERITY_ERROR ? messages.errors : messages.warnings).push(message);
    }, llvm.koffi.pointer(proto));
  }
  return handler;
}

/** A context with its messages. */
interface Context {
  readonly context: Ptr;
  readonly key: number;
  readonly messages: Messages;
}

function openContext(llvm: Llvm): Context {
  const context = llvm.c.LLVMContextCreate();
  const key = nextKey++;
  const messages: Messages = { errors: [], warnings: [], parseMs: 0 };
  open.set(key, messages);
  llvm.setHandler(context, diagnosticHandler(llvm), key);
  return { context, key, messages };
}

function memoryBuffer(llvm: Llvm, text: Uint8Array | string): Ptr {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  return llvm.c.LLVMCreateMemoryBufferWithMemoryRangeCopy(bytes, bytes.length, 'sx.ll');
}

function withModule<T>(
  llvm: Llvm,
  text: Uint8Array | string,
  use: (llvm: Llvm, module: Ptr, messages: Messages) => T,
): T | Failure {
  const { c } = llvm;
  const started = now();
  const { context, key, messages } = openContext(llvm);
  try {
    const module: Out = [0];
    const message: Out = [0];
    if (c.LLVMParseIRInContext(context, memoryBuffer(llvm, text), module, message))
      return { ok: false, error: llvm.take(message[0]) };
    messages.parseMs = now() - started;
    try {
      return use(llvm, module[0], messages);
    } finally {
      c.LLVMDisposeModule(module[0]);
    }
  } finally {
    open.delete(key);
    c.LLVMContextDispose(context);
  }
}

/**
 * Like compileText without the optimiser, on a thread of libuv's pool: several modules at once, and the caller goes on.
 * What is shared between threads is nothing: each module has its context and its target machine. After `signal` no further
 * step begins.
 */
export async function compileAside(text: Uint8Array, o: CodegenOptions, signal?: AbortSignal): Promise<CodegenResult> {
  const found = loadLlvm();
  if (!found.ok) return found;
  const { llvm } = found;
  const { c } = llvm;
  const { context, key, messages } = openContext(llvm);
  let machine: Ptr | Failure = 0;
  const module: Out = [0];
  try {
    machine = createMachine(llvm, o);
    if (typeof machine === 'object') return machine;
    const times: CodegenTimes = { parse: 0, passes: 0, emit: 0 };
    const message: Out = [0];
    let at = now();
    if (await aside(c.LLVMParseIRInContext, context, memoryBuffer(llvm, text), module, message))
      return { ok: false, error: llvm.take(message[0]) };
    times.parse = now() - at;
    if (signal?.aborted === true) return { ok: false, error: 'not wanted any more' };
    at = now();
    setLayout(llvm, module[0], machine);
    const buffer: Out = [0];
    if (await aside(c.LLVMTargetMachineEmitToMemoryBuffer, machine, module[0], fileKind(o), message, buffer))
      return { ok: false, error: llvm.take(message[0]) };
    const bytes = takeBuffer(llvm, buffer[0]);
    times.emit = now() - at;
    if (messages.errors.length > 0) return { ok: false, error: messages.errors.join('\n') };
    return { ok: true, bytes, times, warnings: messages.warnings };
  } finally {
    if (typeof machine !== 'object' && machine) c.LLVMDisposeTargetMachine(machine);
    open.delete(key);
    // With its modules. The result does not wait for it.
    void aside(c.LLVMContextDispose, context);
  }
}

function verifyModule(llvm: Llvm, module: Ptr): string | null {
  const message: Out = [0];
  const broken = llvm.c.LLVMVerifyModule(module, RETURN_STATUS, message);
  const text = llvm.take(message[0]);
  return broken ? text || 'broken module' : null;
}

/**
 * A machine belongs to one context and goes before it: the instruction selector that LLVM keeps in an AArch64 machine holds the last
 * debug location it saw, and lets go of it, in the memory of its context, when the next function or the machine's end comes.
 */
function createMachine(llvm: Llvm, o: CodegenOptions): Ptr | Failure {
  const target: Out = [0];
  const message: Out = [0];
  if (llvm.c.LLVMGetTargetFromTriple(o.triple, target, message)) return { ok: false, error: llvm.take(message[0]) };
  const machine = llvm.c.LLVMCreateTargetMachine(
    target[0],
    o.triple,
    o.cpu ?? '',
    o.features ?? '',
    o.opt,
    RELOC_PIC,
    CODE_MODEL_DEFAULT,
  );
  if (!machine) return { ok: false, error: `LLVM has no machine for '${o.triple}'` };
  if (o.opt === 0) llvm.c.LLVMSetTargetMachineFastISel(machine, 1);
  return machine;
}

function setLayout(llvm: Llvm, module: Ptr, machine: Ptr): void {
  const layout = llvm.c.LLVMCreateTargetDataLayout(machine);
  llvm.c.LLVMSetModuleDataLayout(module, layout);
  llvm.c.LLVMDisposeTargetData(layout);
}

const fileKind = (o: CodegenOptions): number => (o.kind === 'obj' ? FILE_OBJECT : FILE_ASM);

function generate(llvm: Llvm, module: Ptr, messages: Messages, o: CodegenOptions): CodegenResult {
  const { c } = llvm;
  const times: CodegenTimes = { parse: messages.parseMs, passes: 0, emit: 0 };
  if (o.verify === true) {
    const broken = verifyModule(llvm, module);
    if (broken !== null) return { ok: false, error: broken };
  }
  const machine = createMachine(llvm, o);
  if (typeof machine === 'object') return machine;
  try {
    return generateFor(llvm, machine, module, messages, times, o);
  } finally {
    c.LLVMDisposeTargetMachine(machine);
  }
}

function generateFor(llvm: Llvm, machine: Ptr, module: Ptr, messages: Messages, times: CodegenTimes, o: CodegenOptions): CodegenResult {
  const { c } = llvm;
  setLayout(llvm, module, machine);
  // Sanitizer passes pick the shadow's place by the operating system, which LLVM reads from normalized triples only.
  if (o.passes !== undefined) c.LLVMSetTarget(module, o.triple.replace(/^(\w+)-linux-/, '$1-unknown-linux-'));
  let at = now();
  const pipeline = [o.opt > 0 ? `default<O${o.opt}>` : '', o.passes ?? ''].filter((s) => s !== '').join(',');
  if (pipeline !== '') {
    const failed = runPasses(llvm, module, machine, pipeline);
    if (failed !== null) return { ok: false, error: failed };
  }
  times.passes = now() - at;
  at = now();
  const message: Out = [0];
  const buffer: Out = [0];
  if (c.LLVMTargetMachineEmitToMemoryBuffer(machine, module, fileKind(o), message, buffer)) {
    return { ok: false, error: llvm.take(message[0]) };
  }
  // After an inline-assembly error LLVM still hands back an object: the messages decide.
  const bytes = takeBuffer(llvm, buffer[0]);
  times.emit = now() - at;
  if (messages.errors.length > 0) return { ok: false, error: messages.errors.join('\n') };
  return { ok: true, bytes, times, warnings: messages.warnings };
}

function runPasses(llvm: Llvm, module: Ptr, machine: Ptr, pipeline: string): string | null {
  const { c } = llvm;
  const options = c.LLVMCreatePassBuilderOptions();
  const error = c.LLVMRunPasses(module, pipeline, machine, options);
  c.LLVMDisposePassBuilderOptions(options);
  if (!error) return null;
  const message = c.LLVMGetErrorMessage(error);
  const text = llvm.text(message);
  c.LLVMDisposeErrorMessage(message);
  return text;
}

function takeBuffer(llvm: Llvm, buffer: Ptr): Uint8Array {
  const size = Number(llvm.c.LLVMGetBufferSize(buffer));
  const out = new Uint8Array(size);
  out.set(new Uint8Array(llvm.koffi.view(llvm.c.LLVMGetBufferStart(buffer), size)));
  llvm.c.LLVMDisposeMemoryBuffer(buffer);
  return out;
}

/** The host's CPU name and feature string, for `--cpu native`. */
export function hostCpu(): { readonly cpu: string; readonly features: string } {
  const found = loadLlvm();
  if (!found.ok) return { cpu: '', features: '' };
  const { llvm } = found;
  return { cpu: llvm.take(llvm.c.LLVMGetHostCPUName()), features: llvm.take(llvm.c.LLVMGetHostCPUFeatures()) };
}
