// Takes calls, parameters and returns of the IR; gives LLVM calls, function headers and prologues in the lowered convention.
import type { Ref } from '../ir/module.ts';
import { IR_VOID } from '../types/ir_type.ts';
import { roundUp } from '../types/types.ts';
import type { FnWriter, Operand } from './fn_writer.ts';
import { REG_FRAG } from './lltype.ts';
import { type Lowering, type LoweredSig, Pass, type Piece, scratchSize } from './lowering.ts';
import { copyFrag, NOTHING, paramFrag, RESULT, RESULT_COPY, SCRATCH, type SpelledSig } from './spell.ts';
import { UNDEF } from './state.ts';
import { type Frag, fixed } from './text.ts';

const CALL = fixed('call ');
const INDENT = fixed('  ');
const COMMA = fixed(', ');
const AND_PTR = fixed(', ptr ');
const ALIGN = fixed(', align ');
const LOAD = fixed('load ');
const STORE = fixed('  store ');
const RET_VOID = fixed('  ret void');
const BR_RET = fixed('  br label %ret');
const RET_LABEL = fixed('ret:\n');

/** Writes one call. `args` are at `extra[at..at+n)`; `dst` takes an aggregate result (0 = dropped). */
export function writeCall(w: FnWriter, i: Ref, callee: Operand, sig: SpelledSig, at: number, n: number, dst: Ref): void {
  const out = w.out;
  const extra = w.body.extra;
  const { params, result } = sig;
  const declared = Math.min(n, params.length);
  // What travels in pieces, or as a copy, is loaded before the call.
  let prepared: (readonly Operand[])[] | null = null;
  let scratch = 0;
  for (let k = 0; k < declared; k++) {
    const p = params[k]!;
    if (p.pass !== Pass.pieces && (p.pass !== Pass.pointer || p.calleeCopies)) continue;
    prepared ??= [];
    prepared[k] = prepareArg(w, p, extra[at + k]!, scratch);
    scratch += scratchSize(p);
  }
  const ty = w.body.ty[i]!;
  let number = -1;
  const hidden = result.pass !== Pass.memory ? 0 : dst !== 0 ? w.operandOf(dst) : w.addr(-SCRATCH, scratch);
  if (result.pass === Pass.pieces && dst !== 0) number = w.temp();
  else if (result.pass === Pass.scalar && ty !== IR_VOID) w.def(i);
  else if (result.pass === Pass.scalar || result.pass === Pass.pieces) w.temp();
  else out.put(INDENT);
  out.put(CALL);
  out.put(sig.resultFrag);
  if (sig.variadicTy !== '') {
    out.str(sig.variadicTy);
    out.byte(32);
  }
  w.operand(callee);
  out.byte(40);
  let first = true;
  if (hidden !== 0) {
    out.put(sig.hiddenFrag);
    w.operand(hidden);
    first = false;
  }
  for (let k = 0; k < n; k++) {
    const p = k < declared ? params[k]! : null;
    if (p !== null && p.pass === Pass.none) continue;
    if (first) first = false;
    else out.put(COMMA);
    const values = prepared === null ? undefined : prepared[k];
    if (values !== undefined) {
      writePrepared(w, p!, values);
    } else {
      const r = extra[at + k]!;
      out.put(p === null ? REG_FRAG[w.tyOf(r)]! : sig.paramFrags[k]!);
      w.ref(r);
    }
  }
  out.byte(41);
  w.end();
  if (number >= 0) storeResult(w, result, number, w.operandOf(dst));
}

/** Loads the pieces (or makes the copy) of an aggregate argument; returns what is passed. */
function prepareArg(w: FnWriter, p: Lowering, r: Ref, scratch: number): Operand[] {
  let from = w.operandOf(r);
  if (p.scratch > 0) {
    const copy = w.addr(-SCRATCH, scratch);
    w.memcpy(copy, from, p.size);
    from = copy;
  }
  if (p.pass === Pass.pointer) return [from];
  const align = p.scratch > 0 ? 16 : p.align;
  const values: Operand[] = [];
  for (let k = 0; k < p.pieces.length; k++) values.push(loadPiece(w, p.pieces[k]!, from, align));
  return values;
}

