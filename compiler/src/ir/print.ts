// Takes a module; gives its text form, one instruction a line (read.ts reads it back).
//
//   sig s1 = sx(i64, mem 7 16 8) -> i64
//   global g1 "name" size 16 align 8 mutable internal bytes "\x00abc" reloc 8 global g2 + 0
//   fn f3 "symbol" "display" s1 internal {
//   b0:
//     %1 = param i64 0
//     %2 = add i64 %1, i64 5
//     ret %2
//   }
import { IR_F32, IR_F64, IR_VOID, irTypeName } from '../types/ir_type.ts';
import { type Abi, type AbiSlot, ConstKind, type Fn, type FnBody, type Global, type Linkage, type Module, type Ref, RelocKind, type Sig } from './module.ts';
import { Op, OP_INFO } from './op.ts';
import { openBody } from './packed_body.ts';

export interface PrintOptions {
  /** Write ` !pos` after instructions that have a source position. */
  readonly positions?: boolean;
  /** Only these functions (and no globals); all when absent. */
  readonly fns?: readonly number[];
}

export const ABI_NAMES = ['sx', 'c', 'naked'] as const;
export const LINKAGE_NAMES = ['internal', 'extern', 'export'] as const;
export const RELOC_NAMES = ['global', 'fn', 'type', 'err'] as const;

/** A quoted string whose bytes outside of printable ASCII, quotes and backslashes are \xx. */
export function quoteBytes(bytes: Uint8Array): string {
  let out = '"';
  for (const b of bytes) {
    out += b >= 32 && b < 127 && b !== 34 && b !== 92 ? String.fromCharCode(b) : `\\${b.toString(16).padStart(2, '0')}`;
  }
  return out + '"';
}

export const quote = (s: string): string => quoteBytes(new TextEncoder().encode(s));

function slot(s: AbiSlot): string { return s.mem ? `mem ${s.type} ${s.size} ${s.align}` : irTypeName(s.ty) + (s.type !== 0 ? ` ${s.type}` : ''); }

function printSig(s: Sig): string {
  const params = s.params.map(slot);
  if (s.variadic) params.splice(s.fixed, 0, '...');
  return `sig s${s.id} = ${ABI_NAMES[s.abi as Abi]}(${params.join(', ')})${s.result === null ? '' : ` -> ${slot(s.result)}`}`;
}

function printGlobal(g: Global): string {
  let out = `global g${g.id} ${quote(g.name)} size ${g.size} align ${g.align}`;
  if (g.type !== 0) out += ` type ${g.type}`;
  if (g.mutable) out += ' mutable';
  if (g.threadLocal) out += ' threadlocal';
  out += ` ${LINKAGE_NAMES[g.linkage as Linkage]}`;
  if (g.pos !== 0) out += ` pos ${g.pos}`;
  if (g.display !== '') out += ` display ${quote(g.display)}`;
  if (g.bytes !== null) out += ` bytes ${quoteBytes(g.bytes)}`;
  for (const r of g.relocs) {
    const target = r.kind === RelocKind.global ? `g${r.target}` : r.kind === RelocKind.fn ? `f${r.target}` : String(r.target);
    out += ` reloc ${r.offset} ${RELOC_NAMES[r.kind as RelocKind]} ${target} + ${r.addend}`;
  }
  return out;
}

/** A number of a float constant; the special values have names. */
function floatText(v: number): string {
  if (Number.isNaN(v)) return 'nan';
  if (v === Number.POSITIVE_INFINITY) return 'inf';
  if (v === Number.NEGATIVE_INFINITY) return '-inf';
  return Object.is(v, -0) ? '-0' : String(v);
}

/** An operand: %n, or a constant with its type. */
export function refText(m: Module, ref: Ref): string {
  if (ref > 0) return `%${ref}`;
  if (ref === 0) return '_';
  const c = m.consts[~ref];
  if (c === undefined) return `<bad constant ${~ref}>`;
  switch (c.kind) {
    case ConstKind.int: return `${irTypeName(c.ty)} ${c.value}`;
    case ConstKind.float: return `${c.ty === IR_F32 ? 'f32' : c.ty === IR_F64 ? 'f64' : '?'} ${floatText(Number(c.value))}`;
    case ConstKind.null_: return 'null';
    case ConstKind.undef: return `undef ${irTypeName(c.ty)}`;
    case ConstKind.fn: return `@f${c.value}`;
    case ConstKind.global: return c.offset === 0 ? `@g${c.value}` : `@g${c.value}+${c.offset}`;
    case ConstKind.type: return `type ${c.value}`;
    default: return `err ${irTypeName(c.ty)} ${c.value}`;
  }
}

function list(m: Module, body: FnBody, at: number, n: number): string {
  const parts: string[] = [];
  for (let k = 0; k < n; k++) parts.push(refText(m, body.extra[at + k]!));
  return `(${parts.join(', ')})`;
}

