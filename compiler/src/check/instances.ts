// What was made of one declaration, by its compile-time arguments as text; '' for none. Most declarations have no parameters and need no table.
import { IntMap } from '../base/int_map.ts';
import type { TypeId } from '../types/types.ts';

export class Instances<T> {
  private plain: T | undefined = undefined;
  private keyed: Map<string, T> | null = null;
  private byTypes: IntMap<T> | null = null;

  get(key: string): T | undefined { return key === '' ? this.plain : this.keyed?.get(key); }

  set(key: string, made: T): void {
    if (key === '') this.plain = made;
    else (this.keyed ??= new Map()).set(key, made);
  }

  /** What the types of a call's first and second argument led to, where nothing else decides. */
  ofTypes(a: TypeId, b: TypeId): T | undefined { return this.byTypes?.get(a, b); }
  keep(a: TypeId, b: TypeId, found: T): void { (this.byTypes ??= new IntMap()).set(a, found, b); }
}
