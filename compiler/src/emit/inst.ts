// Takes one IR instruction; gives its LLVM instructions, appended to the writer's text.
import { ice } from '../base/ice.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_F32, irIsFloat, irSize, irWidth } from '../types/ir_type.ts';
import { writeConversion, writeF2i, writeSelect, writeShift } from './arith.ts';
import { writeAsm } from './asm.ts';
import { writeAtomic } from './atomic.ts';
import { knownCondition } from './blocks.ts';
import { writeCall, writeRet } from './call.ts';
import type { FnWriter } from './fn_writer.ts';
import { EXT_OP, REG_FRAG, REG_TY } from './lltype.ts';
import { writeCopy, writeIndex, writeLoad, writeStore, writeZero } from './mem.ts';
import { BIN_FRAG, FMATH_TEXT } from './op_text.ts';
import { needErrorNames, rttiAccessor } from './rtti.ts';
import { fixed } from './text.ts';
import { writeVecBin, writeVecUn } from './vec.ts';

const FIELD = fixed('getelementptr inbounds i8, ptr ');
const AND_I64 = fixed(', i64 ');
const COMMA = fixed(', ');
const FALSE = fixed('false');
const BR = fixed('  br label %b');
const BR_IF = fixed('  br i1 ');
const AND_LABEL = fixed(', label %b');
const TRAP = fixed('  call void @sx_trap(ptr ');
const UNREACHABLE = fixed('  unreachable\n');

