// Takes the text of a C file; gives the headers that it may ask for: those it includes in quotes and those __has_include looks for.

/** What a file asks for. A list of what the compiler read names none of those that it looked for in vain. */
export interface Probes {
  /** Looked for beside the file first. */
  readonly beside: readonly string[];
  /** Looked for in the folders of the search path, whether they are found or not. */
  readonly anywhere: readonly string[];
  /** It asks for what cannot be told from its text: a macro's argument, say. */
  readonly untold: boolean;
}

/**
 * Every directive counts, also those that are skipped: that asks for too much, never for too little. Comments and joined lines are
 * seen through as the preprocessor does it; a `//` or `/*` inside a header's name is not (no name of ours has one).
 */
export function probesOf(text: string): Probes {
  const beside = new Set<string>();
  const anywhere = new Set<string>();
  let untold = false;
  if (!/__has_|#[^\n]*"/.test(text)) return { beside: [], anywhere: [], untold };
  const plain = text.replace(/\\\r?\n/g, '').replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/\/\/[^\n]*/g, '');
  for (const [line] of plain.matchAll(/^[ \t]*#[^\n]*/gm)) {
    const included = /^[ \t]*#[ \t]*(?:include|include_next|import)[ \t]*"([^"]*)"/.exec(line);
    if (included !== null) beside.add(included[1]!);
    // A macro of that name, for compilers that have none, asks for nothing.
    const asks = line.replace(/^[ \t]*#[ \t]*define[ \t]+__has_\w+\([^)]*\)/, '');
    for (const [, quoted, angled] of asks.matchAll(/\b__has_(?:include|include_next|embed)[ \t]*\([ \t]*(?:"([^"]*)"|<([^>]*)>)?/g)) {
      if (quoted !== undefined) beside.add(quoted);
      const name = quoted ?? angled;
      if (name === undefined) untold = true;
      else anywhere.add(name);
    }
    // The name without an argument is good for asking whether there is such a thing, and for nothing else that can be told.
    if (/^[ \t]*#[ \t]*define\b.*\b__has_(?:include|include_next|embed)\b(?![ \t]*\()/.test(asks)) untold = true;
  }
  return { beside: [...beside], anywhere: [...anywhere], untold };
}
