// Takes one function's IR; gives its LLVM definition, appended to the writer's text.
import { ice } from '../base/ice.ts';
import { Abi, type Fn, Linkage, type Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { reachedBlocks, reversePostorder } from './blocks.ts';
import { paramAlloca, retAlloca, storeParam, writeJoinedRet, writeNamedParams } from './call.ts';
import type { FnWriter, Operand } from './fn_writer.ts';
import { writeInst } from './inst.ts';
import { Pass } from './lowering.ts';
import { NOTHING, paramFrag } from './spell.ts';
import { isStation } from './stations.ts';
import { fixed } from './text.ts';

const DEFINE = fixed('define ');
const ATTRS = fixed(') #');
const SCOPE = fixed(' !dbg !');
const OPEN = fixed(' {\n');
const CLOSE = fixed('}\n');
const COLON = fixed(':\n');
const ALLOCA = fixed('alloca i');
const ALLOCA_BYTES = fixed('alloca [');
const BYTES_ALIGN = fixed(' x i8], align ');
const LETTER_B = 98;

/** What the prologue needs, found in one look over the reached code. */
interface Needs {
  readonly slots: number[];
  /** Slots that are no memory of their own. */
  readonly stations: number[];
  readonly params: number[];
  readonly retSlots: Ref[];
  zero: boolean;
  scratch: number;
  returns: number;
}

let reached = new Uint8Array(256);

export function emitFn(w: FnWriter, fn: Fn): void {
  if (fn.body === null) ice(`emit: '${fn.symbol}' has no body`);
  const { body } = w;
  body.read(fn.body);
  const sig = w.st.lowered_(fn.sig);
  const { blocks, written } = body;
  if (reached.length < blocks) reached = new Uint8Array(blocks * 2);
  else reached.fill(0, 0, blocks);
  reachedBlocks(w.st.module, body, reached);
  const start = w.out.length;
  w.reset(fn, sig);
  const scope = w.debug === null ? 0 : w.debug.beginFn(fn);
  w.coverage?.beginFn(fn);
  writeDefinition(w, body.order, written, scope);
  if (w.forward) {
    w.out.length = start;
    w.reset(fn, sig);
    w.coverage?.beginFn(fn);
    const order = reversePostorder(w.st.module, body);
    writeDefinition(w, order, order.length, scope);
    if (w.forward) ice(`emit: '${fn.symbol}' uses a value that is not defined on every path`);
  }
  w.coverage?.endFn();
}

/** The first `written` of `order` are the blocks in the order in which they are to stand. */
function writeDefinition(w: FnWriter, order: ArrayLike<number>, written: number, scope: number): void {
  const { out, body, fn } = w;
  const naked = w.st.module.sigs[fn.sig]!.abi === Abi.naked;
  out.put(DEFINE);
  if (fn.linkage !== Linkage.export_) out.str(w.st.local);
  out.put(w.sig.resultFrag);
  out.put(w.st.fnFrag(fn.id));
  out.byte(40);
  writeNamedParams(w, w.sig);
  out.put(ATTRS);
  out.num(w.st.fnAttrs(fn, naked));
  if (scope !== 0) {
    out.put(SCOPE);
    out.num(scope);
  }
  out.put(OPEN);
  // What moves parameters into place has no location: debuggers put a function's breakpoint behind it.
  w.loc = 0;
  // The entry block of LLVM has no predecessors; block 0 may.
  out.str(reached[0] === 2 ? 's:\n' : 'b0:\n');
  prologue(w, order, written, naked);
  if (reached[0] === 2) out.str('  br label %b0\nb0:\n');
  if (scope !== 0) w.loc = w.debug!.fnLoc();
  const { blockStart, blockEnd, pos, op, b } = body;
  const { debug } = w;
  const coverage = naked ? null : w.coverage;
  let last = -1;
  for (let k = 0; k < written; k++) {
    const block = order[k]!;
    if (reached[block] === 0) continue;
    if (block !== 0) {
      out.lettered(LETTER_B, block);
      out.put(COLON);
    }
    const end = blockEnd[block]!;
    coverage?.beginBlock();
    for (let i = blockStart[block]!; i < end; i++) {
      if (coverage !== null && op[i] !== Op.param && op[i] !== Op.slot) coverage.at(pos[i]!, out);
      if (debug !== null && pos[i] !== last && pos[i] !== 0) {
        last = pos[i]!;
        w.loc = debug.loc(last);
      }
      if (debug !== null && op[i] === Op.store && b[i]! > 0 && op[b[i]!] === Op.param) {
        const { loc } = w;
        w.loc = 0;
        writeInst(w, i);
        w.loc = loc;
      } else writeInst(w, i);
    }
  }
  writeJoinedRet(w);
  out.put(CLOSE);
}

function findNeeds(w: FnWriter, order: ArrayLike<number>, written: number): Needs {
  const { body } = w;
  const { op, a, c, extra, blockStart, blockEnd } = body;
  const needs: Needs = { slots: [], stations: [], params: [], retSlots: [], zero: false, scratch: 0, returns: 0 };
  const st = w.st;
  for (let k = 0; k < written; k++) {
    const block = order[k]!;
    if (reached[block] === 0) continue;
    const from = blockStart[block]!;
    if (from < 0) ice(`emit: '${w.fn.symbol}' jumps to block ${block}, which has no code`);
    for (let i = from; i < blockEnd[block]!; i++) {
      switch (op[i]) {
        case Op.slot:
          if (isStation(body, i, blockEnd[block]!)) {
            needs.stations.push(i);
            break;
          }
          if (a[i] === 0) needs.zero = true;
          needs.slots.push(i);
          break;
        case Op.param:
          if (w.sig.params[a[i]!]!.pass === Pass.none) needs.zero = true;
          needs.params.push(i);
          break;
        case Op.ret_slot:
          if (w.sig.result.pass === Pass.none) needs.zero = true;
          needs.retSlots.push(i);
          break;
        case Op.ret:
          needs.returns++;
          break;
        case Op.call:
        case Op.call_ptr: {
          const sig = st.lowered_(op[i] === Op.call ? st.module.fns[a[i]!]!.sig : extra[body.b[i]!]!);
          let need = sig.scratch;
          if (c[i] === 0 && sig.result.pass === Pass.memory) need += sig.result.size + 16;
          if (need > needs.scratch) needs.scratch = need;
          break;
        }
        default:
      }
    }
  }
  return needs;
}

function prologue(w: FnWriter, order: ArrayLike<number>, written: number, naked: boolean): void {
  const { out, body } = w;
  const needs = findNeeds(w, order, written);
  if (needs.zero) out.str('  %z = alloca i8\n');
  if (needs.scratch > 0) out.str(`  %t = alloca [${needs.scratch} x i8], align 16\n`);
  for (const i of needs.slots) writeSlot(w, i);
  for (const i of needs.stations) w.aliasRef(i, body.b[i + 1]!);
  if (naked) {
    for (const i of needs.params) w.alias(i, -paramFrag(w.st.frags, body.a[i]!));
    return;
  }
  if (w.sig.result.pass === Pass.pieces || needs.retSlots.length > 0) {
    const text = retAlloca(w);
    w.joined = needs.returns > 1 && w.sig.result.pieces.length > 1;
    for (const i of needs.retSlots) w.alias(i, text);
  }
  // A parameter has one place, however often it is asked for; all places come before what fills them.
  const { params } = w.sig;
  const places: Operand[] = [];
  for (let k = 0; k < params.length; k++) places.push(0);
  for (const i of needs.params) {
    const index = body.a[i]!;
    if (places[index] === 0) places[index] = paramAlloca(w, index);
    w.alias(i, places[index]!);
  }
  for (let k = 0; k < params.length; k++) if (places[k] !== 0) storeParam(w, k);
  if (w.debug !== null) for (const v of body.vars) w.debug.declareVar(w, v);
}

function writeSlot(w: FnWriter, i: Ref): void {
  const size = w.body.a[i]!;
  if (size === 0) {
    w.alias(i, -NOTHING);
    return;
  }
  const align = w.body.b[i]!;
  const out = w.out;
  w.def(i);
  if (size === align && (size === 8 || size === 4 || size === 2 || size === 1)) {
    out.put(ALLOCA);
    out.num(size * 8);
  } else {
    out.put(ALLOCA_BYTES);
    out.num(size);
    out.put(BYTES_ALIGN);
    out.num(align);
  }
  out.byte(10);
}
