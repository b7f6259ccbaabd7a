// Takes vec_bin and vec_un; gives LLVM vector instructions between memory operands.
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_BOOL, type IrTy, irIsFloat, irSize, irWidth } from '../types/ir_type.ts';
import type { FnWriter } from './fn_writer.ts';
import { EXT_OP, MEM_TY, ODD, REG_TY } from './lltype.ts';
import { BIN_TEXT } from './op_text.ts';

function loadLanes(w: FnWriter, ptr: Ref, lane: IrTy, lanes: number): string {
  const v = w.value(`load <${lanes} x ${MEM_TY[lane]}>, ptr ${w.refText(ptr)}, align ${irSize(lane)}`);
  return ODD[lane] === 0 ? v : w.value(`trunc <${lanes} x ${MEM_TY[lane]}> ${v} to <${lanes} x ${REG_TY[lane]}>`);
}

function storeLanes(w: FnWriter, ptr: Ref, value: string, lane: IrTy, lanes: number): void {
  let v = value;
  if (ODD[lane] !== 0) v = w.value(`${EXT_OP[lane]}<${lanes} x ${REG_TY[lane]}> ${v} to <${lanes} x ${MEM_TY[lane]}>`);
  w.line(`store <${lanes} x ${MEM_TY[lane]}> ${v}, ptr ${w.refText(ptr)}, align ${irSize(lane)}`);
}

const splat = (ty: string, text: string, lanes: number): string =>
  `<${Array.from({ length: lanes }, () => `${ty} ${text}`).join(', ')}>`;

export function writeVecBin(w: FnWriter, i: Ref): void {
  const { a, b, extra } = w.body;
  const at = b[i]!;
  const op = extra[at + 2]!;
  const lane = extra[at + 3]!;
  const lanes = extra[at + 4]!;
  const x = loadLanes(w, extra[at]!, lane, lanes);
  const y = loadLanes(w, extra[at + 1]!, lane, lanes);
  const ty = `<${lanes} x ${REG_TY[lane]}>`;
  if (op >= Op.eq && op <= Op.fge) {
    storeLanes(w, a[i]!, w.value(`${BIN_TEXT[op]}${ty} ${x}, ${y}`), IR_BOOL, lanes);
    return;
  }
  let r: string;
  if (op === Op.shl || op === Op.lshr || op === Op.ashr) {
    const width = splat(REG_TY[lane]!, String(irWidth(lane)), lanes);
    const ok = w.value(`icmp ult ${ty} ${y}, ${width}`);
    const last = op === Op.ashr ? splat(REG_TY[lane]!, String(irWidth(lane) - 1), lanes) : 'zeroinitializer';
    const count = w.value(`select <${lanes} x i1> ${ok}, ${ty} ${y}, ${ty} ${last}`);
    r = w.value(`${BIN_TEXT[op]}${ty} ${x}, ${count}`);
    if (op !== Op.ashr) r = w.value(`select <${lanes} x i1> ${ok}, ${ty} ${r}, ${ty} zeroinitializer`);
  } else {
    r = w.value(`${BIN_TEXT[op]}${ty} ${x}, ${y}`);
  }
  storeLanes(w, a[i]!, r, lane, lanes);
}

export function writeVecUn(w: FnWriter, i: Ref): void {
  const { a, b, extra } = w.body;
  const at = b[i]!;
  const op = extra[at + 1]!;
  const lane = extra[at + 2]!;
  const lanes = extra[at + 3]!;
  const x = loadLanes(w, extra[at]!, lane, lanes);
  const ty = `<${lanes} x ${REG_TY[lane]}>`;
  let r: string;
  if (irIsFloat(lane)) r = w.value(`fneg ${ty} ${x}`);
  else if (op === Op.sub) r = w.value(`sub ${ty} zeroinitializer, ${x}`);
  else r = w.value(`xor ${ty} ${x}, ${splat(REG_TY[lane]!, lane === IR_BOOL ? 'true' : '-1', lanes)}`);
  storeLanes(w, a[i]!, r, lane, lanes);
}
