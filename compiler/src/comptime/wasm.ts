// Takes opcodes and numbers; gives the bytes of WebAssembly modules (binary format 1.0 + bulk memory + SIMD loads).

/** Value types. */
export const enum Vt { none = 0, i32 = 0x7f, i64 = 0x7e, f32 = 0x7d, f64 = 0x7c }

/** The opcodes the evaluator uses. */
export const enum W {
  unreachable = 0x00, nop = 0x01, block = 0x02, loop = 0x03, if_ = 0x04, else_ = 0x05, end = 0x0b,
  br = 0x0c, br_if = 0x0d, br_table = 0x0e, return_ = 0x0f, call = 0x10, call_indirect = 0x11,
  drop = 0x1a, select = 0x1b,
  local_get = 0x20, local_set = 0x21, local_tee = 0x22,
  i32_load = 0x28, i64_load = 0x29, f32_load = 0x2a, f64_load = 0x2b,
  i32_load8_s = 0x2c, i32_load8_u = 0x2d, i32_load16_s = 0x2e, i32_load16_u = 0x2f,
  i32_store = 0x36, i64_store = 0x37, f32_store = 0x38, f64_store = 0x39, i32_store8 = 0x3a, i32_store16 = 0x3b,
  i32_const = 0x41, i64_const = 0x42, f32_const = 0x43, f64_const = 0x44,
  i32_eqz = 0x45, i32_eq = 0x46, i32_ne = 0x47, i32_lt_s = 0x48, i32_lt_u = 0x49, i32_gt_s = 0x4a, i32_gt_u = 0x4b,
  i32_le_s = 0x4c, i32_le_u = 0x4d, i32_ge_s = 0x4e, i32_ge_u = 0x4f,
  i64_eqz = 0x50, i64_eq = 0x51, i64_ne = 0x52, i64_lt_s = 0x53, i64_lt_u = 0x54, i64_gt_s = 0x55, i64_gt_u = 0x56,
  i64_le_s = 0x57, i64_le_u = 0x58, i64_ge_s = 0x59, i64_ge_u = 0x5a,
  f32_eq = 0x5b, f32_ne = 0x5c, f32_lt = 0x5d, f32_gt = 0x5e, f32_le = 0x5f, f32_ge = 0x60,
  f64_eq = 0x61, f64_ne = 0x62, f64_lt = 0x63, f64_gt = 0x64, f64_le = 0x65, f64_ge = 0x66,
  i32_add = 0x6a, i32_sub = 0x6b, i32_mul = 0x6c, i32_div_s = 0x6d, i32_div_u = 0x6e, i32_rem_s = 0x6f, i32_rem_u = 0x70,
  i32_and = 0x71, i32_or = 0x72, i32_xor = 0x73, i32_shl = 0x74, i32_shr_s = 0x75, i32_shr_u = 0x76,
  i64_add = 0x7c, i64_sub = 0x7d, i64_mul = 0x7e, i64_div_s = 0x7f, i64_div_u = 0x80, i64_rem_s = 0x81, i64_rem_u = 0x82,
  i64_and = 0x83, i64_or = 0x84, i64_xor = 0x85, i64_shl = 0x86, i64_shr_s = 0x87, i64_shr_u = 0x88, i64_rotr = 0x8a,
  f32_abs = 0x8b, f32_neg = 0x8c, f32_ceil = 0x8d, f32_floor = 0x8e, f32_trunc = 0x8f, f32_sqrt = 0x91,
  f32_add = 0x92, f32_sub = 0x93, f32_mul = 0x94, f32_div = 0x95,
  f64_abs = 0x99, f64_neg = 0x9a, f64_ceil = 0x9b, f64_floor = 0x9c, f64_trunc = 0x9d, f64_sqrt = 0x9f,
  f64_add = 0xa0, f64_sub = 0xa1, f64_mul = 0xa2, f64_div = 0xa3,
  i32_wrap_i64 = 0xa7, i64_extend_i32_s = 0xac, i64_extend_i32_u = 0xad,
  f32_convert_i32_s = 0xb2, f32_convert_i32_u = 0xb3, f32_convert_i64_s = 0xb4, f32_convert_i64_u = 0xb5,
  f32_demote_f64 = 0xb6, f64_convert_i32_s = 0xb7, f64_convert_i32_u = 0xb8, f64_convert_i64_s = 0xb9,
  f64_convert_i64_u = 0xba, f64_promote_f32 = 0xbb,
  i32_reinterpret_f32 = 0xbc, i64_reinterpret_f64 = 0xbd, f32_reinterpret_i32 = 0xbe, f64_reinterpret_i64 = 0xbf,
  i32_extend8_s = 0xc0, i32_extend16_s = 0xc1,
  /** Prefixed opcodes: prefix << 8 | number. */
  i32_trunc_sat_f64_u = 0xfc03, i64_trunc_sat_f64_s = 0xfc06, i64_trunc_sat_f64_u = 0xfc07, memory_copy = 0xfc0a, memory_fill = 0xfc0b,
  v128_load = 0xfd00, v128_store = 0xfd0b, v128_const = 0xfd0c,
}