/** The operands of ops whose `b` column has a layout of its own. */
function special(m: Module, body: FnBody, i: number): string {
  const at = body.b[i]!;
  const x = body.extra;
  switch (body.op[i]) {
    case Op.call_ptr: return `s${x[at]} ${list(m, body, at + 2, x[at + 1]!)}`;
    case Op.vec_bin: return `${refText(m, x[at]!)}, ${refText(m, x[at + 1]!)}, ${OP_INFO[x[at + 2]!]?.name} ${irTypeName(x[at + 3]!)} ${x[at + 4]}`;
    case Op.vec_un: return `${refText(m, x[at]!)}, ${OP_INFO[x[at + 1]!]?.name} ${irTypeName(x[at + 2]!)} ${x[at + 3]}`;
    case Op.cmpxchg: return `${refText(m, x[at]!)}, ${refText(m, x[at + 1]!)}`;
    default: {
      const cases: string[] = [];
      for (let k = 0; k < x[at]!; k++) cases.push(`${refText(m, x[at + 2 + 2 * k]!)}: b${x[at + 3 + 2 * k]}`);
      return `b${x[at + 1]} [${cases.join(', ')}]`;
    }
  }
}

/** One instruction, without indentation. */
export function instText(m: Module, body: FnBody, i: number): string {
  const row = OP_INFO[body.op[i]!]!;
  let out = body.ty[i] === IR_VOID ? row.name : `%${i} = ${row.name} ${irTypeName(body.ty[i]!)}`;
  const parts: string[] = [];
  const column = (shape: string, v: number): void => {
    switch (shape) {
      case 'r': parts.push(refText(m, v)); break;
      case 'R': parts.push(v === 0 ? '_' : refText(m, v)); break;
      case 'i': parts.push(String(v)); break;
      case 'k': parts.push(`b${v}`); break;
      case 'f': parts.push(`f${v}`); break;
      case 'l': parts.push(list(m, body, v + 1, body.extra[v]!)); break;
      case 'x': parts.push(special(m, body, i)); break;
      default: break;
    }
  };
  column(row.a, body.a[i]!);
  column(row.b, body.b[i]!);
  column(row.c, body.c[i]!);
  if (parts.length > 0) out += ` ${parts.join(', ')}`;
  return out;
}

export function printFn(m: Module, fn: Fn, options: PrintOptions = {}): string {
  const out: string[] = [];
  let head = `fn f${fn.id} ${quote(fn.symbol)} ${quote(fn.display)} s${fn.sig} ${LINKAGE_NAMES[fn.linkage as Linkage]}`;
  if (fn.noreturn) head += ' noreturn';
  if (fn.cold) head += ' cold';
  if (fn.noinline) head += ' noinline';
  if (fn.comptimeOnly) head += ' comptime';
  if (fn.pos !== 0) head += ` pos ${fn.pos}`;
  if (fn.body === null) return `${head}\n`;
  const body = openBody(fn.body);
  out.push(`${head} {`);
  for (const b of body.order) {
    out.push(`b${b}:`);
    for (let i = body.blockStart[b]!; i < body.blockEnd[b]!; i++) {
      out.push(`  ${instText(m, body, i)}${options.positions === true && body.pos[i] !== 0 ? ` !${body.pos[i]}` : ''}`);
    }
  }
  for (const v of body.vars) out.push(`  var ${quote(v.name)} ${refText(m, v.slot)} type ${v.type} pos ${v.pos} param ${v.param}${v.to === undefined || v.to === 0 ? '' : ` in ${v.from} ${v.to}`}`);
  for (const a of body.asms) {
    const results = a.resultTys.map((t, k) => `${irTypeName(t)} ${refText(m, a.outs[k]!)}`).join(', ');
    out.push(`  asmtext ${quote(a.template)} ${quote(a.constraints)}${a.sideEffects ? ' volatile' : ''} (${results})`);
  }
  out.push('}');
  return `${out.join('\n')}\n`;
}

export function printModule(m: Module, options: PrintOptions = {}): string {
  let out = '';
  if (options.fns === undefined) {
    for (let s = 1; s < m.sigs.length; s++) out += `${printSig(m.sigs[s]!)}\n`;
    if (m.errorNames.length > 1) out += `errors ${m.errorNames.slice(1).map(quote).join(' ')}\n`;
    for (const a of m.globalAsm) out += `asm ${quote(a)}\n`;
    for (let g = 1; g < m.globals.length; g++) out += `${printGlobal(m.globals[g]!)}\n`;
    for (let f = 1; f < m.fns.length; f++) out += `\n${printFn(m, m.fns[f]!, options)}`;
  } else {
    for (const f of options.fns) out += printFn(m, m.fns[f]!, options);
  }
  return out;
}
