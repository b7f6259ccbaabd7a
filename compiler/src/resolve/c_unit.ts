// What resolve asks of the C front end for one `#import c` block.

export interface CImportRequest {
  /** Paths of headers and sources as found by the import search. */
  readonly includes: readonly string[];
  readonly sources: readonly string[];
  readonly defines: readonly string[];
  readonly flags: readonly string[];
}

export type CImportResult =
  | { readonly text: string; readonly objects: readonly string[]; readonly symbols: readonly { readonly name: string; readonly source: string }[] }
  | { readonly error: string };
