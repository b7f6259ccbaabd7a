// Takes hand-built IR modules (and C sources) in tests; gives what the native program prints, on either architecture.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkHost, run, type RunResult } from '../host/process.ts';
import { makeTempDir } from '../host/temp.ts';
import { Builder } from '../ir/builder.ts';
import { Abi, type AbiSlot, type Fn, Linkage, Module, type Ref } from '../ir/module.ts';
import { compileC } from '../link/cc.ts';
import { link } from '../link/link.ts';
import { compileText, SANITIZER_PASSES, verifyText } from '../llvm/codegen.ts';
import { IR_I32, IR_PTR, IR_VOID, type IrTy, irSize } from '../types/ir_type.ts';
import { Ty, type TypeId, Types } from '../types/types.ts';
import type { Arch } from './abi.ts';
import { emitModule } from './emit.ts';
import { type EmitOptions, EntryKind } from './options.ts';

export const ARCHES: readonly Arch[] = ['x86_64', 'aarch64'];
/** The second reader of our dialect, when it is installed. */
const OPT_14 = '/usr/lib/llvm-14/bin/opt';
export const tripleOf = (arch: Arch): string => `${arch}-unknown-linux-gnu`;

/** A module under construction with the few shapes that tests need. */
export class Kit {
  readonly m = new Module();
  readonly t = new Types();
  private printfFn: Fn | null = null;
  private clobberFn: Fn | null = null;

  scalar(ty: IrTy): AbiSlot {
    return { ty, mem: false, type: 0, size: irSize(ty), align: irSize(ty) };
  }

  slotOf(type: TypeId): AbiSlot {
    const { t } = this;
    const reg = t.reg(type);
    return reg === IR_VOID
      ? { ty: IR_PTR, mem: true, type, size: t.size(type), align: t.align(type) }
      : { ...this.scalar(reg), type };
  }

  fn(
    name: string,
    params: readonly AbiSlot[],
    result: AbiSlot | null,
    write: (b: Builder) => void,
    abi: Abi = Abi.sx,
    linkage: Linkage = Linkage.internal,
  ): Fn {
    const f = this.m.addFn(name, name, this.m.sig(params, result, abi), linkage, 0);
    const b = new Builder(this.m);
    write(b);
    f.body = b.finish();
    return f;
  }

  extern(name: string, params: readonly AbiSlot[], result: AbiSlot | null, variadic = false): Fn {
    return this.m.addFn(name, name, this.m.sig(params, result, Abi.c, variadic), Linkage.extern, 0);
  }

  str(s: string): Ref {
    return this.m.globalAddr(this.m.stringData(new TextEncoder().encode(s)));
  }

  printf(b: Builder, format: string, ...args: Ref[]): void {
    this.printfFn ??= this.extern('printf', [this.scalar(IR_PTR)], this.scalar(IR_I32), true);
    b.call(this.printfFn.id, IR_I32, [this.str(format), ...args], 0);
  }

  struct(name: string, fields: readonly TypeId[]): TypeId {
    const id = this.t.nominal(Ty.struct, name);
    const n = this.t.info(id);
    n.fields = fields.map((type, i) => ({ name: `f${i}`, type, offset: -1, default: 0 }));
    n.complete = true;
    return id;
  }

  /** A call of `sx_clobber` (link CLOBBER_C). */
  clobber(b: Builder): void {
    this.clobberFn ??= this.extern('sx_clobber', [], null);
    b.call(this.clobberFn.id, IR_VOID, [], 0);
  }

  /** Adds `main` (returning i32) and runs the program. */
  run(arch: Arch, main: (b: Builder) => void, opt: 0 | 1 | 2 | 3 = 0): RunResult {
    const f = this.fn('main', [], this.scalar(IR_I32), main);
    return buildAndRun(this, arch, { entry: { mainFn: f.id, kind: EntryKind.int, defaultContext: 0 }, optLevel: opt });
  }
}

export interface BuildExtras extends Partial<EmitOptions> {
  readonly c?: string;
  readonly cOpt?: 0 | 1 | 2 | 3;
}

/** Emits, verifies, compiles and links; returns the path of the program. */
export function build(kit: Kit, arch: Arch, extras: BuildExtras): string {
  const dir = makeTempDir();
  const text = emitModule(kit.m, kit.t, { triple: tripleOf(arch), arch, roots: [], ...extras });
  const refused = verifyText(text);
  if (refused !== null) throw new Error(`${refused}\n${Buffer.from(text).toString('latin1')}`);
  writeFileSync(join(dir, 'sx.ll'), text);
  const old = run(OPT_14, ['-opaque-pointers', '-passes=verify', '-disable-output', join(dir, 'sx.ll')]);
  if (old.status !== 0) throw new Error(`LLVM 14: ${old.stderr}`);
  const object = compileText(text, {
    triple: tripleOf(arch),
    opt: extras.optLevel ?? 0,
    kind: 'obj',
    passes: extras.sanitizer ? SANITIZER_PASSES[extras.sanitizer] : '',
  });
  if (!object.ok) throw new Error(object.error);
  writeFileSync(join(dir, 'sx.o'), object.bytes);
  const objects = [join(dir, 'sx.o')];
  if (extras.c !== undefined) {
    writeFileSync(join(dir, 'c.c'), extras.c);
    const failed = compileC(linkHost, {
      arch,
      source: join(dir, 'c.c'),
      output: join(dir, 'c.o'),
      opt: extras.cOpt ?? 1,
      flags: ['-w'],
    });
    if (failed !== null) throw new Error(failed);
    objects.push(join(dir, 'c.o'));
  }
  const linked = link(linkHost, { arch, objects, output: join(dir, 'prog'), sanitizer: extras.sanitizer });
  if (!linked.ok) throw new Error(linked.error);
  return join(dir, 'prog');
}

export function buildAndRun(kit: Kit, arch: Arch, extras: BuildExtras): RunResult {
  const program = build(kit, arch, extras);
  const native = process.arch === (arch === 'x86_64' ? 'x64' : 'arm64');
  return native ? run(program, []) : run(`qemu-${arch}`, ['-L', `/usr/${arch}-linux-gnu`, program]);
}

/**
 * C source of `sx_clobber`, which overwrites every register that carries arguments or results. A function that only
 * forwards its arguments would pass wrongly lowered ones through untouched: call this between receiving and passing on.
 */
export const CLOBBER_C = `
void sx_clobber(void) {
#ifdef __x86_64__
  __asm__ volatile("movq $-1, %%rax; movq %%rax, %%rcx; movq %%rax, %%rdx; movq %%rax, %%rsi; movq %%rax, %%rdi; movq %%rax, %%r8; movq %%rax, %%r9;"
    "movq %%rax, %%r10; movq %%rax, %%r11; pcmpeqd %%xmm0, %%xmm0; movdqa %%xmm0, %%xmm1; movdqa %%xmm0, %%xmm2; movdqa %%xmm0, %%xmm3;"
    "movdqa %%xmm0, %%xmm4; movdqa %%xmm0, %%xmm5; movdqa %%xmm0, %%xmm6; movdqa %%xmm0, %%xmm7"
    ::: "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
#else
  __asm__ volatile("mov x0, #-1; mov x1, x0; mov x2, x0; mov x3, x0; mov x4, x0; mov x5, x0; mov x6, x0; mov x7, x0; mov x8, x0;"
    "movi v0.16b, #255; movi v1.16b, #255; movi v2.16b, #255; movi v3.16b, #255; movi v4.16b, #255; movi v5.16b, #255; movi v6.16b, #255; movi v7.16b, #255"
    ::: "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7");
#endif
}
`;
