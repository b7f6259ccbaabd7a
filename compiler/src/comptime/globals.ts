// Takes globals of the module on first use; gives them memory of the evaluator, and the way back from addresses.
import { codePointer } from './layout.ts';
import { Linkage, type Module, RelocKind } from '../ir/module.ts';
import type { VmMemory } from './memory.ts';

export class VmGlobals {
  /** GlobalId → address, 0 = not placed yet. */
  private readonly at: number[] = [];
  /** Placed globals; their addresses ascend. */
  private readonly placed: number[] = [];
  private readonly needed: number[] = [];

  /** `external`: address of a global of C in the child process, -1 when it has none. */
  constructor(private readonly module: Module, private readonly memory: VmMemory, private readonly external: (name: string) => number) {}

  /** Address of global `id`, -1 for an extern one that is nowhere. Places it and whatever its data points at. */
  address(id: number): number {
    const known = this.at[id];
    if (known !== undefined && known !== 0) return known;
    const first = this.place(id);
    return first;
  }

  private place(id: number): number {
    const root = this.allot(id);
    if (root >= 0 && this.module.globals[id]!.linkage !== Linkage.extern) this.fill(id);
    return root;
  }

  /** Writes the image of `id` (changed since it was placed) to its memory again. */
  refresh(id: number): void { if ((this.at[id] ?? 0) > 0 && this.module.globals[id]!.linkage !== Linkage.extern) this.fill(id); }

  /** `id` is placed anew when it is needed again: it is larger than it was. */
  forget(id: number): void {
    const i = this.placed.indexOf(id);
    if (i < 0) return;
    this.placed.splice(i, 1);
    this.at[id] = 0;
  }

  /** Every variable gets its image back: what evaluation stored in it is gone. */
  reset(): void {
    for (const id of [...this.placed]) if (this.module.globals[id]!.mutable) this.fill(id);
  }

  /** Writes the image of `id`, and of globals that it points at and that have no memory yet. */
  private fill(id: number): void {
    const work = [id];
    while (work.length > 0) {
      const g = this.module.globals[work.pop()!]!;
      const at = this.at[g.id]!;
      if (g.bytes !== null) this.memory.u8.set(g.bytes.subarray(0, g.size), at);
      else this.memory.u8.fill(0, at, at + g.size);
      for (const r of g.relocs) {
        if (r.kind === RelocKind.err) {
          this.memory.view.setUint32(at + r.offset, r.target, true);
          continue;
        }
        let value = r.target;
        if (r.kind === RelocKind.fn) {
          value = codePointer(this.module, r.target);
          this.needed.push(r.target);
        } else if (r.kind === RelocKind.global) {
          let target = this.at[r.target] ?? 0;
          if (target === 0) {
            target = this.allot(r.target);
            if (target >= 0 && this.module.globals[r.target]!.linkage !== Linkage.extern) work.push(r.target);
          }
          value = Math.max(target, 0) + r.addend;
        }
        this.memory.view.setBigUint64(at + r.offset, BigInt(value), true);
      }
    }
  }

  /** Whether the memory of a variable is no longer its image. */
  isChanged(): boolean {
    return this.placed.some((id) => this.module.globals[id]!.mutable && !this.isImage(id));
  }

  private isImage(id: number): boolean {
    const g = this.module.globals[id]!;
    const at = this.at[id]!;
    const now = this.memory.u8.subarray(at, at + g.size);
    // Asked after every evaluation: most variables hold no addresses, and those that are large are mostly zero.
    if (g.relocs.length === 0) return Buffer.compare(now, g.bytes === null ? zeros(g.size) : g.bytes.subarray(0, g.size)) === 0;
    const was = now.slice();
    this.fill(id);
    const same = Buffer.compare(was, this.memory.u8.subarray(at, at + g.size)) === 0;
    this.memory.u8.set(was, at);
    return same;
  }

  private allot(id: number): number {
    const g = this.module.globals[id]!;
    if (g.linkage === Linkage.extern) {
      this.at[id] = this.external(g.name);
      return this.at[id];
    }
    const at = this.memory.permanent(g.size, Math.max(g.align, 8));
    this.at[id] = at;
    this.placed.push(id);
    return at;
  }

  /** Functions whose addresses stand in data placed since the last call. */
  takeNeeded(): number[] { return this.needed.splice(0); }

  /** The global that `address` points into (one past its end counts when nothing else starts there). */
  find(address: number): { id: number; offset: number } | null {
    let low = 0;
    let high = this.placed.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.at[this.placed[mid]!]! <= address) low = mid + 1;
      else high = mid;
    }
    if (low === 0) return null;
    const id = this.placed[low - 1]!;
    const offset = address - this.at[id]!;
    return offset <= this.module.globals[id]!.size ? { id, offset } : null;
  }
}

let zero = new Uint8Array(0);

function zeros(size: number): Uint8Array {
  if (zero.length < size) zero = new Uint8Array(size);
  return zero.subarray(0, size);
}
