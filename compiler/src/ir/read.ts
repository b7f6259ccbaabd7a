// Takes IR text (see print.ts); gives the module, or the first line that is wrong.
import { IR_U32, type IrTy, IR_PTR, IR_VOID, irIsFloat, irTypeByName } from '../types/ir_type.ts';
import { type Abi, type AbiSlot, type AsmBlob, ConstKind, type DebugVar, type FnBody, type Linkage, Module, type Ref, type Reloc, type RelocKind } from './module.ts';
import { Op, OP_INFO } from './op.ts';
import { ABI_NAMES, LINKAGE_NAMES, RELOC_NAMES } from './print.ts';

export type ReadResult = { readonly ok: true; readonly module: Module } | { readonly ok: false; readonly line: number; readonly message: string };

const OP_BY_NAME = new Map(OP_INFO.map((row, op) => [row.name, op as Op]));
const TOKEN = /\s*(?:("(?:[^"\\]|\\[0-9a-f]{2})*")|(->|\.\.\.|[%@!]?-?[A-Za-z0-9_.]+(?:[eE][+-]?[0-9]+)?|[(){}[\],:=+]))/y;

class ReadError extends Error {}

/** The words of one line. */
class Line {
  private readonly words: string[] = [];
  private at = 0;

  constructor(text: string) {
    TOKEN.lastIndex = 0;
    const trimmed = text.trimEnd();
    while (TOKEN.lastIndex < trimmed.length) {
      const from = TOKEN.lastIndex;
      const m = TOKEN.exec(trimmed);
      if (m === null) throw new ReadError(`cannot read '${trimmed.slice(from).trim()}'`);
      this.words.push(m[1] ?? m[2]!);
    }
  }

  get done(): boolean { return this.at >= this.words.length; }
  peek(): string { return this.words[this.at] ?? ''; }
  next(): string {
    if (this.done) throw new ReadError('the line ends too early');
    return this.words[this.at++]!;
  }
  accept(word: string): boolean {
    if (this.peek() !== word) return false;
    this.at++;
    return true;
  }
  expect(word: string): void {
    const got = this.next();
    if (got !== word) throw new ReadError(`'${word}' expected, found '${got}'`);
  }
  number(): number {
    const w = this.next();
    const n = Number(w);
    if (Number.isNaN(n)) throw new ReadError(`number expected, found '${w}'`);
    return n;
  }
  /** A number after a one-letter prefix: f3, g1, s2, b0. */
  id(prefix: string): number {
    const w = this.next();
    const n = Number(w.slice(prefix.length));
    if (!w.startsWith(prefix) || !Number.isInteger(n) || w.length === prefix.length) throw new ReadError(`'${prefix}<number>' expected, found '${w}'`);
    return n;
  }
  ty(): IrTy {
    const w = this.next();
    const t = irTypeByName(w);
    if (t < 0) throw new ReadError(`type expected, found '${w}'`);
    return t;
  }
  bytes(): Uint8Array {
    const w = this.next();
    if (w[0] !== '"') throw new ReadError(`string expected, found '${w}'`);
    const out: number[] = [];
    for (let i = 1; i < w.length - 1; i++) {
      if (w[i] === '\\') {
        out.push(Number.parseInt(w.slice(i + 1, i + 3), 16));
        i += 2;
      } else out.push(w.charCodeAt(i));
    }
    return Uint8Array.from(out);
  }
  string(): string { return new TextDecoder().decode(this.bytes()); }
  end(): void {
    if (!this.done) throw new ReadError(`'${this.peek()}' is too much`);
  }
}

function named(names: readonly string[], word: string, what: string): number {
  const i = names.indexOf(word);
  if (i < 0) throw new ReadError(`'${word}' is no ${what}`);
  return i;
}

function readSlot(l: Line): AbiSlot {
  if (l.accept('mem')) return { ty: IR_PTR, mem: true, type: l.number(), size: l.number(), align: l.number() };
  const ty = l.ty();
  const type = /^[0-9]+$/.test(l.peek()) ? l.number() : 0;
  return { ty, mem: false, type, size: 0, align: 0 };
}

