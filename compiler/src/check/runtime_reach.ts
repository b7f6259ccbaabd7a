// Takes the runtime roots; reports calls of compile-time-only services that they reach (reference 11.1, CT-RUNTIME-CALL).
import type { FnId } from '../ir/module.ts';
import { ConstKind } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { openBody } from '../ir/packed_body.ts';
import { eachRef } from '../ir/refs.ts';
import { CT_PREFIX } from './builtin_meta.ts';
import type { Checker } from './checker.ts';

export function checkRuntimeCalls(c: Checker, roots: readonly FnId[]): void {
  // The printing of frames is guarded by is_comptime(): run-time code may hold it.
  const services = new Set([...c.hostFns.entries()].filter(([s]) => s.startsWith(CT_PREFIX)).map(([, f]) => f.id));
  if (services.size === 0) return;
  const from = new Map<FnId, FnId>();
  const queue: FnId[] = [];
  for (const r of roots) {
    from.set(r, 0);
    queue.push(r);
  }
  const reported = new Set<FnId>();
  for (let i = 0; i < queue.length; i++) {
    const id = queue[i]!;
    for (const callee of callees(c, id)) {
      if (services.has(callee)) {
        if (!reported.has(callee)) report(c, from, id, callee);
        reported.add(callee);
      } else if (!from.has(callee)) {
        from.set(callee, id);
        queue.push(callee);
      }
    }
  }
}

/** Functions that `id` calls or whose address it takes. */
function callees(c: Checker, id: FnId): FnId[] {
  const packed = c.module.fns[id]?.body;
  if (packed === null || packed === undefined) return [];
  const body = openBody(packed);
  const out: FnId[] = [];
  for (let i = 1; i < body.count; i++) {
    if (body.op[i] === Op.call) out.push(body.a[i]!);
    eachRef(body, i, (r) => {
      const k = r < 0 ? c.module.consts[~r] : undefined;
      if (k !== undefined && k.kind === ConstKind.fn) out.push(k.value as number);
    });
  }
  return out;
}

function report(c: Checker, from: ReadonlyMap<FnId, FnId>, caller: FnId, service: FnId): void {
  const name = c.module.fns[service]!.display;
  const d = c.sink.error('CT-RUNTIME-CALL', 0, 0, `'${name}' runs only at compile time — it cannot be called from the runtime call graph (use it inside #run or a comptime '::')`);
  const path: FnId[] = [];
  for (let at = caller; at !== 0; at = from.get(at) ?? 0) path.unshift(at);
  path.forEach((id, i) => d.line(`  ${'  '.repeat(i)}${c.module.fns[id]!.display}`));
  d.line(`  ${'  '.repeat(path.length)}${name}  (compile-time only)`);
}