function writePrepared(w: FnWriter, p: Lowering, values: readonly Operand[]): void {
  const { out } = w;
  for (let k = 0; k < values.length; k++) {
    if (k > 0) out.put(COMMA);
    out.str(p.pass === Pass.pointer ? 'ptr' : p.pieces[k]!.ty);
    out.byte(32);
    w.operand(values[k]!);
  }
}

const pieceAlign = (align: number, offset: number): number => (offset % 16 === 0 ? align : Math.min(align, 8));

function loadPiece(w: FnWriter, piece: Piece, from: Operand, align: number): Operand {
  const { out } = w;
  const at = w.addr(from, piece.offset);
  const n = w.temp();
  out.put(LOAD);
  out.str(piece.ty);
  out.put(AND_PTR);
  w.operand(at);
  out.put(ALIGN);
  out.num(pieceAlign(align, piece.offset));
  w.end();
  return n + 1;
}

function storePiece(w: FnWriter, l: Lowering, piece: Piece, value: Operand, to: Operand): void {
  const { out } = w;
  const at = w.addr(to, piece.offset);
  out.put(STORE);
  out.str(piece.ty);
  out.byte(32);
  w.operand(value);
  out.put(AND_PTR);
  w.operand(at);
  out.put(ALIGN);
  out.num(pieceAlign(l.scratch > 0 ? 16 : l.align, piece.offset));
  w.end();
}

function storeResult(w: FnWriter, l: Lowering, number: number, dst: Operand): void {
  const { pieces } = l;
  const to = l.scratch > 0 ? w.addr(-SCRATCH, 0) : dst;
  for (let k = 0; k < pieces.length; k++) {
    let value = number + 1;
    if (pieces.length > 1) {
      value = w.temp() + 1;
      w.out.str(`extractvalue ${pairType(l)} %${number}, ${k}`);
      w.end();
    }
    storePiece(w, l, pieces[k]!, value, to);
  }
  if (l.scratch > 0) w.memcpy(dst, to, l.size);
}

const pairType = (l: Lowering): string => `{ ${l.pieces.map((p) => p.ty).join(', ')} }`;

/** Writes the parameters of a definition, whose names the body knows. */
export function writeNamedParams(w: FnWriter, sig: SpelledSig): void {
  const { out } = w;
  const { frags } = w.st;
  let first = true;
  if (sig.result.pass === Pass.memory) {
    first = false;
    out.put(sig.hiddenFrag);
    out.put(RESULT);
  }
  for (let i = 0; i < sig.params.length; i++) {
    const p = sig.params[i]!;
    if (p.pass === Pass.none) continue;
    const pieces = p.pass === Pass.pieces ? p.pieces.length : 1;
    for (let k = 0; k < pieces; k++) {
      if (first) first = false;
      else out.put(COMMA);
      if (p.pass === Pass.pieces) {
        out.str(p.pieces[k]!.ty);
        out.byte(32);
      } else out.put(sig.paramFrags[i]!);
      out.put(pieces === 1 ? paramFrag(frags, i) : pieceFrag(w, i, k));
    }
  }
}

/** `%p<index>.<piece>`: one of several registers that a parameter travels in. */
const pieceFrag = (w: FnWriter, index: number, piece: number): Frag => w.st.frags.of(`%p${index}.${piece}`);

/** The parameters of a declaration. */
export function paramTypes(sig: LoweredSig, variadic: boolean): string {
  const all = sig.result.pass === Pass.memory ? [sig.result.text] : [];
  for (const p of sig.params) {
    if (p.pass === Pass.pieces) for (const piece of p.pieces) all.push(piece.ty);
    else if (p.pass !== Pass.none) all.push(p.text);
  }
  if (variadic) all.push('...');
  return all.join(', ');
}

