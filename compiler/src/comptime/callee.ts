// Takes what a host call calls; gives the text that names it in compiled code, and what such a text names.
import type { FnId } from '../ir/module.ts';

export type Callee =
  /** A C function by its symbol. */
  | { readonly kind: 'symbol'; readonly name: string }
  /** Whatever C function is at an address of the child's. */
  | { readonly kind: 'address'; readonly at: number }
  /** A naked function of the program. */
  | { readonly kind: 'naked'; readonly fn: FnId }
  /** An asm expression, by its number among those that were compiled. */
  | { readonly kind: 'asm'; readonly site: number };

export const foreignSymbol = (at: number): string => `*${at}`;
export const nakedSymbol = (fn: FnId): string => `!${fn}`;
export const asmSymbol = (site: number): string => `?${site}`;

/** No symbol of C begins like the texts of the others. */
export function calleeOf(text: string): Callee {
  const n = Number(text.slice(1));
  switch (text[0]) {
    case '*': return { kind: 'address', at: n };
    case '!': return { kind: 'naked', fn: n };
    case '?': return { kind: 'asm', site: n };
    default: return { kind: 'symbol', name: text };
  }
}
