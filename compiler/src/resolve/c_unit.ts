// What resolve asks of the C front end for one `#import c` block.

/** A file of the block: the path the C compiler gets and the one that messages show. */
export interface CFile {
  readonly path: string;
  readonly shown: string;
}

export interface CImportRequest {
  /** Headers as found by the import search; those not found are the system's. */
  readonly includes: readonly CFile[];
  readonly sources: readonly CFile[];
  readonly defines: readonly string[];
  readonly flags: readonly string[];
}

/** What the C compiler complained of, at the line of the C file. */
export interface CMessage {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
  /** It is about the n-th header itself (from 0), not about a place in it. */
  readonly header?: number;
}

export interface CSymbol {
  readonly name: string;
  readonly source: string;
}

export type CImportResult =
  | {
      /** sx declarations. */
      readonly text: string;
      /** C names that sx cannot have, with the reason. */
      readonly refused: ReadonlyMap<string, string>;
      readonly objects: readonly string[];
      /** Strong definitions of the `#source` files. */
      readonly symbols: readonly CSymbol[];
    }
  | { readonly error: string; readonly messages: readonly CMessage[] };
