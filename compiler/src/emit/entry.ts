// Takes the program's main function; gives the C `main` that calls it and turns its outcome into an exit code.
import { irIsSigned, irWidth, type IrTy } from '../types/ir_type.ts';
import { REG_TY } from './lltype.ts';
import { Pass } from './lowering.ts';
import { EntryKind, type EntryOptions } from './options.ts';
import { needErrorNames } from './rtti.ts';
import type { FnWriter } from './fn_writer.ts';
import type { EmitState } from './state.ts';

/** Writes `i32 @main(i32, ptr)`. */
export function emitEntry(w: FnWriter, entry: EntryOptions): void {
  const { st, debug } = w;
  const { out, module, types } = st;
  const fn = module.fns[entry.mainFn]!;
  const sig = module.sigs[fn.sig]!;
  const lowered = st.lowered_(fn.sig);
  const callee = st.fnName(entry.mainFn);
  const arg =
    sig.params.length > 0
      ? entry.defaultContext === 0
        ? 'ptr null'
        : `ptr ${st.globalName(entry.defaultContext)}`
      : '';
  const attrs = st.attrs(`nounwind${st.stackAttrs()}`);
  const scope = debug === null ? 0 : debug.beginMade('main');
  const loc = scope === 0 ? '' : `, !dbg !${debug!.fnLoc()}`;
  out.str(`define i32 @main(i32 %argc, ptr %argv) #${attrs}${scope === 0 ? '' : ` !dbg !${scope}`} {\n`);
  // A program with the library may write to a peer that is gone: that is EPIPE, not its death (17-stdlib-os, section 5).
  if (entry.defaultContext !== 0 && !st.opts.triple.includes('windows')) {
    out.str(`  call void ${st.support('sx_quiet_sigpipe')}()${loc}\n`);
  }
  if (entry.kind === EntryKind.void) {
    out.str(`  call void ${callee}(${arg})${loc}\n  ret i32 0\n}\n`);
    return;
  }
  if (entry.kind === EntryKind.int) {
    out.str(`  %v = call ${lowered.resultText} ${callee}(${arg})${loc}\n`);
    exitCode(st, sig.result!.ty, '%v');
    out.str('}\n');
    return;
  }
  if (entry.kind === EntryKind.failable) {
    out.str(`  %e = call i32 ${callee}(${arg})${loc}\n`);
  } else {
    const tuple = sig.result!.type;
    const size = types.size(tuple);
    out.str(`  %m = alloca [${Math.ceil(size / 8) * 8} x i8], align 8\n`);
    if (lowered.result.pass === Pass.memory) {
      out.str(`  call void ${callee}(${lowered.result.text} %m${arg === '' ? '' : ', '}${arg})${loc}\n`);
    } else {
      out.str(`  %v = call ${lowered.resultText} ${callee}(${arg})${loc}\n  store ${lowered.resultTy} %v, ptr %m, align 8\n`);
    }
    out.str(`  %ep = getelementptr i8, ptr %m, i64 ${types.tupleOffset(tuple, 1)}\n  %e = load i32, ptr %ep\n`);
  }
  needErrorNames(st);
  out.str(
    `  %ok = icmp eq i32 %e, 0\n  br i1 %ok, label %good, label %bad\nbad:\n  %s = call ptr @sx.err_name(i32 %e)${loc}\n  %sp = load ptr, ptr %s\n`,
  );
  out.str('  %lp = getelementptr i8, ptr %s, i64 8\n  %len = load i64, ptr %lp\n');
  out.str(`  call void ${st.support('sx_trace_report_unhandled')}(i32 %e, ptr %sp, i64 %len)${loc}\n  ret i32 1\ngood:\n`);
  if (entry.kind === EntryKind.failable) {
    out.str('  ret i32 0\n}\n');
    return;
  }
  const tuple = sig.result!.type;
  const ty = types.reg(types.lists[tuple]![0]!);
  out.str(`  %n = load i${types.size(types.lists[tuple]![0]!) * 8}, ptr %m\n`);
  exitCode(st, ty, '%n', types.size(types.lists[tuple]![0]!) * 8);
  out.str('}\n');
}

/** Returns an integer of type `ty` (held in `bits` bits) as i32; the system keeps the low 8 bits. */
function exitCode(st: EmitState, ty: IrTy, value: string, bits = irWidth(ty)): void {
  const from = bits === irWidth(ty) ? REG_TY[ty] : `i${bits}`;
  if (bits === 32) st.out.str(`  ret i32 ${value}\n`);
  else
    st.out.str(
      `  %x = ${bits > 32 ? 'trunc' : irIsSigned(ty) ? 'sext' : 'zext'} ${from} ${value} to i32\n  ret i32 %x\n`,
    );
}
