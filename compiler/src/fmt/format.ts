// Takes the text of one source file; gives it in canonical layout, or the syntax errors that prevent that.
import { Names } from '../base/names.ts';
import { type Diag, Sink } from '../diagnostics/sink.ts';
import { parseFile } from '../parse/parse_file.ts';
import { treeDifference } from '../parse/tree_equal.ts';
import { SourceMap } from '../source/source_map.ts';
import { printTree } from './print_tree.ts';

export interface Formatted {
  /** The canonical text; null when the source has syntax errors. */
  readonly text: string | null;
  readonly diags: readonly Diag[];
  /** Holds the file of `diags` (path as given). */
  readonly map: SourceMap;
}

/** Never changes the meaning: the result is parsed again and compared; on a difference the source is returned as it is. */
export function formatSource(path: string, bytes: Uint8Array): Formatted {
  const map = new SourceMap();
  const names = new Names();
  const sink = new Sink();
  const tree = parseFile(map.addFile(path, bytes), names, sink);
  if (sink.hasErrors) return { text: null, diags: sink.diags, map };
  const text = printTree(tree, names);
  const check = new Sink();
  const again = parseFile(map.addFile(path, new TextEncoder().encode(text)), names, check);
  const same = !check.hasErrors && treeDifference(tree, again, names) === null;
  return { text: same ? text : new TextDecoder().decode(bytes), diags: sink.diags, map };
}