export function writeInst(w: FnWriter, i: Ref): void {
  const { out, body } = w;
  const op: Op = body.op[i]!;
  switch (op) {
    case Op.nop:
    case Op.param:
    case Op.ret_slot:
    case Op.slot:
      return;
    case Op.load:
      writeLoad(w, i);
      return;
    case Op.store:
      writeStore(w, i);
      return;
    case Op.copy:
      writeCopy(w, body.a[i]!, body.b[i]!, body.c[i]!);
      return;
    case Op.zero:
      writeZero(w, body.a[i]!, body.c[i]!);
      return;
    case Op.field:
      w.def(i);
      out.put(FIELD);
      w.ref(body.a[i]!);
      out.put(AND_I64);
      if (body.c[i]! < 0) {
        out.byte(45);
        out.num(-body.c[i]!);
      } else {
        out.num(body.c[i]!);
      }
      out.byte(10);
      return;
    case Op.index:
      writeIndex(w, i);
      return;
    case Op.add:
    case Op.sub:
    case Op.mul:
    case Op.sdiv:
    case Op.udiv:
    case Op.srem:
    case Op.urem:
    case Op.and:
    case Op.or:
    case Op.xor:
    case Op.fadd:
    case Op.fsub:
    case Op.fmul:
    case Op.fdiv:
    case Op.frem:
      w.def(i);
      out.put(BIN_FRAG[op]!);
      out.put(REG_FRAG[body.ty[i]!]!);
      w.ref(body.a[i]!);
      out.put(COMMA);
      w.ref(body.b[i]!);
      w.end();
      return;
    case Op.eq:
    case Op.ne:
    case Op.slt:
    case Op.sle:
    case Op.sgt:
    case Op.sge:
    case Op.ult:
    case Op.ule:
    case Op.ugt:
    case Op.uge:
    case Op.feq:
    case Op.fne:
    case Op.flt:
    case Op.fle:
    case Op.fgt:
    case Op.fge:
      w.def(i);
      out.put(BIN_FRAG[op]!);
      out.put(REG_FRAG[w.tyOf(body.a[i]!)]!);
      w.ref(body.a[i]!);
      out.put(COMMA);
      w.ref(body.b[i]!);
      out.byte(10);
      return;
    case Op.shl:
    case Op.ashr:
    case Op.lshr:
      writeShift(w, i, op);
      return;
    case Op.fneg:
      w.def(i);
      out.str('fneg ');
      out.put(REG_FRAG[body.ty[i]!]!);
      w.ref(body.a[i]!);
      out.byte(10);
      return;
    case Op.trunc:
    case Op.ext:
    case Op.i2f:
    case Op.fpext:
    case Op.fptrunc:
    case Op.p2i:
    case Op.i2p:
    case Op.bits:
      writeConversion(w, i, op);
      return;
    case Op.f2i:
      writeF2i(w, i);
      return;
    case Op.select:
      writeSelect(w, i);
      return;
    case Op.call:
      writeCall(
        w,
        i,
        -w.st.fnFrag(body.a[i]!),
        w.st.lowered_(w.st.module.fns[body.a[i]!]!.sig),
        body.b[i]! + 1,
        body.extra[body.b[i]!]!,
        body.c[i]!,
      );
      return;
    case Op.call_ptr: {
      const at = body.b[i]!;
      writeCall(
        w,
        i,
        w.operandOf(body.a[i]!),
        w.st.lowered_(body.extra[at]!),
        at + 2,
        body.extra[at + 1]!,
        body.c[i]!,
      );
      return;
    }
    case Op.mem_eq: {
      w.st.declare('memcmp', 'declare i32 @memcmp(ptr, ptr, i64)');
      const n = w.value(
        `call i32 @memcmp(ptr ${w.refText(body.a[i]!)}, ptr ${w.refText(body.b[i]!)}, i64 ${count64(w, body.c[i]!)})`,
      );
      w.def(i);
      out.str(`icmp eq i32 ${n}, 0\n`);
      return;
    }
    case Op.mem_move:
      w.needMemmove();
      w.line(
        `call void @llvm.memmove.p0.p0.i64(ptr ${w.refText(body.a[i]!)}, ptr ${w.refText(body.b[i]!)}, i64 ${count64(w, body.c[i]!)}, i1 false)`,
      );
      return;
    case Op.mem_set:
      w.needMemset();
      w.line(
        `call void @llvm.memset.p0.i64(ptr ${w.refText(body.a[i]!)}, i8 ${w.refText(body.b[i]!)}, i64 ${count64(w, body.c[i]!)}, i1 false)`,
      );
      return;
    case Op.vec_bin:
      writeVecBin(w, i);
      return;
    case Op.vec_un:
      writeVecUn(w, i);
      return;
    case Op.fmath: {
      const f32 = body.ty[i] === IR_F32;
      const t = f32 ? 'float' : 'double';
      const name = `llvm.${FMATH_TEXT[body.c[i]!]}.${f32 ? 'f32' : 'f64'}`;
      w.st.declare(name, `declare ${t} @${name}(${t})`);
      w.def(i);
      out.str(`call ${t} @${name}(${t} ${w.refText(body.a[i]!)})`);
      w.end();
      return;
    }
    case Op.rtti: {
      const f = rttiAccessor(w.st, body.c[i]!);
      const tag = w.refText(body.a[i]!);
      const index = f.indexed ? `, i64 ${body.b[i] === 0 ? '0' : count64(w, body.b[i]!)}` : '';
      w.def(i);
      out.str(`call ${f.ty} @${f.name}(i64 ${tag}${index})`);
      w.end();
      return;
    }
    case Op.err_name: {
      needErrorNames(w.st);
      w.def(i);
      out.str('call ptr @sx.err_name(i32 ');
      w.ref(body.a[i]!);
      out.byte(41);
      w.end();
      return;
    }
    case Op.comptime_flag:
      w.alias(i, -FALSE);
      return;
    case Op.atomic_load:
    case Op.atomic_store:
    case Op.atomic_load_mem:
    case Op.atomic_store_mem:
    case Op.atomic_rmw:
    case Op.cmpxchg:
    case Op.cmpxchg_ok:
    case Op.fence:
      writeAtomic(w, i, op);
      return;
    case Op.asm:
      writeAsm(w, i);
      return;
    case Op.br:
      branch(w, body.a[i]!);
      return;
    case Op.cond_br: {
      const known = knownCondition(w.st.module, body, body.a[i]!);
      if (known >= 0) {
        branch(w, known === 1 ? body.b[i]! : body.c[i]!);
        return;
      }
      out.put(BR_IF);
      w.ref(body.a[i]!);
      out.put(AND_LABEL);
      out.num(body.b[i]!);
      out.put(AND_LABEL);
      out.num(body.c[i]!);
      w.end();
      return;
    }
    case Op.switch_:
      writeSwitch(w, i);
      return;
    case Op.ret:
      writeRet(w, body.a[i]!);
      return;
    case Op.trap:
      w.st.support('sx_trap');
      out.put(TRAP);
      w.ref(body.a[i]!);
      out.byte(41);
      w.end();
      out.put(UNREACHABLE);
      return;
    case Op.unreachable:
      out.put(UNREACHABLE);
      return;
    default:
      unhandled(op, w.fn.symbol);
  }
}

/** Fails to compile when an op has no case above. */
function unhandled(op: never, symbol: string): never {
  ice(`emit: op ${String(op)} in '${symbol}'`);
}

function branch(w: FnWriter, to: number): void {
  w.out.put(BR);
  w.out.num(to);
  w.end();
}

function writeSwitch(w: FnWriter, i: Ref): void {
  const { out, body } = w;
  const extra = body.extra;
  const at = body.b[i]!;
  const t = REG_TY[w.tyOf(body.a[i]!)]!;
  out.str('  switch ');
  out.str(t);
  out.byte(32);
  w.ref(body.a[i]!);
  out.str(', label %b');
  out.num(extra[at + 1]!);
  out.str(' [');
  for (let k = 0; k < extra[at]!; k++) {
    out.byte(32);
    out.str(t);
    out.byte(32);
    w.ref(extra[at + 2 + k * 2]!);
    out.str(', label %b');
    out.num(extra[at + 3 + k * 2]!);
  }
  out.str(' ]');
  w.end();
}

/** Operand text of a byte count or index as i64. */
function count64(w: FnWriter, r: Ref): string {
  const ty = w.tyOf(r);
  if (r < 0 || (irSize(ty) === 8 && irWidth(ty) === 64) || irIsFloat(ty)) return w.refText(r);
  return w.value(`${EXT_OP[ty]}${REG_TY[ty]} ${w.refText(r)} to i64`);
}
