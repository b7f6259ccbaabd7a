// What a long-lived process keeps between compilations: interned names, and the trees that speak in them.
import { Names } from '../base/names.ts';
import { TreeStore } from '../resolve/tree_store.ts';

/** Grows with every new name and path: its owner bounds it by starting afresh. */
export class Kept {
  readonly trees = new TreeStore();

  constructor(readonly names = new Names()) {}
}
