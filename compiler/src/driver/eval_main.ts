// Runs a checked program's `main` in the compile-time evaluator: the corpus compares it with the native program.
import { EXIT_ABORT } from '../comptime/memory.ts';
import { EntryKind } from '../emit/options.ts';
import { Ty } from '../types/types.ts';
import type { CheckedProgram } from './program.ts';
import type { Session } from './session.ts';

const encoder = new TextEncoder();

/** The exit status the native program would have. */
export function runInEvaluator(s: Session, p: CheckedProgram): number {
  const c = p.checker;
  const entry = p.entry!;
  s.phase = 'run';
  c.comptime.resetGlobals();
  const err = (text: string): void => s.host.write(2, encoder.encode(text));
  const ret = c.fnInsts.get(entry.mainFn)!.ret;
  const size = c.types.kind[ret] === Ty.tuple ? c.types.size(ret) : 0;
  const dst = size > 0 ? c.comptime.alloc(size, 8) : 0;
  const args = entry.defaultContext !== 0 ? [c.comptime.globalAddress(entry.defaultContext)] : [];
  c.comptime.clearTrace();
  const r = c.comptime.call(entry.mainFn, args, dst);
  if (!r.ok) {
    if (r.exitCode !== undefined && r.exitCode !== EXIT_ABORT) return r.exitCode & 0xff;
    err(`${r.reason}\n`);
    return EXIT_ABORT;
  }
  let tag = 0;
  let status = 0;
  switch (entry.kind) {
    case EntryKind.int: status = Number(BigInt(r.value ?? 0) & 0xffn); break;
    case EntryKind.failable: tag = Number(r.value ?? 0); break;
    case EntryKind.int_failable: {
      const bytes = c.comptime.read(dst, size);
      const view = new DataView(bytes.buffer, bytes.byteOffset, size);
      tag = view.getUint32(c.types.tupleOffset(ret, 1), true);
      status = bytes[0]!;
      break;
    }
    default: break;
  }
  if (tag === 0) return status;
  err(`error: unhandled error reached main: error.${c.module.errorNames[tag] ?? tag}\n`);
  const frames = c.comptime.trace();
  if (frames.length > 0) err('error return trace (most recent call last):\n');
  if (c.comptime.traceTruncated()) err('  ... older frames omitted (buffer full)\n');
  for (const f of frames) err(`  ${f.func} at ${f.file}:${f.line}:${f.col}\n    ${f.text}\n    ${' '.repeat(f.col - 1)}^\n`);
  return 1;
}
