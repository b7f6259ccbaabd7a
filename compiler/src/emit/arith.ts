// Takes shifts, conversions and selects; gives their LLVM instructions, without poison for any operand.
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_F32, IR_PTR, irIsSigned, irWidth } from '../types/ir_type.ts';
import type { FnWriter } from './fn_writer.ts';
import { EXT_FRAG, REG_FRAG, REG_TY } from './lltype.ts';
import { BIN_FRAG, BIN_TEXT } from './op_text.ts';
import { type Frag, fixed } from './text.ts';

const COMMA = fixed(', ');
const TO = fixed(' to ');
const SELECT = fixed('select i1 ');
const ZERO = fixed('0');
const TRUNC = fixed('trunc ');
const SITOFP = fixed('sitofp ');
const UITOFP = fixed('uitofp ');
const FPEXT = fixed('fpext ');
const FPTRUNC = fixed('fptrunc ');
const PTRTOINT = fixed('ptrtoint ');
const INTTOPTR = fixed('inttoptr ');
const BITCAST = fixed('bitcast ');

/** `a op b` where a count of the width or more gives 0, or the sign for ashr. */
export function writeShift(w: FnWriter, i: Ref, op: Op): void {
  const { out, body } = w;
  const ty = body.ty[i]!;
  const t = REG_TY[ty]!;
  const width = irWidth(ty);
  const a = body.a[i]!;
  const b = body.b[i]!;
  const plain = (count: string): void => {
    w.def(i);
    out.put(BIN_FRAG[op]!);
    out.put(REG_FRAG[ty]!);
    w.ref(a);
    out.put(COMMA);
    out.str(count);
    w.end();
  };
  if (b < 0) {
    const n = BigInt.asUintN(width, BigInt(w.st.module.consts[~b]!.value));
    if (n < BigInt(width)) plain(w.refText(b));
    else if (op === Op.ashr) plain(String(width - 1));
    else w.alias(i, -ZERO);
    return;
  }
  const count = w.refText(b);
  const ok = w.value(`icmp ult ${t} ${count}, ${width}`);
  if (op === Op.ashr) {
    plain(w.value(`select i1 ${ok}, ${t} ${count}, ${t} ${width - 1}`));
    return;
  }
  const shifted = w.value(`${BIN_TEXT[op]}${t} ${w.refText(a)}, ${count}`);
  w.def(i);
  out.str(`select i1 ${ok}, ${t} ${shifted}, ${t} 0\n`);
}

export function writeConversion(w: FnWriter, i: Ref, op: Op): void {
  const { out, body } = w;
  const a = body.a[i]!;
  const from = w.tyOf(a);
  const to = body.ty[i]!;
  let name: Frag;
  switch (op) {
    case Op.trunc:
    case Op.ext:
      if (REG_TY[from] === REG_TY[to]) {
        w.aliasRef(i, a);
        return;
      }
      name = op === Op.trunc ? TRUNC : EXT_FRAG[from]!;
      break;
    case Op.i2f:
      name = irIsSigned(from) ? SITOFP : UITOFP;
      break;
    case Op.fpext:
      name = FPEXT;
      break;
    case Op.fptrunc:
      name = FPTRUNC;
      break;
    case Op.p2i:
      name = PTRTOINT;
      break;
    case Op.i2p:
      name = INTTOPTR;
      break;
    default:
      if (REG_TY[from] === REG_TY[to]) {
        w.aliasRef(i, a);
        return;
      }
      name = from === IR_PTR ? PTRTOINT : to === IR_PTR ? INTTOPTR : BITCAST;
  }
  w.def(i);
  out.put(name);
  out.put(REG_FRAG[from]!);
  w.ref(a);
  out.put(TO);
  out.str(REG_TY[to]!);
  out.byte(10);
}

/** Through 64 bits, by a small routine that never gives poison. */
export function writeF2i(w: FnWriter, i: Ref): void {
  const { out, body } = w;
  const ty = body.ty[i]!;
  let x = w.refText(body.a[i]!);
  if (w.tyOf(body.a[i]!) === IR_F32) x = w.value(`fpext float ${x} to double`);
  const wide = irWidth(ty) === 64;
  let n = 0;
  if (wide) w.def(i);
  else n = w.temp();
  out.str(`call i64 ${w.st.support(wide && !irIsSigned(ty) ? 'sx.f2u' : 'sx.f2i')}(double ${x})`);
  w.end();
  if (!wide) {
    w.def(i);
    out.str(`trunc i64 %${n} to ${REG_TY[ty]}\n`);
  }
}

export function writeSelect(w: FnWriter, i: Ref): void {
  const { out, body } = w;
  const t = REG_FRAG[body.ty[i]!]!;
  w.def(i);
  out.put(SELECT);
  w.ref(body.a[i]!);
  out.put(COMMA);
  out.put(t);
  w.ref(body.b[i]!);
  out.put(COMMA);
  out.put(t);
  w.ref(body.c[i]!);
  out.byte(10);
}
