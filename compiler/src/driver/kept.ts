// What a long-lived process keeps between compilations: interned names, the trees that speak in them, the last
// checked program, code for the child process of compile time.
import { Names } from '../base/names.ts';
import { TreeStore } from '../resolve/tree_store.ts';
import type { CheckedSlot } from './checked.ts';
import type { ModuleStore } from './modules.ts';
import { NativeStore } from './native_store.ts';

/** Grows with every new name and path: its owner bounds it by starting afresh. */
export class Kept {
  readonly trees = new TreeStore();
  readonly native = new NativeStore();

  /** `checked` holds the last checked program, `modules` those that were checked; absent where none are kept. */
  constructor(readonly names = new Names(), readonly checked?: CheckedSlot, readonly modules?: ModuleStore) {}
}
