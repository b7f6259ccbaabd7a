// Inline assembly, naked functions, module-level assembly (reference 12.7): operands become LLVM constraints.
import type { NodeId } from '../base/ids.ts';
import type { AsmBlob, Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { AsmFlag, AsmOperandKind, Node } from '../parse/node.ts';
import { stringValue } from '../parse/string_value.ts';
import { IR_VOID, type IrTy } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { constValueOf } from './const_count.ts';
import { expr } from './expr.ts';
import { irFn } from './fn.ts';
import type { FnCtx } from './fn_ctx.ts';
import type { FnInst } from './fn_decl.ts';
import { valueInst } from './fn_value_type.ts';
import { lookupIdent } from './names.ts';
import { errorAt } from './report.ts';
import { typeExpr } from './type_expr.ts';
import { Capture, memVal, regVal, type Val, VK, voidVal } from './val.ts';
import { newSlot, poison, toMem, toReg } from './value.ts';
import { valueOperand } from './ops.ts';
import { checkClobber, checkConstraint, Pinned } from './asm_registers.ts';
import { templateLines } from './asm_lines.ts';

const decoder = new TextDecoder();

interface Operand {
  readonly node: NodeId;
  readonly kind: AsmOperandKind;
  /** Explicit name, else the pinned register's, else ''. */
  readonly name: string;
  readonly constraint: string;
  readonly value: NodeId;
}

/** The template's text; null after a report. */
function templateText(f: FnCtx, node: NodeId): string | null {
  const kind = f.tree.kindOf(node);
  if (kind === Node.String || kind === Node.Heredoc) return decoder.decode(stringValue(f.tree, node));
  const v = constValueOf(f, node);
  if (v !== null && v.k === VK.const_ && v.cv instanceof Uint8Array) return decoder.decode(v.cv);
  errorAt(f, 'ASM-TEMPLATE', node, 'an asm template must be a compile-time string');
  return null;
}

function operands(f: FnCtx, node: NodeId): Operand[] | null {
  const { tree, c } = f;
  const out: Operand[] = [];
  const names = new Set<string>();
  const pins = new Pinned(f);
  for (const n of tree.list(tree.b[node]!)) {
    const constraint = decoder.decode(stringValue(tree, tree.b[n]!));
    const kind = tree.flags[n]! as AsmOperandKind;
    if (!checkConstraint(f, tree.b[n]!, constraint, kind) || !pins.add(tree.b[n]!, constraint, kind)) return null;
    const pinned = /\{(\w+)\}/.exec(constraint)?.[1] ?? '';
    const nameNode = tree.a[n]!;
    const explicit = nameNode === 0 ? '' : c.text(tree.a[nameNode]!);
    if (explicit !== '' && explicit === pinned) {
      errorAt(f, 'ASM-ECHO', node, `asm operand name '${explicit}' only repeats its pinned register: leave it out`);
      return null;
    }
    const name = explicit !== '' ? explicit : pinned;
    if (name !== '' && names.has(name) && explicit !== '') {
      errorAt(f, 'ASM-DUPNAME', node, `two asm operands are called '${name}'`);
      return null;
    }
    if (name !== '') names.add(name);
    out.push({ node: n, kind, name, constraint, value: tree.c[n]! });
  }
  return out;
}

interface Lowered {
  readonly constraints: string[];
  readonly args: Ref[];
  /** What `%[name]` stands for: an operand number, or the text of a symbol. */
  readonly names: Map<string, number | string>;
  /** The functions that symbol operands name. */
  readonly fns: number[];
}

export function asmExpr(f: FnCtx, node: NodeId, _want: TypeId): Val {
  const { tree, c } = f;
  const { types } = c;
  const text = templateText(f, tree.a[node]!);
  const ops = operands(f, node);
  if (text === null || ops === null) return poison(f);
  const volatile = (tree.flags[node]! & AsmFlag.volatile) !== 0;
  const outputs = ops.filter((o) => o.kind === AsmOperandKind.output);
  if (outputs.length === 0 && !volatile) {
    errorAt(f, 'ASM-VOLATILE', node, 'an asm expression without value outputs must be `volatile`');
    return poison(f);
  }
  const low: Lowered = { constraints: [], args: [], names: new Map(), fns: [] };
  const resultTys: IrTy[] = [];
  const outs: Ref[] = [];
  const results: { name: string; type: TypeId; place: Ref }[] = [];
  const tied: { index: number; value: Ref }[] = [];
  const errors = c.sink.errorCount;
  // Outputs come first in LLVM's numbering.
  for (const o of ops) {
    if (o.kind === AsmOperandKind.output) {
      const t = typeExpr(f, o.value);
      if (t === types.poison) continue;
      if (types.reg(t) === IR_VOID) {
        errorAt(f, 'ASM-TYPE', o.value, `an asm output is a scalar, not '${types.text(t)}'`);
        continue;
      }
      const place = newSlot(f, t);
      resultTys.push(types.reg(t));
      outs.push(place);
      results.push({ name: o.name, type: t, place });
      number(low, o, o.constraint);
    } else if (o.kind === AsmOperandKind.place) placeOutput(f, o, low, resultTys, outs, tied);
  }
  const outputCount = low.constraints.length;
  for (const o of ops) {
    if (o.kind !== AsmOperandKind.input) continue;
    if (/^\d+$/.test(o.constraint) && Number(o.constraint) >= outputCount) errorAt(f, 'ASM-CONSTRAINT', tree.b[o.node]!, `'asm' has no output ${o.constraint}`);
    else input(f, o, low);
  }
  for (const t of tied) {
    low.constraints.push(String(t.index));
    low.args.push(t.value);
  }
  if (c.sink.errorCount > errors) return poison(f);
  for (const n of tree.list(tree.c[node]!)) {
    checkClobber(f, n);
    low.constraints.push(`~{${c.text(tree.a[n]!)}}`);
  }
  if (c.sink.errorCount > errors) return poison(f);
  if (c.options.target.arch === 'x86_64') low.constraints.push('~{dirflag}', '~{fpsr}', '~{flags}');
  const template = translate(f, node, text, low.names);
  if (template === null) return poison(f);
  const blob = asmText(f, node, { template, constraints: low.constraints.join(','), sideEffects: volatile, resultTys, outs, fns: low.fns });
  f.b.at = f.pos(node);
  f.b.inst(Op.asm, IR_VOID, blob, f.b.list(low.args), 0);
  return resultOf(f, results);
}

function number(low: Lowered, o: Operand, constraint: string): void {
  if (o.name !== '') low.names.set(o.name, low.constraints.length);
  low.constraints.push(constraint);
}

/** `"=r" -> *place`, `"+r" -> *place`, `"=*m" -> *place`. */
function placeOutput(f: FnCtx, o: Operand, low: Lowered, resultTys: IrTy[], outs: Ref[], tied: { index: number; value: Ref }[]): void {
  const { types } = f.c;
  const place = addressable(f, o);
  if (place === null) return;
  if (o.constraint.includes('*')) {
    number(low, o, o.constraint);
    low.args.push(place.ref);
    return;
  }
  const reg = types.reg(place.ty);
  if (reg === IR_VOID) {
    errorAt(f, 'ASM-TYPE', o.value, `an asm operand is a scalar, not '${types.text(place.ty)}'`);
    return;
  }
  if (o.constraint.startsWith('+')) tied.push({ index: low.constraints.length, value: f.b.load(reg, place.ref) });
  number(low, o, o.constraint.replace('+', '='));
  resultTys.push(reg);
  outs.push(place.ref);
}

/** The place that `*place` names. */
function addressable(f: FnCtx, o: Operand): Val | null {
  const { tree } = f;
  const node = tree.kindOf(o.value) === Node.AddrOf ? tree.a[o.value]! : o.value;
  const v = expr(f, node, 0, 0);
  if (v.k === VK.poison) return null;
  if (v.k === VK.const_ || v.capture === Capture.constant) {
    errorAt(f, 'ADDR-CONST', o.value, `cannot take the address of constant '${tree.text(node)}'`);
    return null;
  }
  if (v.k !== VK.mem || !v.lv) {
    errorAt(f, 'ASM-PLACE', o.value, `'${tree.text(node)}' is not an addressable place`);
    return null;
  }
  return v;
}

function input(f: FnCtx, o: Operand, low: Lowered): void {
  const { types } = f.c;
  if (o.constraint === 's') {
    const v = f.tree.kindOf(o.value) === Node.Ident ? lookupIdent(f, f.tree.a[o.value]!) : null;
    const inst = v !== null && v.k === VK.fn ? valueInst(f, v) : null;
    if (inst === null) errorAt(f, 'ASM-TYPE', o.value, 'a symbol operand names a function');
    else {
      const fn = irFn(f.c, inst);
      low.names.set(o.name, fn.symbol);
      low.fns.push(fn.id);
    }
    return;
  }
  const v = valueOperand(f, expr(f, o.value, 0, 0));
  if (v.k === VK.poison) return;
  if (o.constraint.includes('*')) {
    number(low, o, o.constraint);
    low.args.push(toMem(f, v));
    return;
  }
  if (types.reg(v.ty) === IR_VOID) {
    const d = errorAt(f, 'ASM-TYPE', o.value, `an asm operand is a scalar, not '${types.text(v.ty)}'`);
    if (types.kind[v.ty] === Ty.string || types.kind[v.ty] === Ty.slice) d.help('pass the address of its data: `.ptr`');
    return;
  }
  number(low, o, o.constraint);
  low.args.push(toReg(f, v));
}

function resultOf(f: FnCtx, results: readonly { name: string; type: TypeId; place: Ref }[]): Val {
  const { types } = f.c;
  if (results.length === 0) return voidVal(types.void);
  if (results.length === 1) return regVal(results[0]!.type, f.b.load(types.reg(results[0]!.type), results[0]!.place));
  const t = types.tuple(results.map((r) => r.type), results.map((r) => r.name));
  const out = newSlot(f, t);
  results.forEach((r, i) => f.b.copy(f.b.field(out, types.tupleOffset(t, i)), r.place, types.size(r.type)));
  return memVal(t, out);
}

/** sx's template to LLVM's: `%[n]` → `${k}`, `%%` → `%`, `%=` → `${:uid}`, `$` → `$$`. */
function translate(f: FnCtx, node: NodeId, text: string, names: ReadonlyMap<string, number | string>): string | null {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const ch = text[i]!;
    if (ch === '$') out += '$$';
    else if (ch !== '%') out += ch;
    else if (text[i + 1] === '%') {
      out += '%';
      i++;
    } else if (text[i + 1] === '=') {
      out += '$' + '{:uid}';
      i++;
    } else if (text[i + 1] === '[') {
      const end = text.indexOf(']', i);
      if (end < 0) {
        errorAt(f, 'ASM-UNKNOWN', node, "the asm template has an unterminated '%['");
        return null;
      }
      const [name, modifier] = text.slice(i + 2, end).split(':');
      const at = names.get(name!);
      if (at === undefined) {
        errorAt(f, 'ASM-UNKNOWN', node, `the asm template names '%[${name}]', but no operand has that name`);
        return null;
      }
      out += typeof at === 'string' ? at : modifier === undefined ? `\${${at}}` : `\${${at}:${modifier}}`;
      i = end;
    } else out += ch;
  }
  return out;
}

