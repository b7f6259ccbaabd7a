// Takes addresses of the child process that are not the evaluator's own memory (what malloc, localtime or mmap in C gave); gives
// the place in linear memory that mirrors them. The child runs only during calls, so a mirror is exact between two calls: what
// the program wrote is brought over before a call, and what the call changed is fetched after it.
import { FOREIGN_WINDOW } from './layout.ts';
import type { VmMemory } from './memory.ts';
import type { NativePort } from './native.ts';

interface Mirror {
  readonly start: number;
  readonly end: number;
  /** Place in linear memory. */
  readonly at: number;
  /** The fetched range, and the bytes as the child has them. */
  from: number;
  to: number;
  shadow: Uint8Array;
}

const PAGE = 4096;

export class Foreign {
  private readonly mirrors: Mirror[] = [];
  /** Reservations of mirrors that are gone. */
  private readonly rooms: { at: number; size: number }[] = [];

  constructor(private readonly memory: VmMemory, private readonly port: () => NativePort | null) {}

  /** The linear address that mirrors [at, at + n); 0 when the child has no such memory. */
  place(at: number, n: number): number {
    const m = this.mirrors.find((x) => at >= x.start && at < x.end) ?? this.open(at);
    if (m === null || at + n > m.end) return 0;
    const from = Math.floor(at / PAGE) * PAGE;
    this.fetch(m, Math.max(from, m.start), Math.min(Math.max(at + n, from + FOREIGN_WINDOW), m.end));
    return m.at + (at - m.start);
  }

  /** strlen of a string in the child's memory. */
  length(at: number): number {
    this.flush();
    for (let n = 0; ; ) {
      const part = new Uint8Array(PAGE - ((at + n) % PAGE));
      this.port()!.read(at + n, part);
      const end = part.indexOf(0);
      if (end >= 0) return n + end;
      n += part.length;
    }
  }

  private open(at: number): Mirror | null {
    const region = this.port()?.region(at) ?? null;
    if (region === null) return null;
    const { start, end } = region;
    // A mapping that grew: the old mirror goes, its bytes are the child's since the last call.
    const grown = this.mirrors.findIndex((m) => m.start < end && start < m.end);
    if (grown >= 0) {
      this.flush();
      this.drop(grown);
    }
    const m: Mirror = { start, end, at: this.reserve(end - start), from: 0, to: 0, shadow: new Uint8Array(0) };
    this.mirrors.push(m);
    return m;
  }

  /** Room for a whole mapping: pages of it that nobody touches cost nothing. */
  private reserve(size: number): number {
    const i = this.rooms.findIndex((r) => r.size >= size && r.size <= 2 * size);
    if (i >= 0) return this.rooms.splice(i, 1)[0]!.at;
    return this.memory.permanent(size + FOREIGN_WINDOW, PAGE);
  }

  private drop(i: number): void {
    const [m] = this.mirrors.splice(i, 1);
    this.rooms.push({ at: m!.at, size: m!.end - m!.start });
  }

  /** Makes sure that [from, to) is there. */
  private fetch(m: Mirror, from: number, to: number): void {
    if (m.to > m.from) {
      if (from >= m.from && to <= m.to) return;
      this.flush();
      from = Math.min(from, m.from);
      to = Math.max(to, m.to);
    }
    m.from = from;
    m.to = to;
    m.shadow = new Uint8Array(to - from);
    this.load(m);
  }

  private load(m: Mirror): void {
    this.port()!.read(m.from, m.shadow);
    this.memory.u8.set(m.shadow, m.at + (m.from - m.start));
  }

  /** The child is gone, and its memory with it. */
  forget(): void { while (this.mirrors.length > 0) this.drop(0); }

  /** Before a call: what the program changed goes to the child. */
  flush(): void {
    for (const m of this.mirrors) {
      const base = m.at + (m.from - m.start);
      const now = this.memory.u8.subarray(base, base + m.shadow.length);
      for (let i = 0; i < now.length; i++) {
        if (now[i] === m.shadow[i]) continue;
        let end = i + 1;
        while (end < now.length && now[end] !== m.shadow[end]) end++;
        this.port()!.write(m.from + i, now.subarray(i, end));
        m.shadow.set(now.subarray(i, end), i);
        i = end;
      }
    }
  }

  /** After a call: what it changed is fetched; mappings that are gone are forgotten. */
  refresh(): void {
    for (let i = this.mirrors.length - 1; i >= 0; i--) {
      const m = this.mirrors[i]!;
      const region = this.port()!.region(m.start);
      if (region === null || region.end < m.to) this.drop(i);
      else this.load(m);
    }
  }
}
