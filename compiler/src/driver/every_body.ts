// Takes a checked program and a file of it; checks what a build does not look at there because nothing reaches it.
import type { Checker } from '../check/checker.ts';
import { declVal } from '../check/decls.ts';
import { checkInst, irFn, plainInst } from '../check/fn.ts';
import { FnCtx } from '../check/fn_ctx.ts';
import { memberVal } from '../check/static_member.ts';
import { type Val, VK } from '../check/val.ts';
import type { ModFile } from '../resolve/module.ts';

/**
 * An editor wants to know of every body, and so does who offers a library. Generic code is known by its instances. `each` runs a piece of
 * the work: an editor's catches what an incomplete program makes of it.
 */
export function everyBody(c: Checker, file: ModFile, each: (work: () => void) => void): void {
  const body = (v: Val): void => {
    const d = v.k === VK.fn ? v.fn! : null;
    if (d === null || d.generic || d.intrinsic !== null || d.tree.b[d.node] === 0) return;
    each(() => {
      const inst = plainInst(c, d);
      irFn(c, inst);
      checkInst(c, inst);
    });
  };
  for (const d of file.decls.values()) each(() => body(declVal(c, d)));
  for (const [type, d] of c.typeDecls) {
    if (d.tree !== file.tree) continue;
    each(() => c.types.complete(type));
    for (const m of [...d.members.values(), ...d.setters.values()]) each(() => body(memberVal(new FnCtx(c, d.file, d.tree, d.env), m, type)));
  }
  for (const type of c.impls.targets()) {
    for (const name of new Set(c.impls.methodNames(type))) {
      each(() => {
        const m = c.impls.methodOf(type, name);
        if (m !== null && m.tree === file.tree) body(memberVal(new FnCtx(c, m.file, m.tree, m.env), m, type));
      });
    }
  }
  for (; c.queueAt < c.queue.length; ) {
    const inst = c.queue[c.queueAt++]!;
    each(() => checkInst(c, inst));
  }
}