/** Reads one instruction's operands; `mapped` turns the text's %n into the instruction's number. */
class FnReader {
  readonly op: number[] = [0];
  readonly ty: number[] = [0];
  readonly a: number[] = [0];
  readonly b: number[] = [0];
  readonly c: number[] = [0];
  readonly pos: number[] = [0];
  readonly extra: number[] = [0];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly order: number[] = [];
  readonly vars: DebugVar[] = [];
  readonly asms: AsmBlob[] = [];

  constructor(readonly m: Module, private readonly numbers: ReadonlyMap<number, number>) {}

  ref(l: Line): Ref {
    const w = l.next();
    if (w === '_') return 0;
    if (w[0] === '%') {
      const n = this.numbers.get(Number(w.slice(1)));
      if (n === undefined) throw new ReadError(`${w} is not defined in this function`);
      return n;
    }
    if (w === 'null') return this.m.nullPtr();
    if (w === 'undef') return this.m.undef(l.ty());
    if (w === 'type') return this.m.typeTag(l.number());
    if (w.startsWith('@f')) return this.m.fnAddr(Number(w.slice(2)));
    if (w.startsWith('@g')) return this.m.globalAddr(Number(w.slice(2)), l.accept('+') ? l.number() : 0);
    if (w === 'err') {
      const ty = l.ty();
      return this.errConst(ty, l.number());
    }
    const ty = irTypeByName(w);
    if (ty < 0) throw new ReadError(`operand expected, found '${w}'`);
    const v = l.next();
    if (irIsFloat(ty)) {
      const n = v === 'nan' ? Number.NaN : v === 'inf' ? Number.POSITIVE_INFINITY : v === '-inf' ? Number.NEGATIVE_INFINITY : Number(v);
      return this.m.float(ty, n);
    }
    if (!/^-?[0-9]+$/.test(v)) throw new ReadError(`integer expected, found '${v}'`);
    const n = Number(v);
    return this.m.int(ty, Number.isSafeInteger(n) ? n : BigInt(v));
  }

  private errConst(ty: IrTy, value: number): Ref {
    const at = this.m.consts.findIndex((k) => k.kind === ConstKind.err && k.value === value && k.ty === (ty || IR_U32));
    if (at >= 0) return ~at;
    this.m.consts.push({ kind: ConstKind.err, ty, value, offset: 0 });
    return ~(this.m.consts.length - 1);
  }

  private refs(l: Line): number[] {
    const out: number[] = [];
    l.expect('(');
    while (!l.accept(')')) {
      if (out.length > 0) l.expect(',');
      out.push(this.ref(l));
    }
    return out;
  }

  private run(items: readonly number[]): number {
    this.extra.push(...items);
    return this.extra.length - items.length;
  }

  private special(l: Line, op: Op): number {
    const opByName = (): number => {
      const w = l.next();
      const o = OP_BY_NAME.get(w);
      if (o === undefined) throw new ReadError(`'${w}' is no op`);
      return o;
    };
    switch (op) {
      case Op.call_ptr: {
        const sig = l.id('s');
        const args = this.refs(l);
        return this.run([sig, args.length, ...args]);
      }
      case Op.vec_bin: {
        const x = this.ref(l);
        l.expect(',');
        const y = this.ref(l);
        l.expect(',');
        const o = opByName();
        return this.run([x, y, o, l.ty(), l.number()]);
      }
      case Op.vec_un: {
        const x = this.ref(l);
        l.expect(',');
        const o = opByName();
        return this.run([x, o, l.ty(), l.number(), 0]);
      }
      case Op.cmpxchg: {
        const x = this.ref(l);
        l.expect(',');
        return this.run([x, this.ref(l)]);
      }
      default: {
        const otherwise = l.id('b');
        const cases: number[] = [];
        l.expect('[');
        while (!l.accept(']')) {
          if (cases.length > 0) l.expect(',');
          cases.push(this.ref(l));
          l.expect(':');
          cases.push(l.id('b'));
        }
        return this.run([cases.length / 2, otherwise, ...cases]);
      }
    }
  }

