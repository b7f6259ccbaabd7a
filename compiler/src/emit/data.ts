// Takes a global; gives its LLVM definition: byte strings, zero runs and relocated words in one packed struct.
import { type Global, Linkage, type Reloc, RelocKind } from '../ir/module.ts';
import { type EmitState, isAnonymous } from './state.ts';

/** A zero run shorter than this is cheaper inside the byte string. */
const ZERO_RUN = 64;

export function emitGlobal(st: EmitState, g: Global, suffix: string): void {
  const out = st.out;
  if (g.linkage === Linkage.extern) {
    declareGlobal(st, g);
    return;
  }
  const name = st.globalName(g.id);
  const tls = g.threadLocal ? 'thread_local ' : '';
  out.str(name);
  if (g.linkage === Linkage.export_) {
    st.defined.add(g.name);
    out.str(` = ${tls}`);
  } else if (isAnonymous(g)) {
    out.str(' = private unnamed_addr ');
  } else {
    out.str(` = ${g.name === '' && !st.parted ? 'private ' : st.local}${g.mutable || g.name !== '' ? tls : ''}`);
  }
  out.str(g.mutable ? 'global ' : 'constant ');
  emitBytes(st, g.bytes, g.size, g.relocs);
  out.str(`, align ${Math.max(1, g.align)}${suffix}\n`);
}

/** Declares a global that another object, or another part of the module, defines. */
export function declareGlobal(st: EmitState, g: Global): void {
  const name = st.globalName(g.id);
  if (g.name === '_NSConcreteStackBlock' && g.linkage === Linkage.extern) {
    // Off Apple nothing defines it: the program carries a word of its own.
    st.declare(name.slice(1), `${name} = weak global ptr null`);
    return;
  }
  const local = g.linkage === Linkage.internal ? st.local : '';
  const tls = g.threadLocal ? 'thread_local ' : '';
  st.declare(name.slice(1), `${name} = external ${local}${tls}global [${g.size} x i8], align ${g.align}`);
}

/** Writes `type value` of a block of memory. */
function emitBytes(st: EmitState, bytes: Uint8Array | null, size: number, relocs: readonly Reloc[]): void {
  const out = st.out;
  const hasZeroRuns = bytes !== null && size > 4 * ZERO_RUN;
  if (relocs.length === 0 && (bytes === null || isZero(bytes, 0, size))) {
    out.str(`[${size} x i8] zeroinitializer`);
    return;
  }
  if (relocs.length === 0 && !hasZeroRuns) {
    byteString(st, bytes!, 0, size);
    return;
  }
  const parts = cut(bytes, size, relocs);
  out.str('<{ ');
  parts.forEach((p, i) => {
    if (i > 0) out.str(', ');
    out.str(p.reloc === null ? `[${p.to - p.from} x i8]` : p.reloc.kind === RelocKind.type ? 'i64' : p.reloc.kind === RelocKind.err ? 'i32' : 'ptr');
  });
  out.str(' }> <{ ');
  parts.forEach((p, i) => {
    if (i > 0) out.str(', ');
    if (p.reloc === null) {
      if (p.zero) out.str(`[${p.to - p.from} x i8] zeroinitializer`);
      else byteString(st, bytes!, p.from, p.to);
    } else {
      relocText(st, p.reloc);
    }
  });
  out.str(' }>');
}

interface Part {
  readonly from: number;
  readonly to: number;
  readonly zero: boolean;
  readonly reloc: Reloc | null;
}

function cut(bytes: Uint8Array | null, size: number, relocs: readonly Reloc[]): Part[] {
  const parts: Part[] = [];
  const sorted = relocs.length < 2 ? relocs : [...relocs].sort((a, b) => a.offset - b.offset);
  let at = 0;
  for (const r of sorted) {
    plain(parts, bytes, at, r.offset);
    const end = r.offset + (r.kind === RelocKind.err ? 4 : 8);
    parts.push({ from: r.offset, to: end, zero: false, reloc: r });
    at = end;
  }
  plain(parts, bytes, at, size);
  return parts;
}

/** Cuts [from, to) into byte strings and long zero runs. */
function plain(parts: Part[], bytes: Uint8Array | null, from: number, to: number): void {
  let start = from;
  let at = from;
  while (at < to) {
    if (bytes !== null && at < bytes.length && bytes[at] !== 0) {
      at++;
      continue;
    }
    let end = at;
    while (end < to && (bytes === null || end >= bytes.length || bytes[end] === 0)) end++;
    if (end - at >= ZERO_RUN || (at === start && end === to)) {
      if (at > start) parts.push({ from: start, to: at, zero: false, reloc: null });
      parts.push({ from: at, to: end, zero: true, reloc: null });
      start = end;
    }
    at = end;
  }
  if (start < to) parts.push({ from: start, to, zero: false, reloc: null });
}

function byteString(st: EmitState, bytes: Uint8Array, from: number, to: number): void {
  const out = st.out;
  out.str(`[${to - from} x i8] c"`);
  const have = Math.min(to, bytes.length);
  out.escaped(bytes, from, have);
  for (let i = have; i < to; i++) out.str('\\00');
  out.byte(34);
}

function relocText(st: EmitState, r: Reloc): void {
  const out = st.out;
  switch (r.kind) {
    case RelocKind.type:
      out.str(`i64 ${st.tag(r.target)}`);
      return;
    case RelocKind.err:
      out.str(`i32 ${st.errTag(r.target)}`);
      return;
    case RelocKind.fn:
      out.str(`ptr ${st.fnName(r.target)}`);
      return;
    case RelocKind.global:
      out.str(`ptr ${st.addressText(r.target, r.addend)}`);
  }
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  const end = Math.min(to, bytes.length);
  for (let i = from; i < end; i++) if (bytes[i] !== 0) return false;
  return true;
}
