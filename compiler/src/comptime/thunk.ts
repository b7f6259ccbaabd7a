// Takes a small function that runs once (a `#run` thunk, a builder of a type); gives its effect by walking the IR, because
// compiling a module costs the engine more than the few calls such a function makes.
import { ConstKind, type FnBody, Linkage, type Module, type Ref, type Sig } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { eachRef } from '../ir/refs.ts';
import { IR_F32, IR_F64, IR_PTR, IR_VOID, type IrTy, irIsInt, irIsSigned, irSize, irWidth } from '../types/ir_type.ts';
import { codePointer, STACK_LOW } from './layout.ts';
import { EXIT_ABORT, type VmMemory, VmStop } from './memory.ts';

const MAX_INSTS = 400;
/** Of one that makes no calls. */
const MAX_STORES = 8000;

const WALKED = new Set<Op>([
  Op.nop, Op.param, Op.ret_slot, Op.slot, Op.load, Op.store, Op.copy, Op.zero, Op.field, Op.index, Op.call, Op.comptime_flag,
  Op.br, Op.cond_br, Op.ret, Op.p2i, Op.i2p, Op.trap, Op.trunc, Op.ext, Op.select, Op.add, Op.sub, Op.mul, Op.and, Op.or, Op.xor,
  Op.eq, Op.ne, Op.slt, Op.sle, Op.sgt, Op.sge, Op.ult, Op.ule, Op.ugt, Op.uge,
]);

/** Whether `body` is straight enough to be walked: no loops, few instructions, only moves, whole numbers and calls of sx code. */
export function isWalkable(module: Module, body: FnBody): boolean {
  if (body.count > MAX_STORES) return false;
  let highest = -1;
  for (const b of body.order) {
    if (b <= highest) return false;
    highest = b;
    for (let i = body.blockStart[b]!; i < body.blockEnd[b]!; i++) {
      const o: Op = body.op[i]!;
      if (!WALKED.has(o)) return false;
      if (o === Op.br && body.a[i]! <= b) return false;
      if (o === Op.cond_br && (body.b[i]! <= b || body.c[i]! <= b)) return false;
      if (o === Op.call) {
        if (body.count > MAX_INSTS) return false;
        const fn = module.fns[body.a[i]!]!;
        if (fn.linkage === Linkage.extern && fn.body === null) return false;
      }
    }
  }
  return true;
}

/** The functions whose address a walked body takes; places the globals it names (whose data may need more). */
export function neededFns(port: WalkPort, body: FnBody): number[] {
  const out: number[] = [];
  const visit = (ref: Ref): void => {
    if (ref >= 0) return;
    const c = port.module.consts[~ref]!;
    if (c.kind === ConstKind.fn) out.push(Number(c.value));
    else if (c.kind === ConstKind.global) port.globalAddress(Number(c.value));
  };
  for (let i = 1; i < body.count; i++) {
    eachRef(body, i, visit);
  }
  return out;
}

/** What a walk asks of the machine. */
export interface WalkPort {
  readonly module: Module;
  readonly memory: VmMemory;
  globalAddress(id: number): number;
  /** Calls function `fn` with the stack pointer `sp`: walks or compiles it. */
  enter(fn: number, args: readonly Value[], dst: number, sp: number): Value | null;
  /** Tells where the walk is, for call chains. */
  at(inst: number): void;
}

type Value = number | bigint;