  inst(l: Line, word: string): void {
    let name = word;
    let ty = IR_VOID;
    const hasResult = word[0] === '%';
    if (hasResult) {
      l.expect('=');
      name = l.next();
      ty = l.ty();
    }
    const op = OP_BY_NAME.get(name);
    if (op === undefined) throw new ReadError(`'${name}' is no op`);
    const row = OP_INFO[op]!;
    let first = true;
    const column = (shape: string): number => {
      if (shape === '-') return 0;
      if (!first) l.expect(',');
      first = false;
      switch (shape) {
        case 'r': case 'R': return this.ref(l);
        case 'i': return l.number();
        case 'k': return l.id('b');
        case 'f': return l.id('f');
        case 'l': {
          const items = this.refs(l);
          return this.run([items.length, ...items]);
        }
        default: return this.special(l, op);
      }
    };
    const a = column(row.a);
    const b = column(row.b);
    const c = column(row.c);
    this.op.push(op);
    this.ty.push(ty);
    this.a.push(a);
    this.b.push(b);
    this.c.push(c);
    this.pos.push(l.peek().startsWith('!') ? Number(l.next().slice(1)) : 0);
    l.end();
  }

  variable(l: Line): void {
    const name = l.string();
    const slot = this.ref(l);
    l.expect('type');
    const type = l.number();
    l.expect('pos');
    const pos = l.number();
    l.expect('param');
    const param = l.number();
    if (l.peek() !== 'in') {
      this.vars.push({ name, type, slot, pos, param });
      return;
    }
    l.next();
    this.vars.push({ name, type, slot, pos, param, from: l.number(), to: l.number() });
  }

  asm(l: Line): void {
    const template = l.string();
    const constraints = l.string();
    const sideEffects = l.accept('volatile');
    const resultTys: IrTy[] = [];
    const outs: Ref[] = [];
    l.expect('(');
    while (!l.accept(')')) {
      if (outs.length > 0) l.expect(',');
      resultTys.push(l.ty());
      outs.push(this.ref(l));
    }
    this.asms.push({ template, constraints, sideEffects, resultTys, outs });
  }

  block(id: number): void {
    this.endBlock();
    while (this.starts.length <= id) {
      this.starts.push(-1);
      this.ends.push(-1);
    }
    if (this.starts[id]! >= 0) throw new ReadError(`block b${id} is written twice`);
    this.starts[id] = this.op.length;
    this.order.push(id);
  }

  endBlock(): void {
    if (this.order.length > 0) {
      const last = this.order[this.order.length - 1]!;
      if (this.ends[last]! < 0) this.ends[last] = this.op.length;
    }
  }

  finish(): FnBody {
    this.endBlock();
    return {
      count: this.op.length, op: Uint8Array.from(this.op), ty: Uint16Array.from(this.ty), a: Int32Array.from(this.a),
      b: Int32Array.from(this.b), c: Int32Array.from(this.c), pos: Int32Array.from(this.pos), extra: Int32Array.from(this.extra),
      blockStart: Int32Array.from(this.starts), blockEnd: Int32Array.from(this.ends), order: Int32Array.from(this.order),
      vars: this.vars, asms: this.asms,
    };
  }
}

/** Reads the head of a function; true when a body follows. */
function readFnHead(m: Module, l: Line): boolean {
  const id = l.id('f');
  if (id !== m.fns.length) throw new ReadError(`function f${m.fns.length} expected here`);
  const symbol = l.string();
  const display = l.string();
  const sig = l.id('s');
  const linkage = named(LINKAGE_NAMES, l.next(), 'linkage') as Linkage;
  const fn = m.addFn(symbol, display, sig, linkage, 0);
  for (;;) {
    if (l.done) return false;
    const w = l.next();
    switch (w) {
      case 'noreturn': fn.noreturn = true; break;
      case 'cold': fn.cold = true; break;
      case 'noinline': fn.noinline = true; break;
      case 'comptime': fn.comptimeOnly = true; break;
      case 'pos': fn.pos = l.number(); break;
      case '{': l.end(); return true;
      default: throw new ReadError(`'${w}' is no function attribute`);
    }
  }
}

