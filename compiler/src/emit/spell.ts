// Takes a signature in its lowered convention; gives the fragments with which its definitions, calls and returns are written.
import type { Lowering, LoweredSig } from './lowering.ts';
import { type Frag, type Fragments, fixed } from './text.ts';

export interface SpelledSig extends LoweredSig {
  /** The result type, with attributes, and a space. */
  readonly resultFrag: Frag;
  /** `  ret T `. */
  readonly retFrag: Frag;
  /** The type of the hidden result pointer and of each parameter, with attributes and a space; 0 when pieces travel. */
  readonly hiddenFrag: Frag;
  readonly paramFrags: readonly Frag[];
}

export function spellSig(sig: LoweredSig, frags: Fragments): SpelledSig {
  const typed = (l: Lowering): Frag => (l.text === '' ? 0 : frags.of(`${l.text} `));
  return {
    params: sig.params, result: sig.result, resultText: sig.resultText, resultTy: sig.resultTy, variadicTy: sig.variadicTy, scratch: sig.scratch,
    resultFrag: frags.of(`${sig.resultText} `), retFrag: frags.of(`  ret ${sig.resultTy} `), hiddenFrag: typed(sig.result), paramFrags: sig.params.map(typed),
  };
}

/** `%p0`, `%p1`: parameters; `%a0`, `%a1`: memory made for them. Those after the last row are spelled when they occur. */
const NAMES = 16;
const PARAMS: readonly Frag[] = Array.from({ length: NAMES }, (_, i) => fixed(`%p${i}`));
const COPIES: readonly Frag[] = Array.from({ length: NAMES }, (_, i) => fixed(`%a${i}`));
export const paramFrag = (frags: Fragments, index: number): Frag => (index < NAMES ? PARAMS[index]! : frags.of(`%p${index}`));
export const copyFrag = (frags: Fragments, index: number): Frag => (index < NAMES ? COPIES[index]! : frags.of(`%a${index}`));

/** The hidden result pointer, and memory made for a result that travels in registers. */
export const RESULT = fixed('%r');
export const RESULT_COPY = fixed('%rs');
/** Memory of no size, and memory for the moment of a call. */
export const NOTHING = fixed('%z');
export const SCRATCH = fixed('%t');
