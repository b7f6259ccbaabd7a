// Builtins of traces; metatype construction (reference 11.8) is not built yet and says so.
import { IR_PTR } from '../types/ir_type.ts';
import { Op } from '../ir/op.ts';
import type { Builtin } from './builtins.ts';
import { coerce, OTHER } from './coerce.ts';
import { expr } from './expr.ts';
import { libraryType } from './library.ts';
import { errorAt } from './report.ts';
import { memVal, VK, voidVal } from './val.ts';
import { poison, toReg } from './value.ts';

const notYet: Builtin = (f, call) => {
  errorAt(f, 'UNSUPPORTED', call.node, `'${call.name}' is not supported by this version of the compiler`);
  return poison(f);
};

/** The address of a trace frame record, as the value it points at. */
const resolveFrame: Builtin = (f, call) => {
  const t = libraryType(f.c, 'TraceFrame', 'std/trace.sx');
  const v = coerce(f, expr(f, call.args[0]!, f.c.types.u64, 0), f.c.types.u64, call.args[0]!, OTHER);
  if (v.k === VK.poison) return v;
  if (t === 0) {
    errorAt(f, 'UNRESOLVED', call.node, '`__trace_resolve_frame` needs `TraceFrame` (modules/std/trace.sx) in the program');
    return poison(f);
  }
  return memVal(t, f.b.conv(Op.i2p, IR_PTR, toReg(f, v)));
};

export const META: Readonly<Record<string, Builtin>> = {
  __trace_resolve_frame: resolveFrame,
  __interp_print_frames: (f) => voidVal(f.c.types.void),
  type_info: notYet, raw_declare_type: notYet, raw_register_type: notYet, raw_pointer_to: notYet, raw_intern: notYet, raw_text_of: notYet, raw_find_type: notYet,
  raw_type_kind: notYet, raw_type_name: notYet, raw_field_count: notYet, raw_field_name: notYet, raw_field_type: notYet, raw_variant_value: notYet,
};