/** Runs `body`; `sp` is the stack pointer, `dst` the place of an aggregate result. */
export function walk(port: WalkPort, sig: Sig, body: FnBody, args: readonly Value[], dst: number, sp: number): Value | null {
  const { module, memory } = port;
  const { op, ty, a, b, c, extra } = body;
  const values: Value[] = new Array<Value>(body.count).fill(0);
  let top = sp;
  const place = (size: number, align: number): number => {
    top = Math.floor((top - Math.max(size, 1)) / align) * align;
    if (top < STACK_LOW) throw new VmStop('recursion too deep: compile-time stack exhausted');
    return top;
  };
  const get = (ref: Ref): Value => {
    if (ref >= 0) return values[ref]!;
    const k = module.consts[~ref]!;
    switch (k.kind) {
      case ConstKind.fn: return codePointer(module, Number(k.value));
      case ConstKind.global: {
        const at = port.globalAddress(Number(k.value));
        if (at < 0) throw new VmStop(`extern global '${module.globals[Number(k.value)]!.name}' has no value at compile time`);
        return at + k.offset;
      }
      case ConstKind.undef: return 0;
      default: return k.value;
    }
  };
  const address = (ref: Ref, n: number): number => memory.check(Number(get(ref)), Math.max(n, 1));
  for (let i = 1; i < body.count; i++) if (op[i] === Op.slot) values[i] = place(a[i]!, Math.max(b[i]!, 1));
  let block = body.order[0]!;
  for (;;) {
    let next = -1;
    for (let i = body.blockStart[block]!; i < body.blockEnd[block]!; i++) {
      port.at(i);
      switch (op[i] as Op) {
        case Op.param: {
          const p = sig.params[a[i]!]!;
          if (p.mem) {
            const own = place(p.size, Math.max(p.align, 1));
            if (p.size > 0) {
              const from = memory.check(Number(args[a[i]!]!), p.size);
              memory.u8.copyWithin(own, from, from + p.size);
            }
            values[i] = own;
          } else values[i] = args[a[i]!]!;
          break;
        }
        case Op.ret_slot: values[i] = dst; break;
        case Op.comptime_flag: values[i] = 1; break;
        case Op.load: values[i] = loadValue(memory, ty[i]!, address(a[i]!, irSize(ty[i]!))); break;
        case Op.store: {
          const t = b[i]! > 0 ? ty[b[i]!]! : module.consts[~b[i]!]!.ty;
          const v = get(b[i]!);
          storeValue(memory, t, address(a[i]!, irSize(t)), v);
          break;
        }
        case Op.copy: {
          const from = address(b[i]!, c[i]!);
          memory.u8.copyWithin(address(a[i]!, c[i]!), from, from + c[i]!);
          break;
        }
        case Op.zero: {
          const at = address(a[i]!, c[i]!);
          memory.u8.fill(0, at, at + c[i]!);
          break;
        }
        case Op.field: values[i] = Number(get(a[i]!)) + c[i]!; break;
        case Op.index: values[i] = Number(get(a[i]!)) + Number(get(b[i]!)) * c[i]!; break;
        case Op.p2i: values[i] = normal(ty[i]!, BigInt(get(a[i]!))); break;
        case Op.trunc: case Op.ext: values[i] = normal(ty[i]!, BigInt(get(a[i]!))); break;
        case Op.select: values[i] = get(Number(get(a[i]!)) !== 0 ? b[i]! : c[i]!); break;
        case Op.add: case Op.sub: case Op.mul: case Op.and: case Op.or: case Op.xor: values[i] = whole(op[i]!, ty[i]!, BigInt(get(a[i]!)), BigInt(get(b[i]!))); break;
        case Op.eq: case Op.ne: case Op.slt: case Op.sle: case Op.sgt: case Op.sge: case Op.ult: case Op.ule: case Op.ugt: case Op.uge: {
          const t = a[i]! >= 0 ? ty[a[i]!]! : module.consts[~a[i]!]!.ty;
          values[i] = holds(op[i]!, irIsInt(t) ? irWidth(t) : 64, BigInt(get(a[i]!)), BigInt(get(b[i]!))) ? 1 : 0;
          break;
        }
        case Op.i2p: values[i] = Number(BigInt.asUintN(64, BigInt(get(a[i]!)))); break;
        case Op.call: {
          const fsig = module.sigs[module.fns[a[i]!]!.sig]!;
          const n = extra[b[i]!]!;
          const list: Value[] = [];
          for (let k = 1; k <= n; k++) list.push(get(extra[b[i]! + k]!));
          let out = 0;
          const keep = top;
          if (fsig.result !== null && fsig.result.mem) out = c[i] !== 0 ? Number(get(c[i]!)) : place(fsig.result.size, Math.max(fsig.result.align, 1));
          values[i] = port.enter(a[i]!, list, out, top & ~15) ?? 0;
          top = keep;
          break;
        }
        case Op.br: next = a[i]!; break;
        case Op.cond_br: next = Number(get(a[i]!)) !== 0 ? b[i]! : c[i]!; break;
        case Op.trap: throw new VmStop(memory.cstring(Number(get(a[i]!))), EXIT_ABORT);
        case Op.ret: return a[i] === 0 ? null : get(a[i]!);
        default: break;
      }
    }
    block = next;
  }
}

function normal(ty: IrTy, v: bigint): bigint {
  if (!irIsInt(ty)) return BigInt.asUintN(64, v);
  return irIsSigned(ty) ? BigInt.asIntN(irWidth(ty), v) : BigInt.asUintN(irWidth(ty), v);
}

/** Modular arithmetic at the width of `ty`. */
function whole(op: Op, ty: IrTy, x: bigint, y: bigint): bigint {
  switch (op) {
    case Op.add: return normal(ty, x + y);
    case Op.sub: return normal(ty, x - y);
    case Op.mul: return normal(ty, x * y);
    case Op.and: return normal(ty, x & y);
    case Op.or: return normal(ty, x | y);
    default: return normal(ty, x ^ y);
  }
}

function holds(op: Op, width: number, x: bigint, y: bigint): boolean {
  const signed = op >= Op.slt && op <= Op.sge;
  const l = signed ? BigInt.asIntN(width, x) : BigInt.asUintN(width, x);
  const r = signed ? BigInt.asIntN(width, y) : BigInt.asUintN(width, y);
  switch (op) {
    case Op.eq: return l === r;
    case Op.ne: return l !== r;
    case Op.slt: case Op.ult: return l < r;
    case Op.sle: case Op.ule: return l <= r;
    case Op.sgt: case Op.ugt: return l > r;
    default: return l >= r;
  }
}

function loadValue(memory: VmMemory, ty: IrTy, at: number): Value {
  const { view } = memory;
  if (ty === IR_F32) return view.getFloat32(at, true);
  if (ty === IR_F64) return view.getFloat64(at, true);
  if (ty === IR_PTR) return Number(view.getBigUint64(at, true));
  const n = irSize(ty);
  const raw = n === 1 ? view.getUint8(at) : n === 2 ? view.getUint16(at, true) : n === 4 ? view.getUint32(at, true) : view.getBigUint64(at, true);
  return normal(ty, BigInt(raw));
}

function storeValue(memory: VmMemory, ty: IrTy, at: number, v: Value): void {
  const { view } = memory;
  if (ty === IR_VOID) return;
  if (ty === IR_F32) view.setFloat32(at, Number(v), true);
  else if (ty === IR_F64) view.setFloat64(at, Number(v), true);
  else {
    const n = irSize(ty);
    if (n === 8) view.setBigUint64(at, BigInt.asUintN(64, BigInt(v)), true);
    else {
      const x = Number(BigInt.asUintN(32, BigInt(v)));
      if (n === 1) view.setUint8(at, x & 255);
      else if (n === 2) view.setUint16(at, x & 65535, true);
      else view.setUint32(at, x, true);
    }
  }
}
