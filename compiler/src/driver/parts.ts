// Takes a program while it is checked; gives its object: parts of its text are compiled by other threads as soon as they are full.
import { now } from '../base/clock.ts';
import { type Emission, startParts } from '../emit/emit.ts';
import type { EmitOptions } from '../emit/options.ts';
import { PARTED_FROM } from '../emit/part_size.ts';
import { mergeObjects } from '../link/merge_elf.ts';
import type { CodegenResult } from '../llvm/codegen.ts';
import type { CheckedProgram } from './program.ts';
import type { Timing } from './timing.ts';

export interface PartsPorts {
  readonly timing: Timing;
  /** Compiles a text on another thread; after the signal its result is not wanted. */
  readonly compile: (text: Uint8Array, signal: AbortSignal) => Promise<CodegenResult>;
  readonly emit: (p: CheckedProgram) => EmitOptions;
  /** Threads for LLVM when the compiler itself has nothing to do; one fewer while it has. */
  readonly threads: number;
}

/**
 * Text goes one way: check → emission → the line of parts → a thread → its object. What a part holds depends on the program
 * alone; only when it is compiled depends on the machine.
 */
export class Parts {
  private emission: Emission | null = null;
  private waiting: { readonly text: Uint8Array; readonly done: (r: Promise<CodegenResult>) => void }[] = [];
  private readonly objects: Promise<CodegenResult>[] = [];
  private running = 0;
  private atOnce: number;
  private bytes = 0;
  /** Made when a part is compiled: Node.js loads a module for it (2 ms). */
  private stop: AbortController | null = null;
  /** Time that threads were at work, and how much of it while the program was being checked. */
  private busy = 0;
  private checkedAt = Infinity;
  private during = 0;

  constructor(private readonly ports: PartsPorts) {
    this.atOnce = Math.max(1, ports.threads - 1);
  }

  /** Between two bodies: emits what is complete. Gives what to wait for when threads have something to tell. */
  advance(p: CheckedProgram): Promise<void> | null {
    const { module } = p.checker;
    if (module.instructions - module.earlier < PARTED_FROM) return null;
    this.emission ??= this.open(p);
    for (const text of this.emission.ready()) this.add(text);
    this.ports.timing.mark('emit');
    return this.running === 0 ? null : this.turn();
  }

  /** The program is checked, without errors: its object, or why LLVM refuses it. */
  async finish(p: CheckedProgram): Promise<{ readonly object: Uint8Array } | { readonly error: string }> {
    const { timing } = this.ports;
    if (this.emission?.clashes === true) this.drop();
    this.emission ??= this.open(p);
    this.checkedAt = now();
    this.atOnce = this.ports.threads;
    for (const text of this.emission.rest()) {
      this.add(text);
      timing.mark('emit');
      await this.turn();
    }
    const results = await Promise.all(this.objects);
    timing.mark('llvm');
    timing.fact('LLVM text', `${this.bytes} bytes in ${results.length} parts`);
    timing.fact('LLVM threads', `${this.busy.toFixed(0)} ms, ${this.during.toFixed(0)} ms of it during check`);
    const objects: Uint8Array[] = [];
    for (const r of results) {
      if (!r.ok) return r;
      objects.push(r.bytes);
    }
    const object = mergeObjects(objects);
    timing.mark('merge');
    return { object };
  }

  /** Nobody wants the object: what is in line is forgotten, and what is at work ends early and is not heard of. */
  drop(): void {
    this.stop?.abort();
    this.stop = null;
    this.waiting = [];
    this.objects.length = 0;
    this.emission = null;
    this.bytes = 0;
  }

  private open(p: CheckedProgram): Emission {
    return startParts(p.checker.module, p.checker.types, this.ports.emit(p));
  }

  private add(text: Uint8Array): void {
    this.bytes += text.length;
    const object = new Promise<CodegenResult>((done) => this.waiting.push({ text, done }));
    // A failure of the compiler's own is met when all is awaited, or never when nobody wants the object.
    object.catch(() => undefined);
    this.objects.push(object);
    this.start();
  }

  private start(): void {
    while (this.running < this.atOnce) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.stop ??= new AbortController();
      next.done(this.compile(next.text, this.stop.signal));
    }
  }

  private async compile(text: Uint8Array, signal: AbortSignal): Promise<CodegenResult> {
    this.running++;
    const began = now();
    try {
      return await this.ports.compile(text, signal);
    } finally {
      const ended = now();
      this.busy += ended - began;
      this.during += Math.max(0, Math.min(ended, this.checkedAt) - began);
      this.running--;
      this.start();
    }
  }

  /** One round of the event loop: threads that are done with a step get their next one. */
  private async turn(): Promise<void> {
    await new Promise((done) => setImmediate(done));
    this.ports.timing.mark('llvm');
  }
}
