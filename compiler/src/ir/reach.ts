// Takes a module and where it is entered; gives the functions that can be reached from there, and whether they hold so many instructions.
import { ConstKind, type FnId, type GlobalId, type Module, RelocKind } from './module.ts';
import { Op } from './op.ts';
import { openBody } from './packed_body.ts';
import { eachRef } from './refs.ts';

/** What a program consists of depends on the program alone; how much was checked for it does not, in a process that checks one after another. */
export function reachesInstructions(module: Module, roots: readonly FnId[], least: number): boolean { return walk(module, roots, least).large; }

/** `data`: a global that is there from the beginning, 0 = none. */
export function reachableFns(module: Module, roots: readonly FnId[], data: GlobalId): ReadonlySet<FnId> { return walk(module, roots, Infinity, data).fns; }

function walk(module: Module, roots: readonly FnId[], least: number, data: GlobalId = 0): { readonly fns: ReadonlySet<FnId>; readonly large: boolean } {
  const fns = new Set<FnId>(roots);
  const globals = new Set<GlobalId>();
  const consts = new Uint8Array(module.consts.length);
  const global = (id: GlobalId): void => {
    if (globals.has(id)) return;
    globals.add(id);
    for (const r of module.globals[id]!.relocs) {
      if (r.kind === RelocKind.fn) fns.add(r.target);
      else if (r.kind === RelocKind.global) global(r.target);
    }
  };
  const visit = (ref: number): void => {
    if (ref >= 0 || consts[~ref] === 1) return;
    consts[~ref] = 1;
    const k = module.consts[~ref]!;
    if (k.kind === ConstKind.fn) fns.add(k.value as number);
    else if (k.kind === ConstKind.global) global(k.value as number);
  };
  if (data !== 0) global(data);
  let instructions = 0;
  // A set goes on with what is added to it meanwhile.
  for (const id of fns) {
    const packed = module.fns[id]!.body;
    if (packed === null) continue;
    instructions += packed.count;
    if (instructions >= least) return { fns, large: true };
    const body = openBody(packed);
    for (let i = 1; i < body.count; i++) {
      if (body.op[i] === Op.call) fns.add(body.a[i]!);
      eachRef(body, i, visit);
    }
  }
  return { fns, large: false };
}