/** `abi(.naked)`: the body is one asm statement that returns itself. */
export function nakedBody(f: FnCtx, inst: FnInst, body: NodeId): void {
  const { tree } = f;
  const list = tree.kindOf(body) === Node.Block ? tree.list(tree.a[body]!) : new Int32Array(0);
  let node = list.length === 1 && tree.b[body] === 0 ? list[0]! : list.length === 0 ? tree.b[body]! : 0;
  if (node !== 0 && tree.kindOf(node) === Node.ExprStmt) node = tree.a[node]!;
  if (node === 0 || tree.kindOf(node) !== Node.Asm) {
    errorAt(f, 'ASM-NAKED', body, 'the body of an `abi(.naked)` function is exactly one asm statement');
    return;
  }
  const text = templateText(f, tree.a[node]!);
  const ops = operands(f, node);
  if (text === null || ops === null) return;
  const low: Lowered = { constraints: [], args: [], names: new Map(), fns: [] };
  for (const o of ops) {
    if (o.kind === AsmOperandKind.input && o.constraint === 's') input(f, o, low);
    else {
      errorAt(f, 'ASM-NAKED', o.node, 'asm in an `abi(.naked)` function takes symbol operands only: parameters are in their ABI registers');
      return;
    }
  }
  const template = translate(f, node, text, low.names);
  if (template === null) return;
  f.b.at = f.pos(node);
  const blob = asmText(f, node, { template, constraints: '', sideEffects: true, resultTys: [], outs: [], fns: low.fns });
  f.b.inst(Op.asm, IR_VOID, blob, f.b.list([]), 0);
  f.b.unreachable();
  irFn(f.c, inst).body = f.b.finish();
}

/** Index of the asm among those of its function. The module knows all of them: they decide which process runs LLVM. */
function asmText(f: FnCtx, node: NodeId, blob: Omit<AsmBlob, 'lines'>): number {
  const lines = templateLines(f, f.tree.a[node]!);
  f.c.module.asmLines.push(lines);
  return f.b.asm({ ...blob, lines });
}

/** Module-level assembly of a file, as written. */
export function globalAsm(f: FnCtx, node: NodeId): void {
  const { tree } = f;
  if ((tree.flags[node]! & AsmFlag.volatile) !== 0 || tree.listCount(tree.b[node]!) > 0 || tree.listCount(tree.c[node]!) > 0) {
    errorAt(f, 'ASM-GLOBAL', node, 'global asm takes a template only: no volatile, operands or clobbers');
    return;
  }
  const text = templateText(f, tree.a[node]!);
  if (text === null) return;
  f.c.module.globalAsm.push(text.replaceAll('%%', '%'));
  f.c.module.globalAsmLines.push(templateLines(f, tree.a[node]!));
}