function readGlobal(m: Module, l: Line): void {
  const id = l.id('g');
  if (id !== m.globals.length) throw new ReadError(`global g${m.globals.length} expected here`);
  const g = m.addGlobal({
    name: l.string(), type: 0, size: 0, align: 1, bytes: null, relocs: [], mutable: false, linkage: 0 as Linkage,
    threadLocal: false, pos: 0, display: '',
  });
  while (!l.done) {
    const w = l.next();
    switch (w) {
      case 'size': g.size = l.number(); break;
      case 'align': g.align = l.number(); break;
      case 'type': g.type = l.number(); break;
      case 'mutable': g.mutable = true; break;
      case 'threadlocal': g.threadLocal = true; break;
      case 'pos': g.pos = l.number(); break;
      case 'display': g.display = l.string(); break;
      case 'bytes': g.bytes = l.bytes(); break;
      case 'reloc': {
        const offset = l.number();
        const kind = named(RELOC_NAMES, l.next(), 'relocation') as RelocKind;
        const target = l.id(['g', 'f', '', ''][kind]!);
        l.expect('+');
        g.relocs.push({ offset, kind, target, addend: l.number() } satisfies Reloc);
        break;
      }
      default: g.linkage = named(LINKAGE_NAMES, w, 'linkage') as Linkage;
    }
  }
}

function readSig(m: Module, l: Line): void {
  const id = l.id('s');
  l.expect('=');
  const abi = named(ABI_NAMES, l.next(), 'calling convention') as Abi;
  const params: AbiSlot[] = [];
  let fixed = -1;
  l.expect('(');
  while (!l.accept(')')) {
    if (params.length > 0 || fixed >= 0) l.expect(',');
    if (l.accept('...')) fixed = params.length;
    else params.push(readSlot(l));
  }
  const result = l.accept('->') ? readSlot(l) : null;
  if (m.sig(params, result, abi, fixed >= 0, fixed >= 0 ? fixed : params.length) !== id) throw new ReadError(`s${id} repeats a signature or is out of order`);
}

/** The numbers the instructions of a function get, by the text's %n (instructions without a result count too). */
function numberLines(lines: readonly string[], from: number): Map<number, number> {
  const out = new Map<number, number>();
  let n = 1;
  for (let i = from; i < lines.length; i++) {
    const t = lines[i]!.trim();
    if (t === '}') break;
    if (t === '' || t.startsWith(';') || t.startsWith('var ') || t.startsWith('asmtext ') || /^b[0-9]+:/.test(t)) continue;
    const m = /^%([0-9]+) =/.exec(t);
    if (m !== null) {
      if (out.has(Number(m[1]))) throw new ReadError(`%${m[1]} is defined twice`);
      out.set(Number(m[1]), n);
    }
    n++;
  }
  return out;
}

export function readModule(text: string): ReadResult {
  const m = new Module();
  const lines = text.split('\n');
  let fn: FnReader | null = null;
  let i = 0;
  try {
    for (; i < lines.length; i++) {
      const trimmed = lines[i]!.trim();
      if (trimmed === '' || trimmed.startsWith(';')) continue;
      const l = new Line(lines[i]!);
      const word = l.next();
      if (fn !== null) {
        const label = /^b([0-9]+)$/.exec(word);
        if (word === '}') {
          m.fns[m.fns.length - 1]!.body = fn.finish();
          fn = null;
        } else if (label !== null && l.accept(':')) fn.block(Number(label[1]));
        else if (word === 'var') fn.variable(l);
        else if (word === 'asmtext') fn.asm(l);
        else fn.inst(l, word);
        continue;
      }
      switch (word) {
        case 'sig': readSig(m, l); break;
        case 'global': readGlobal(m, l); break;
        case 'errors': while (!l.done) m.errorNames.push(l.string()); break;
        case 'asm': m.globalAsm.push(l.string()); break;
        case 'fn': if (readFnHead(m, l)) fn = new FnReader(m, numberLines(lines, i + 1)); break;
        default: throw new ReadError(`'${word}' is no declaration`);
      }
    }
    if (fn !== null) throw new ReadError("the last function lacks its '}'");
  } catch (e) {
    if (e instanceof ReadError) return { ok: false, line: Math.min(i, lines.length - 1) + 1, message: e.message };
    throw e;
  }
  return { ok: true, module: m };
}