const scratch = new DataView(new ArrayBuffer(8));

/** A growing byte buffer with the encodings of the format. */
export class ByteBuf {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity);
  }

  private room(n: number): void {
    const need = this.length + n;
    if (need <= this.bytes.length) return;
    const next = new Uint8Array(Math.max(need, this.bytes.length * 2));
    next.set(this.bytes.subarray(0, this.length));
    this.bytes = next;
  }

  u8(v: number): void {
    if (this.length === this.bytes.length) this.room(1);
    this.bytes[this.length++] = v;
  }

  /** Unsigned LEB128 of a number below 2^32. */
  u32(v: number): void {
    this.room(5);
    v >>>= 0;
    while (v > 127) {
      this.bytes[this.length++] = (v & 127) | 128;
      v >>>= 7;
    }
    this.bytes[this.length++] = v;
  }

  /** Signed LEB128 of a 32-bit integer. */
  s32(v: number): void {
    this.room(5);
    v |= 0;
    for (;;) {
      const low = v & 127;
      v >>= 7;
      if ((v === 0 && (low & 64) === 0) || (v === -1 && (low & 64) !== 0)) {
        this.bytes[this.length++] = low;
        return;
      }
      this.bytes[this.length++] = low | 128;
    }
  }

  /** Signed LEB128 of a 64-bit integer. */
  s64(v: number | bigint): void {
    if (typeof v === 'number' && v >= -0x80000000 && v <= 0x7fffffff) {
      this.s32(v);
      return;
    }
    let n = BigInt.asIntN(64, BigInt(v));
    this.room(10);
    for (;;) {
      const low = Number(n & 127n);
      n >>= 7n;
      if ((n === 0n && (low & 64) === 0) || (n === -1n && (low & 64) !== 0)) {
        this.bytes[this.length++] = low;
        return;
      }
      this.bytes[this.length++] = low | 128;
    }
  }

  f32(v: number): void {
    this.room(4);
    scratch.setFloat32(0, v, true);
    for (let i = 0; i < 4; i++) this.bytes[this.length++] = scratch.getUint8(i);
  }

  f64(v: number): void {
    this.room(8);
    scratch.setFloat64(0, v, true);
    for (let i = 0; i < 8; i++) this.bytes[this.length++] = scratch.getUint8(i);
  }

  append(other: ByteBuf): void {
    this.room(other.length);
    this.bytes.set(other.bytes.subarray(0, other.length), this.length);
    this.length += other.length;
  }

  name(s: string): void {
    const bytes = new TextEncoder().encode(s);
    this.u32(bytes.length);
    this.room(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** An opcode, prefixed or plain. */
  op(w: W): void {
    if (w > 0xff) {
      this.u8(w >> 8);
      this.u32(w & 0xff);
    } else {
      this.u8(w);
    }
  }

  // ---- instructions with immediates

  i32c(v: number): void { this.u8(W.i32_const); this.s32(v); }
  i64c(v: number | bigint): void { this.u8(W.i64_const); this.s64(v); }
  get(local: number): void { this.u8(W.local_get); this.u32(local); }
  set(local: number): void { this.u8(W.local_set); this.u32(local); }
  tee(local: number): void { this.u8(W.local_tee); this.u32(local); }
  call(fn: number): void { this.u8(W.call); this.u32(fn); }
  callIndirect(type: number): void { this.u8(W.call_indirect); this.u32(type); this.u8(0); }
  /** A memory access. The alignment hint is always 0: it changes nothing on the hosts we run on. */
  mem(w: W, offset: number): void { this.op(w); this.u8(0); this.u32(offset); }
  if_(result?: Vt): void { this.u8(W.if_); this.u8(result ?? 0x40); }
  block(): void { this.u8(W.block); this.u8(0x40); }
  loop(): void { this.u8(W.loop); this.u8(0x40); }
  end(): void { this.u8(W.end); }
  br(depth: number): void { this.u8(W.br); this.u32(depth); }
  brIf(depth: number): void { this.u8(W.br_if); this.u32(depth); }
  memCopy(): void { this.op(W.memory_copy); this.u8(0); this.u8(0); }
  memFill(): void { this.op(W.memory_fill); this.u8(0); }
}

/** A function type as a string key: one char per parameter, '>' , the result or nothing; i l f d = i32 i64 f32 f64. */
export type TypeKey = string;

const VT_OF: Record<string, Vt> = { i: Vt.i32, l: Vt.i64, f: Vt.f32, d: Vt.f64 };
export const vtChar = (t: Vt): string => (t === Vt.i32 ? 'i' : t === Vt.i64 ? 'l' : t === Vt.f32 ? 'f' : t === Vt.f64 ? 'd' : '');

interface CodeFn {
  readonly type: number;
  readonly name: string;
  readonly locals: readonly Vt[];
  readonly code: ByteBuf;
}

/** Collects one module: imports first, then functions; `finish` gives the bytes and the code offset of every function. */
export class WasmModule {
  private readonly types = new Map<TypeKey, number>();
  private readonly imports: { ns: string; name: string; type: number }[] = [];
  private readonly fns: CodeFn[] = [];
  private readonly elems: { index: number; fn: number }[] = [];

  type(key: TypeKey): number {
    let id = this.types.get(key);
    if (id === undefined) {
      id = this.types.size;
      this.types.set(key, id);
    }
    return id;
  }

  /** Declares an imported function; all imports come before the first `fn`. */
  importFn(ns: string, name: string, key: TypeKey): number {
    this.imports.push({ ns, name, type: this.type(key) });
    return this.imports.length - 1;
  }

  get importCount(): number { return this.imports.length; }

  fn(key: TypeKey, name: string, locals: readonly Vt[], code: ByteBuf): number {
    this.fns.push({ type: this.type(key), name, locals, code });
    return this.imports.length + this.fns.length - 1;
  }

  /** Puts function `fn` at `index` of the imported table. */
  elem(index: number, fn: number): void { this.elems.push({ index, fn }); }

  /** `offsets[i]`: where the first instruction of the i-th own function lies in the bytes. Memory is import env.m, the table env.t. */
  finish(): { bytes: Uint8Array<ArrayBuffer>; offsets: number[] } {
    const out = new ByteBuf(1024);
    for (const b of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.u8(b);
    const section = (id: number, write: (s: ByteBuf) => void): number => {
      const s = new ByteBuf(256);
      write(s);
      out.u8(id);
      out.u32(s.length);
      const at = out.length;
      out.append(s);
      return at;
    };
    section(1, (s) => {
      s.u32(this.types.size);
      for (const key of this.types.keys()) {
        const [params, result] = key.split('>') as [string, string];
        s.u8(0x60);
        s.u32(params.length);
        for (const c of params) s.u8(VT_OF[c]!);
        s.u32(result.length);
        for (const c of result) s.u8(VT_OF[c]!);
      }
    });
    section(2, (s) => {
      s.u32(this.imports.length + 2);
      for (const i of this.imports) {
        s.name(i.ns);
        s.name(i.name);
        s.u8(0);
        s.u32(i.type);
      }
      s.name('env');
      s.name('m');
      s.u8(2);
      s.u8(1);
      s.u32(1);
      s.u32(65536);
      s.name('env');
      s.name('t');
      s.u8(1);
      s.u8(0x70);
      s.u8(0);
      s.u32(0);
    });
    section(3, (s) => {
      s.u32(this.fns.length);
      for (const f of this.fns) s.u32(f.type);
    });
    if (this.elems.length > 0) this.elemSection(section);
    const starts: number[] = [];
    const codeAt = section(10, (s) => {
      s.u32(this.fns.length);
      for (const f of this.fns) {
        const body = new ByteBuf(f.code.length + 16);
        writeLocals(body, f.locals);
        const head = body.length;
        body.append(f.code);
        s.u32(body.length);
        starts.push(s.length + head);
        s.append(body);
      }
    });
    section(0, (s) => {
      s.name('name');
      const names = new ByteBuf(64);
      names.u32(this.fns.length);
      for (let i = 0; i < this.fns.length; i++) {
        names.u32(this.imports.length + i);
        names.name(this.fns[i]!.name);
      }
      s.u8(1);
      s.u32(names.length);
      s.append(names);
    });
    return { bytes: out.bytes.slice(0, out.length) as Uint8Array<ArrayBuffer>, offsets: starts.map((o) => codeAt + o) };
  }

  private elemSection(section: (id: number, write: (s: ByteBuf) => void) => number): void {
    // Runs of consecutive table indices share one segment.
    const sorted = [...this.elems].sort((x, y) => x.index - y.index);
    const runs: { index: number; fns: number[] }[] = [];
    for (const e of sorted) {
      const last = runs[runs.length - 1];
      if (last && last.index + last.fns.length === e.index) last.fns.push(e.fn);
      else runs.push({ index: e.index, fns: [e.fn] });
    }
    section(9, (s) => {
      s.u32(runs.length);
      for (const r of runs) {
        s.u32(0);
        s.i32c(r.index);
        s.end();
        s.u32(r.fns.length);
        for (const f of r.fns) s.u32(f);
      }
    });
  }
}

function writeLocals(out: ByteBuf, locals: readonly Vt[]): void {
  const groups: { vt: Vt; n: number }[] = [];
  for (const vt of locals) {
    const last = groups[groups.length - 1];
    if (last && last.vt === vt) last.n++;
    else groups.push({ vt, n: 1 });
  }
  out.u32(groups.length);
  for (const g of groups) {
    out.u32(g.n);
    out.u8(g.vt);
  }
}
