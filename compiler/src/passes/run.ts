// Takes a module and a list of pass names; gives the module transformed, with the IR dumped where asked.
import { printFn } from '../ir/print.ts';
import type { Fn, FnBody, Module } from '../ir/module.ts';
import { openBody } from '../ir/packed_body.ts';
import { faultText, verifyFn } from '../ir/verify.ts';
import { ice } from '../base/ice.ts';
import { fold } from './fold.ts';

/** A pass works on one function: the new body, or the old one when nothing changes. */
export interface Pass {
  readonly name: string;
  run(m: Module, fn: Fn, body: FnBody): FnBody;
}

/** Every pass there is, in the order in which they are normally run. */
export const PASSES: readonly Pass[] = [{ name: 'fold', run: fold }];

export interface PassOptions {
  /** `after:<pass>` texts go here, function by function. */
  readonly dump?: { readonly after: string; readonly write: (text: string) => void };
  /** Verify every function after every pass: a broken one is a bug of the pass. */
  readonly verify?: boolean;
  /** Only these functions; all with a body when absent. */
  readonly fns?: readonly number[];
}

export interface PassStats {
  /** Instructions before and after. */
  before: number;
  after: number;
}

/** `--dump=after:<pass>`: the pass name, or null when `flag` is something else or names no pass. */
export function dumpAfter(flag: string): string | null {
  const m = /^after:([a-z_]+)$/.exec(flag);
  return m !== null && PASSES.some((p) => p.name === m[1]) ? m[1]! : null;
}

export function runPasses(m: Module, names: readonly string[], options: PassOptions = {}): PassStats {
  const stats: PassStats = { before: 0, after: 0 };
  const passes = names.map((n) => PASSES.find((p) => p.name === n) ?? ice(`no pass is called '${n}'`));
  const ids = options.fns ?? m.fns.map((_, i) => i).slice(1);
  for (const id of ids) {
    const fn = m.fns[id]!;
    if (fn.body === null) continue;
    stats.before += fn.body.count - 1;
    for (const p of passes) {
      fn.body = p.run(m, fn, openBody(fn.body));
      if (options.verify === true) {
        const fault = verifyFn(m, fn);
        if (fault !== null) ice(`after pass ${p.name}: ${faultText(m, fault)}`);
      }
      if (options.dump?.after === p.name) options.dump.write(printFn(m, fn));
    }
    stats.after += fn.body.count - 1;
  }
  return stats;
}