/** Writes the allocas of aggregate parameter `index` when it needs one; returns what stands for the parameter. */
export function paramAlloca(w: FnWriter, index: number): Operand {
  const p = w.sig.params[index]!;
  const { frags } = w.st;
  if (p.pass === Pass.none) return -NOTHING;
  if (p.pass !== Pass.pieces && (p.pass !== Pass.pointer || !p.calleeCopies)) return -paramFrag(frags, index);
  const copy = copyFrag(frags, index);
  memory(w, copy, p);
  return -copy;
}

/** Writes the alloca of what an aggregate's pieces are put together in. */
function memory(w: FnWriter, name: Frag, l: Lowering): void {
  const { out } = w;
  out.put(INDENT);
  out.put(name);
  out.str(' = alloca [');
  out.num(Math.max(l.scratch, roundUp(l.size, 8)));
  out.str(' x i8], align ');
  out.num(Math.max(l.align, l.scratch > 0 ? 16 : 8));
  out.byte(10);
}

/** Fills the memory that paramAlloca made. */
export function storeParam(w: FnWriter, index: number): void {
  const p = w.sig.params[index]!;
  const { frags } = w.st;
  if (p.pass === Pass.pieces) {
    const { pieces } = p;
    for (let k = 0; k < pieces.length; k++)
      storePiece(w, p, pieces[k]!, -(pieces.length === 1 ? paramFrag(frags, index) : pieceFrag(w, index, k)), -copyFrag(frags, index));
  } else if (p.pass === Pass.pointer && p.calleeCopies) w.memcpy(-copyFrag(frags, index), -paramFrag(frags, index), p.size);
}

/** Writes the alloca of an aggregate result; returns what stands for ret_slot. */
export function retAlloca(w: FnWriter): Operand {
  const l = w.sig.result;
  if (l.pass === Pass.memory) return -RESULT;
  if (l.pass !== Pass.pieces) return -NOTHING;
  memory(w, RESULT_COPY, l);
  return -RESULT_COPY;
}

export function writeRet(w: FnWriter, value: Ref): void {
  const { out, sig } = w;
  const l = sig.result;
  if (l.pass === Pass.scalar) {
    out.put(sig.retFrag);
    w.ref(value);
    w.end();
    return;
  }
  if (l.pass !== Pass.pieces) {
    out.put(RET_VOID);
    w.end();
    return;
  }
  if (w.joined) {
    out.put(BR_RET);
    w.end();
    w.retLoc = w.loc;
    return;
  }
  loadResult(w);
}

/**
 * The block that every return of a function with a joined result goes to. LLVM would join the returns too, but into a phi of pairs, and
 * through such a phi it does not see: behind an inlined call it would test again what the callee had just decided.
 */
export function writeJoinedRet(w: FnWriter): void {
  if (!w.joined || w.retLoc < 0) return;
  w.out.put(RET_LABEL);
  w.loc = w.retLoc;
  loadResult(w);
}

/** Returns the words of the result slot. */
function loadResult(w: FnWriter): void {
  const { out, sig } = w;
  const l = sig.result;
  const { pieces } = l;
  const loaded: Operand[] = [];
  for (let k = 0; k < pieces.length; k++) loaded.push(loadPiece(w, pieces[k]!, -RESULT_COPY, l.align));
  let whole = loaded[0]!;
  if (pieces.length > 1) {
    whole = -UNDEF;
    for (let k = 0; k < pieces.length; k++) {
      const n = w.temp();
      out.str(`insertvalue ${sig.resultTy} ${w.operandText(whole)}, ${pieces[k]!.ty} ${w.operandText(loaded[k]!)}, ${k}`);
      w.end();
      whole = n + 1;
    }
  }
  out.put(sig.retFrag);
  w.operand(whole);
  w.end();
}
