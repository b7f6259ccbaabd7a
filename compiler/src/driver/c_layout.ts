// Takes structures of C headers; gives C text that makes clang say where it puts their members, and what is other than in sx.
import { constantValue } from './c_decls.ts';
import { PROBE, probed } from './c_probe.ts';
import { type CRecord, layoutOf, membersOf } from './c_types.ts';

/** Size, alignment and the offsets of `membersOf` of each record, as C has them; null where clang does not say. */
export type AskLayouts = (records: readonly CRecord[]) => (readonly number[] | null)[];

const PREFIX = `${PROBE}l_`;

/** Constants of an enum for each record. Macros that have the names of members or types are out of the way. */
export function layoutProbe(records: readonly CRecord[]): string {
  const names = new Set<string>();
  const asked = records.map((r, i) => {
    const members = membersOf(r).map(([path]) => path);
    for (const name of [r.spelling, ...members].flatMap((p) => p.split(/[ .]/))) names.add(name);
    const values = [`sizeof(${r.spelling})`, `_Alignof(${r.spelling})`, ...members.map((m) => `__builtin_offsetof(${r.spelling}, ${m})`)];
    return `enum ${PREFIX}${i} { ${values.map((v, k) => `${PREFIX}${i}_${k} = ${v}`).join(', ')} };\n`;
  });
  return [...names].map((n) => `#undef ${n}\n`).join('') + asked.join('');
}

export function layoutsFrom(dump: string, records: readonly CRecord[]): (readonly number[] | null)[] {
  const known = new Map<string, number[]>();
  for (const d of probed(dump)) {
    if (d.kind !== 'EnumDecl' || d.name === undefined) continue;
    const values = (d.inner ?? []).map((m) => constantValue(m));
    if (values.every((v) => v !== null)) known.set(d.name, values.map(Number));
  }
  return records.map((_, i) => known.get(`${PREFIX}${i}`) ?? null);
}

/** What differs, as the end of a sentence about the record; '' when nothing does. */
export function compareLayout(r: CRecord, inC: readonly number[]): string {
  const own = layoutOf({ k: 'record', record: r });
  const members = membersOf(r);
  const other = members.findIndex(([, offset], k) => offset !== inC[k + 2]);
  if (own.size === inC[0] && own.align === inC[1] && other < 0) return '';
  const at = (offset: number | undefined): string => (other < 0 ? '' : ` with '${members[other]![0]}' at ${offset}`);
  return `is laid out by attributes or flags of C: ${inC[0]} bytes aligned to ${inC[1]}${at(inC[other + 2])}, where sx would have ${own.size} aligned to ${own.align}${at(members[other]?.[1])}`;
}
