// The compile-time environment of a generic instance or of a struct body: names bound to types, constants and packs.
import type { NameId } from '../base/ids.ts';
import type { Val } from './val.ts';

/** Up to here lists are made at their length: what grows has room for sixteen more, and most environments bind one or two names. */
const FEW = 4;
const NO_NAMES: NameId[] = [];
const NO_VALS: Val[] = [];

export class Env {
  private names = NO_NAMES;
  private vals = NO_VALS;

  constructor(readonly parent: Env | null) {}

  bind(name: NameId, val: Val): void {
    const at = this.names.indexOf(name);
    if (at >= 0) {
      this.vals[at] = val;
      return;
    }
    if (this.names.length < FEW) {
      this.names = [...this.names, name];
      this.vals = [...this.vals, val];
      return;
    }
    this.names.push(name);
    this.vals.push(val);
  }

  own(name: NameId): Val | null {
    const at = this.names.indexOf(name);
    return at < 0 ? null : this.vals[at]!;
  }

  get(name: NameId): Val | null {
    for (let e: Env | null = this; e !== null; e = e.parent) {
      const at = e.names.indexOf(name);
      if (at >= 0) return e.vals[at]!;
    }
    return null;
  }

  /** Calls `visit` for the own bindings, in order. */
  each(visit: (name: NameId, val: Val) => void): void {
    for (let i = 0; i < this.names.length; i++) visit(this.names[i]!, this.vals[i]!);
  }

  entries(): readonly (readonly [NameId, Val])[] {
    return this.names.map((n, i) => [n, this.vals[i]!] as const);
  }
}
