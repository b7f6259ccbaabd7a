// Takes a method call on an erased receiver (`P`, `*P`, `?P`, `?*P`); gives the dynamic dispatch (reference 8.13).
import type { NameId, NodeId } from '../base/ids.ts';
import { IR_PTR } from '../types/ir_type.ts';
import type { TypeId } from '../types/types.ts';
import { noteSite } from './call_site.ts';
import type { Arg } from './call_args.ts';
import { valueArgs } from './call_value.ts';
import { type CallSite, placeFor } from './check_call.ts';
import { emitIndirectCall } from './fn.ts';
import type { FnCtx } from './fn_ctx.ts';
import { recordOf } from './protocol.ts';
import { protocolInfo, type ProtoMethod, slotSig } from './protocol_decl.ts';
import { loadSlot } from './protocol_value.ts';
import { errorAt } from './report.ts';
import type { Val } from './val.ts';
import { poison } from './value.ts';

/** `recv.name(args)` on an erased receiver of protocol `proto`, of which `name` is a member. `given` excludes the receiver. */
export function callProtocolMethod(
  f: FnCtx,
  recv: Val,
  proto: TypeId,
  name: NameId,
  given: readonly Arg[],
  site: CallSite,
): Val {
  const info = protocolInfo(f.c, proto);
  const m = info.byName.get(name)!;
  const text = f.c.text(name);
  if (m.slot < 0) {
    reportUnavailable(f, proto, m, site.node);
    return poison(f);
  }
  if (site.trailing !== 0) {
    errorAt(
      f,
      'TRAILING-BLOCK',
      site.trailing,
      `'${text}' cannot take a trailing block: it is called through protocol '${f.c.types.text(proto)}'`,
    );
    return poison(f);
  }
  const sig = slotSig(f.c, info, m);
  const record = recordOf(f, recv);
  const receiver = f.b.load(IR_PTR, record);
  const code = loadSlot(f, proto, record, m);
  const names = m.params.map((p) => f.c.text(info.decl.tree.a[p]!));
  const args = valueArgs(f, sig.params, names, given, `'${text}'`, site.node);
  if (args === null) return poison(f);
  f.b.at = f.pos(site.node);
  noteSite(f, info.decl.file);
  return emitIndirectCall(f, code, f.c.types.fn(sig.params, sig.ret), [receiver], args, placeFor(site, sig.ret));
}

function reportUnavailable(f: FnCtx, proto: TypeId, m: ProtoMethod, node: NodeId): void {
  const p = f.c.types.text(proto);
  const why = m.offender === '' ? "its return type mentions 'Self'" : `parameter '${m.offender}' mentions 'Self'`;
  errorAt(f, 'ERASED-SELF', node, `method '${f.c.text(m.name)}' is unavailable on an erased '${p}' value: ${why}`).help(
    `use a generic bound instead: \`(x: $T/${p})\` calls it statically`,
  );
}
