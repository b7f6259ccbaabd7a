// Takes a function that C (or global assembly) defines; gives its IR function: one for all bindings with the same types (reference 12.3).
import { type Fn, Linkage } from '../ir/module.ts';
import type { ModFile } from '../resolve/module.ts';
import { FN_C, FN_VARIADIC, Ty, type TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { FnCtx } from './fn_ctx.ts';
import { BodyState, type FnInst, ParamMode } from './fn_decl.ts';
import { sigOf } from './fn.ts';
import { errorAt } from './report.ts';

/** Whose declaration of a C symbol it is. */
export const enum Binder {
  program,
  /** The library, by the contract of 12.3. */
  contract,
  /** The library, for itself: programs need not know of it. */
  library,
  /** A header: C's own types. */
  header,
}

/** The library's bindings that programs have to agree with: the list of 12.3 with the sockets of 17.5. */
const CONTRACT: ReadonlySet<string> = new Set(
  ('malloc free memcpy memmove memset read write close open lseek unlink rmdir mkdir access chmod rename mmap mprotect munmap abort _exit popen pclose fread feof getenv ' +
    'system pthread_create pthread_join pthread_detach usleep ' +
    'socket bind listen accept connect shutdown setsockopt getsockopt socketpair fcntl poll inet_pton getaddrinfo freeaddrinfo accept4').split(' '),
);

export function binderOf(c: Checker, file: ModFile, symbol: string): Binder {
  if (file.tree.file.origin !== 0 && file.path.endsWith('#import c')) return Binder.header;
  if (!c.options.library.some((root) => file.path.startsWith(root))) return Binder.program;
  return CONTRACT.has(symbol) ? Binder.contract : Binder.library;
}

/** Whether two bindings of a symbol must have the same types. */
function mustAgree(a: Binder, b: Binder): boolean {
  // Two units may read one header: structures by value are then two types of one layout.
  if (a === b) return a !== Binder.header;
  if (a !== Binder.program && b !== Binder.program) return false;
  return a !== Binder.library && b !== Binder.library;
}

export function externFn(c: Checker, inst: FnInst, symbol: string, ret: TypeId): Fn {
  const d = inst.decl;
  const variadic = d.params.some((p) => p.mode === ParamMode.variadic);
  const fixed = variadic ? inst.params.slice(0, -1) : inst.params;
  const lowered = fixed.map((p) => (p === c.types.string || c.types.kind[p] === Ty.slice ? c.types.voidPtr : p));
  let r = ret;
  if (ret === c.types.string || ret === c.types.optional(c.types.string)) r = c.types.cstring;
  const sig = sigOf(c, lowered, r, FN_C | (variadic ? FN_VARIADIC : 0));
  const bound = c.externs.get(symbol) ?? [];
  const binder = binderOf(c, d.file, symbol);
  for (const known of bound) {
    const same = known.params.length === inst.params.length && known.params.every((p, i) => p === inst.params[i]) && known.ret === ret;
    if (!same && mustAgree(binder, binderOf(c, known.decl.file, symbol))) {
      errorAt(new FnCtx(c, d.file, d.tree, null), 'EXT-SIG', d.node, `extern symbol '${symbol}' is bound with two different signatures`)
        .note(known.decl.tree.pos(known.decl.node), known.decl.tree.endPos(known.decl.node), 'the other binding is here');
      return (inst.fn = known.fn!);
    }
  }
  const noreturn = ret === c.types.noreturn;
  // Several IR functions may stand for one symbol: each is called with its own types.
  const shared = bound.find((known) => known.fn!.sig === sig && known.fn!.noreturn === noreturn);
  bound.push(inst);
  c.externs.set(symbol, bound);
  inst.state = BodyState.done;
  if (shared !== undefined) return (inst.fn = shared.fn!);
  const fn = c.module.addFn(symbol, symbol, sig, Linkage.extern, d.tree.pos(d.node));
  fn.noreturn = noreturn;
  inst.fn = fn;
  c.fnInsts.set(fn.id, inst);
  return fn;
}
