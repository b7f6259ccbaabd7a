// Takes calls, parameters and returns of the IR; gives LLVM calls, function headers and prologues in the lowered convention.
import type { Ref } from '../ir/module.ts';
import { IR_VOID } from '../types/ir_type.ts';
import { roundUp } from '../types/types.ts';
import type { FnWriter } from './fn_writer.ts';
import { REG_TY } from './lltype.ts';
import { type Lowering, type LoweredSig, Pass, scratchSize } from './lowering.ts';

/** Writes one call. `args` are at `extra[at..at+n)`; `dst` takes an aggregate result (0 = dropped). */
export function writeCall(
  w: FnWriter,
  i: Ref,
  callee: string,
  sig: LoweredSig,
  at: number,
  n: number,
  dst: Ref,
  scratchBase: number,
): void {
  const out = w.out;
  const extra = w.body.extra;
  const params = sig.params;
  const fixed = Math.min(n, params.length);
  let texts: string[] | null = null;
  let scratch = scratchBase;
  for (let k = 0; k < fixed; k++) {
    const p = params[k]!;
    if (
      p.pass === Pass.scalar ||
      p.pass === Pass.none ||
      p.pass === Pass.memory ||
      (p.pass === Pass.pointer && p.calleeCopies)
    )
      continue;
    texts ??= [];
    texts[k] = prepareArg(w, p, extra[at + k]!, scratch);
    scratch += scratchSize(p);
  }
  const result = sig.result;
  const ty = w.body.ty[i]!;
  let number = -1;
  const hidden = result.pass === Pass.memory ? (dst !== 0 ? w.refText(dst) : w.addr('%t', scratch)) : '';
  if (result.pass === Pass.pieces && dst !== 0) {
    number = w.temp();
  } else if (result.pass === Pass.scalar && ty !== IR_VOID) {
    w.def(i);
  } else if (result.pass === Pass.scalar || result.pass === Pass.pieces) {
    w.temp();
  } else {
    out.str('  ');
  }
  out.str('call ');
  out.str(sig.resultText);
  out.byte(32);
  if (sig.variadicTy !== '') {
    out.str(sig.variadicTy);
    out.byte(32);
  }
  out.str(callee);
  out.byte(40);
  let first = true;
  if (hidden !== '') {
    out.str(result.text);
    out.byte(32);
    out.str(hidden);
    first = false;
  }
  for (let k = 0; k < n; k++) {
    const r = extra[at + k]!;
    const p = k < fixed ? params[k]! : null;
    if (p !== null && p.pass === Pass.none) continue;
    if (first) first = false;
    else out.str(', ');
    if (texts !== null && texts[k] !== undefined) {
      out.str(texts[k]!);
    } else {
      out.str(p === null ? REG_TY[w.tyOf(r)]! : p.text);
      out.byte(32);
      w.ref(r);
    }
  }
  out.byte(41);
  w.end();
  if (number >= 0) storeResult(w, result, number, w.refText(dst), scratchBase);
}

/** Loads the pieces (or makes the copy) of an aggregate argument; returns the argument's text. */
function prepareArg(w: FnWriter, p: Lowering, r: Ref, scratch: number): string {
  let from = w.refText(r);
  if (p.scratch > 0) {
    const copy = w.addr('%t', scratch);
    w.memcpy(copy, from, p.size);
    from = copy;
  }
  if (p.pass === Pass.pointer) return `ptr ${from}`;
  const align = p.scratch > 0 ? 16 : p.align;
  return p.pieces
    .map((piece) => {
      const at = w.addr(from, piece.offset);
      return `${piece.ty} ${w.value(`load ${piece.ty}, ptr ${at}, align ${pieceAlign(align, piece.offset)}`)}`;
    })
    .join(', ');
}

const pieceAlign = (align: number, offset: number): number => (offset % 16 === 0 ? align : Math.min(align, 8));

function storeResult(w: FnWriter, l: Lowering, number: number, dst: string, scratchBase: number): void {
  const to = l.scratch > 0 ? w.addr('%t', scratchBase) : dst;
  storePieces(w, l, to, (k) =>
    l.pieces.length === 1 ? `%${number}` : w.value(`extractvalue ${pairType(l)} %${number}, ${k}`),
  );
  if (l.scratch > 0) w.memcpy(dst, to, l.size);
}

