// Answers the evaluator's calls of compiler services: the type table, minted types, frames.
import { CT_PREFIX } from '../check/builtin_meta.ts';
import { type BuildState, buildServices } from './build_state.ts';
import type { Checker } from '../check/checker.ts';
import { declareMinted, findType, member, memberCount, type MintMember, registerMinted, TableError, typeKind } from '../check/type_table.ts';
import type { HostFn } from '../comptime/host.ts';
import { VmStop } from '../comptime/memory.ts';
import type { Vm } from '../comptime/vm.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The host function behind an extern `sx.ct.<name>`, null for other symbols. */
export function compilerService(c: Checker, vm: () => Vm, symbol: string, build: BuildState): HostFn | null {
  if (!symbol.startsWith(CT_PREFIX)) return null;
  const name = symbol.slice(CT_PREFIX.length);
  const own = services(c, vm)[name];
  const run = own ?? buildServices(c, vm, build)[name];
  if (run === undefined) return null;
  return (args) => {
    if (own === undefined) build.asked = true;
    try {
      return run(args.map(Number));
    } catch (e) {
      if (e instanceof TableError) throw new VmStop(`comptime type construction failed: comptime ${e.message}`, undefined, e.code);
      throw e;
    }
  };
}

function services(c: Checker, vm: () => Vm): Readonly<Record<string, (a: readonly number[]) => number | undefined>> {
  const text = (at: number, n: number): string => (n === 0 ? '' : decoder.decode(vm().readBytes(at, n)));
  return {
    raw_intern: ([p, n]) => c.names.intern(text(p!, n!)),
    raw_text_of: ([id, out]) => {
      const bytes = encoder.encode(c.names.text(id!));
      const at = vm().alloc(Math.max(bytes.length, 1), 1);
      vm().writeBytes(at, bytes);
      const pair = new DataView(new ArrayBuffer(16));
      pair.setBigUint64(0, BigInt(at), true);
      pair.setBigInt64(8, BigInt(bytes.length), true);
      vm().writeBytes(out!, new Uint8Array(pair.buffer));
      return undefined;
    },
    raw_find_type: ([name]) => findType(c, c.names.text(name!)),
    raw_type_kind: ([t]) => typeKind(c, t!),
    raw_type_name: ([t]) => {
      const n = c.types.nominals[t!];
      if (n === null || n === undefined) throw new TableError(`type_name: type '${c.types.text(t!)}' is unnamed`);
      return c.names.intern(n.name);
    },
    raw_field_count: ([t]) => memberCount(c, t!),
    raw_field_name: ([t, i]) => {
      const m = member(c, t!, i!);
      if (m.name === '') throw new TableError(`member ${i} of type '${c.types.text(t!)}' is unnamed`);
      return c.names.intern(m.name);
    },
    raw_field_type: ([t, i]) => member(c, t!, i!).type,
    raw_variant_value: ([t, i]) => Number(member(c, t!, i!).value),
    raw_pointer_to: ([t]) => c.types.ptr(t!),
    raw_declare_type: ([p, n]) => declareMinted(c, text(p!, n!)),
    raw_register_type: ([handle, kind, p, n]) => registerMinted(c, handle!, kind!, members(vm(), text, p!, n!)),
  };
}

/** `[]Member {name: string; ty: Type}`: 24 bytes each. */
function members(vm: Vm, text: (at: number, n: number) => string, at: number, n: number): MintMember[] {
  const out: MintMember[] = [];
  for (let i = 0; i < n; i++) {
    const bytes = vm.readBytes(at + 24 * i, 24);
    const v = new DataView(bytes.buffer, bytes.byteOffset, 24);
    out.push({ name: text(Number(v.getBigUint64(0, true)), Number(v.getBigInt64(8, true))), type: Number(v.getBigUint64(16, true)) });
  }
  return out;
}
