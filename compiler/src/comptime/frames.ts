// Takes an error thrown out of compiled code; gives the sx functions that were running, innermost first, with positions.

export interface CodeMap {
  /** Absolute offsets of the module and the instruction each belongs to; ascending. */
  readonly offsets: readonly number[];
  readonly insts: readonly number[];
}

export interface StackEntry {
  readonly fn: number;
  /** Instruction number, 0 when unknown. */
  readonly inst: number;
}

const LINE = /\bf(\d+)\b[^\n]*wasm-function\[\d+\]:0x([0-9a-f]+)/;

/** Instruction at module offset `offset`: the last mark at or before it. */
function instAt(map: CodeMap, offset: number): number {
  let low = 0;
  let high = map.offsets.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (map.offsets[mid]! <= offset) low = mid + 1;
    else high = mid;
  }
  return low === 0 ? 0 : map.insts[low - 1]!;
}

/** The stack text as the engine has it: whoever formats stacks in this process (source maps) must not touch it. */
export function stackText(e: Error): string {
  const saved = Error.prepareStackTrace;
  Error.prepareStackTrace = (_e, sites) => sites.map(String).join('\n');
  try {
    return e.stack ?? '';
  } finally {
    Error.prepareStackTrace = saved;
  }
}

/** Functions are named f<FnId> in the modules' name sections; the engine's stack text carries name and code offset. */
export function stackEntries(stack: string, maps: readonly (CodeMap | undefined)[]): StackEntry[] {
  const out: StackEntry[] = [];
  for (const line of stack.split('\n')) {
    const m = LINE.exec(line);
    if (m === null) continue;
    const fn = Number(m[1]);
    const map = maps[fn];
    if (map !== undefined) out.push({ fn, inst: instAt(map, Number.parseInt(m[2]!, 16)) });
  }
  return out;
}