const pairType = (l: Lowering): string => `{ ${l.pieces.map((p) => p.ty).join(', ')} }`;

function storePieces(w: FnWriter, l: Lowering, to: string, pieceValue: (k: number) => string): void {
  l.pieces.forEach((piece, k) => {
    const v = pieceValue(k);
    w.line(
      `store ${piece.ty} ${v}, ptr ${w.addr(to, piece.offset)}, align ${pieceAlign(l.scratch > 0 ? 16 : l.align, piece.offset)}`,
    );
  });
}

/** Writes the parameter list of a definition or declaration. */
export function writeParams(out: { str(s: string): void }, sig: LoweredSig, names: boolean, variadic: boolean): void {
  let first = true;
  const one = (text: string, name: string): void => {
    if (!first) out.str(', ');
    first = false;
    out.str(text);
    if (names) out.str(` %${name}`);
  };
  if (sig.result.pass === Pass.memory) one(sig.result.text, 'r');
  sig.params.forEach((p, i) => {
    if (p.pass === Pass.pieces) {
      for (const [k, piece] of p.pieces.entries()) one(piece.ty, p.pieces.length === 1 ? `p${i}` : `p${i}.${k}`);
    } else if (p.pass !== Pass.none) {
      one(p.text, `p${i}`);
    }
  });
  if (variadic) one('...', '');
}

/** Writes the allocas of aggregate parameter `index` when it needs one; returns the text that stands for the parameter. */
export function paramAlloca(w: FnWriter, index: number): string {
  const p = w.sig.params[index]!;
  if (p.pass === Pass.none) return '%z';
  if (p.pass === Pass.pieces || (p.pass === Pass.pointer && p.calleeCopies)) {
    const size = Math.max(p.scratch, roundUp(p.size, 8));
    w.out.str(`  %a${index} = alloca [${size} x i8], align ${Math.max(p.align, p.scratch > 0 ? 16 : 8)}\n`);
    return `%a${index}`;
  }
  return `%p${index}`;
}

/** Fills the memory that paramAlloca made. */
export function storeParam(w: FnWriter, index: number): void {
  const p = w.sig.params[index]!;
  if (p.pass === Pass.pieces)
    storePieces(w, p, `%a${index}`, (k) => (p.pieces.length === 1 ? `%p${index}` : `%p${index}.${k}`));
  else if (p.pass === Pass.pointer && p.calleeCopies) w.memcpy(`%a${index}`, `%p${index}`, p.size);
}

/** Writes the alloca of an aggregate result; returns the text that stands for ret_slot. */
export function retAlloca(w: FnWriter): string {
  const l = w.sig.result;
  if (l.pass === Pass.memory) return '%r';
  if (l.pass !== Pass.pieces) return '%z';
  w.out.str(
    `  %rs = alloca [${Math.max(l.scratch, roundUp(l.size, 8))} x i8], align ${Math.max(l.align, l.scratch > 0 ? 16 : 8)}\n`,
  );
  return '%rs';
}

export function writeRet(w: FnWriter, value: Ref): void {
  const l = w.sig.result;
  if (l.pass === Pass.scalar) {
    w.out.str('  ret ');
    w.out.str(w.sig.resultTy);
    w.out.byte(32);
    w.ref(value);
    w.end();
    return;
  }
  if (l.pass !== Pass.pieces) {
    w.line('ret void');
    return;
  }
  if (w.joined) {
    w.line('br label %ret');
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
  if (!w.joined || w.retLoc === null) return;
  w.out.str('ret:\n');
  w.loc = w.retLoc;
  loadResult(w);
}

/** Returns the words of the result slot. */
function loadResult(w: FnWriter): void {
  const l = w.sig.result;
  const loaded = l.pieces.map((piece) => {
    const at = w.addr('%rs', piece.offset);
    return w.value(`load ${piece.ty}, ptr ${at}, align ${pieceAlign(l.align, piece.offset)}`);
  });
  if (loaded.length === 1) {
    w.line(`ret ${w.sig.resultTy} ${loaded[0]}`);
    return;
  }
  let agg = 'undef';
  loaded.forEach((v, k) => {
    agg = w.value(`insertvalue ${w.sig.resultTy} ${agg}, ${l.pieces[k]!.ty} ${v}, ${k}`);
  });
  w.line(`ret ${w.sig.resultTy} ${agg}`);
}
