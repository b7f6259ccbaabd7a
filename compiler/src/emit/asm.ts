// Takes the asm op; gives an LLVM inline-assembly call and the stores of its register outputs.
import type { AsmBlob, Ref } from '../ir/module.ts';
import { markLines } from './asm_marks.ts';
import type { FnWriter } from './fn_writer.ts';
import { EXT_OP, MEM_TY, ODD, REG_TY } from './lltype.ts';
import { escapeName } from './text.ts';

/** For each operand that the call passes: whether its constraint is indirect (`*m`, `=*m`). */
function passedOperands(constraints: string): boolean[] {
  const out: boolean[] = [];
  for (const c of constraints.split(',')) {
    if (c === '' || c[0] === '~') continue;
    const isOutput = c[0] === '=' || c[0] === '+';
    const indirect = c.includes('*');
    if (!isOutput || indirect) out.push(indirect);
  }
  return out;
}

/** The text of a block, with marks when they are asked for. */
function templateOf(w: FnWriter, blob: AsmBlob): string {
  const { opts } = w.st;
  return opts.markAsm === true && blob.lines !== undefined ? markLines(blob.template, blob.lines, opts.arch) : blob.template;
}

/** The operand as the registers hold it: LLVM crashes on integers of odd widths. */
function operandText(w: FnWriter, r: Ref): string {
  const ty = w.tyOf(r);
  if (ODD[ty] !== 1) return `${REG_TY[ty]} ${w.refText(r)}`;
  return `${MEM_TY[ty]} ${w.value(`${EXT_OP[ty]}${REG_TY[ty]} ${w.refText(r)} to ${MEM_TY[ty]}`)}`;
}

/**
 * Assembly that moves the stack pointer. On x86-64 a leaf function may keep its locals below it (the red zone of 128 bytes); LLVM does not read
 * the template, but keeps nothing there in a function whose assembly asks for an aligned stack, which a call in it needs besides.
 */
const MOVES_STACK = /\b(?:l?call|push|pop|enter)|\b[re]?sp\b/;

export function writeAsm(w: FnWriter, i: Ref): void {
  const { a, b, extra } = w.body;
  const blob = w.body.asms[a[i]!]!;
  const { onlyAsm, markAsm } = w.st.opts;
  if (onlyAsm !== undefined && !onlyAsm.has(blob.lines?.[0] ?? 0)) return;
  const at = b[i]!;
  const n = extra[at]!;
  const indirect = passedOperands(blob.constraints);
  const args: string[] = [];
  for (let k = 0; k < n; k++) {
    const r = extra[at + 1 + k]!;
    args.push(indirect[k] === true ? `ptr elementtype(i64) ${w.refText(r)}` : operandText(w, r));
  }
  const tys = blob.resultTys.map((t) => MEM_TY[t]!);
  const result = tys.length === 0 ? 'void' : tys.length === 1 ? tys[0]! : `{ ${tys.join(', ')} }`;
  const stack = w.st.opts.arch === 'x86_64' && MOVES_STACK.test(blob.template) ? 'alignstack ' : '';
  const text = `call ${result} asm ${blob.sideEffects ? 'sideeffect ' : ''}${stack}"${escapeName(templateOf(w, blob))}", "${escapeName(blob.constraints)}"(${args.join(', ')})${markAsm === true ? `, !srcloc !${w.st.asmPlace(w.body.pos[i]!)}` : ''}`;
  if (tys.length === 0) {
    w.line(text);
    return;
  }
  const value = w.value(text);
  blob.resultTys.forEach((ty, k) => {
    let v = tys.length === 1 ? value : w.value(`extractvalue ${result} ${value}, ${k}`);
    // What a register holds above an odd width is the program's business; memory holds it extended.
    if (ODD[ty] === 1) v = w.value(`${EXT_OP[ty]}${REG_TY[ty]} ${w.value(`trunc ${MEM_TY[ty]} ${v} to ${REG_TY[ty]}`)} to ${MEM_TY[ty]}`);
    w.line(`store ${MEM_TY[ty]} ${v}, ptr ${w.refText(blob.outs[k]!)}`);
  });
}
