// `#caller_location`: the Source_Location of the call whose default argument it is (reference 9.14).
import type { NodeId } from '../base/ids.ts';
import { IR_I32 } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { libraryType } from './library.ts';
import type { FnCtx } from './fn_ctx.ts';
import { errorAt } from './report.ts';
import { memVal, type Val } from './val.ts';
import { newSlot, poison } from './value.ts';

const encoder = new TextEncoder();

export function callerLocation(f: FnCtx, node: NodeId): Val {
  const t = locationType(f);
  if (t === 0) {
    errorAt(f, 'UNRESOLVED', node, '`#caller_location` needs `Source_Location` (from std.sx) in scope');
    return poison(f);
  }
  const { types, module } = f.c;
  const pos = f.callSite !== 0 ? f.callSite : f.pos(node);
  const at = f.c.sources.locate(pos);
  const func = f.callSite !== 0 ? f.callFunc : f.display;
  const out = newSlot(f, t);
  const parts: readonly (readonly [string, (dst: number) => void])[] = [
    ['file', (d) => f.b.copy(d, f.c.stringConst(encoder.encode(at.file.path)), 16)],
    ['line', (d) => f.b.store(d, module.int(IR_I32, at.line))],
    ['col', (d) => f.b.store(d, module.int(IR_I32, at.col))],
    ['func', (d) => f.b.copy(d, f.c.stringConst(encoder.encode(func)), 16)],
  ];
  for (const [name, write] of parts) {
    const i = types.members(t).fields.findIndex((x) => x.name === name);
    if (i >= 0) write(f.b.field(out, types.fieldOffset(t, i)));
  }
  return memVal(t, out);
}

function locationType(f: FnCtx): TypeId {
  const t = libraryType(f.c, 'Source_Location', 'std/core.sx');
  return t !== 0 && f.c.types.kind[t] === Ty.struct ? t : 0;
}
