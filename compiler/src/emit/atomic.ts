// Takes the atomic ops; gives LLVM atomic instructions (bool and odd widths as whole bytes).
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_PTR, irIsFloat, irSize } from '../types/ir_type.ts';
import type { FnWriter } from './fn_writer.ts';
import { MEM_TY } from './lltype.ts';
import { ORDER_TEXT, RMW_TEXT } from './op_text.ts';

export function writeAtomic(w: FnWriter, i: Ref, op: Op): void {
  const { a, b, c, extra, ty } = w.body;
  const imm = c[i]!;
  switch (op) {
    case Op.fence:
      w.line(`fence ${ORDER_TEXT[imm & 15]}`);
      return;
    case Op.atomic_load: {
      const t = ty[i]!;
      const n = w.temp();
      w.out.str(`load atomic ${MEM_TY[t]}, ptr ${w.refText(a[i]!)} ${ORDER_TEXT[imm & 15]}, align ${irSize(t)}`);
      w.end();
      w.narrowInto(i, n, t);
      return;
    }
    case Op.atomic_store: {
      const t = w.tyOf(b[i]!);
      const v = w.widened(b[i]!, t);
      w.line(`store atomic ${MEM_TY[t]} ${v}, ptr ${w.refText(a[i]!)} ${ORDER_TEXT[imm & 15]}, align ${irSize(t)}`);
      return;
    }
    case Op.atomic_load_mem: {
      const size = imm >> 8;
      const m = `i${size * 8}`;
      const v = w.value(`load atomic ${m}, ptr ${w.refText(b[i]!)} ${ORDER_TEXT[imm & 15]}, align ${size}`);
      w.line(`store ${m} ${v}, ptr ${w.refText(a[i]!)}, align ${size}`);
      return;
    }
    case Op.atomic_store_mem: {
      const size = imm >> 8;
      const m = `i${size * 8}`;
      const v = w.value(`load ${m}, ptr ${w.refText(b[i]!)}, align ${size}`);
      w.line(`store atomic ${m} ${v}, ptr ${w.refText(a[i]!)} ${ORDER_TEXT[imm & 15]}, align ${size}`);
      return;
    }
    case Op.atomic_rmw: {
      const t = ty[i]!;
      // Pointers and floats are exchanged as integers: LLVM 14 knows no other form.
      const cast = t === IR_PTR || irIsFloat(t);
      const m = cast ? `i${irSize(t) * 8}` : MEM_TY[t]!;
      let v = w.widened(b[i]!, t);
      if (cast) v = w.value(t === IR_PTR ? `ptrtoint ptr ${v} to ${m}` : `bitcast ${MEM_TY[t]} ${v} to ${m}`);
      const n = w.temp();
      w.out.str(`atomicrmw ${RMW_TEXT[imm >> 8]} ptr ${w.refText(a[i]!)}, ${m} ${v} ${ORDER_TEXT[imm & 15]}`);
      w.end();
      if (cast) {
        w.def(i);
        w.out.str(t === IR_PTR ? `inttoptr ${m} %${n} to ptr\n` : `bitcast ${m} %${n} to ${MEM_TY[t]}\n`);
      } else {
        w.narrowInto(i, n, t);
      }
      return;
    }
    case Op.cmpxchg: {
      const t = ty[i]!;
      const m = MEM_TY[t]!;
      const at = b[i]!;
      const expected = w.widened(extra[at]!, t);
      const desired = w.widened(extra[at + 1]!, t);
      const n = w.temp();
      w.out.str(
        `cmpxchg ${(imm & 256) !== 0 ? 'weak ' : ''}ptr ${w.refText(a[i]!)}, ${m} ${expected}, ${m} ${desired} ${ORDER_TEXT[imm & 15]} ${ORDER_TEXT[(imm >> 4) & 15]}`,
      );
      w.end();
      const pair = `{ ${m}, i1 }`;
      w.pairs.set(i, { number: n, ty: pair });
      const old = w.temp();
      w.out.str(`extractvalue ${pair} %${n}, 0\n`);
      w.narrowInto(i, old, t);
      return;
    }
    case Op.cmpxchg_ok: {
      const pair = w.pairs.get(a[i]!);
      if (pair === undefined) {
        w.refText(a[i]!);
        w.forward = true;
        return;
      }
      w.def(i);
      w.out.str(`extractvalue ${pair.ty} %${pair.number}, 1\n`);
      return;
    }
    default:
  }
}
