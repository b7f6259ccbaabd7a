// Takes the text of a JSON file with comments; gives it with settings added. What is there stays: values, comments, order.
import { applyEdits, type FormattingOptions, getNodeValue, findNodeAtLocation, type JSONPath, modify, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';

export class Unreadable extends Error {}

/** Text of a file that does not exist yet. */
export const EMPTY = '{\n}\n';

function formatting(text: string): FormattingOptions {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return { insertSpaces: !indent.startsWith('\t'), tabSize: indent.startsWith('\t') ? 4 : indent.length, eol: text.includes('\r\n') ? '\r\n' : '\n' };
}

function valueAt(text: string, path: JSONPath): unknown {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const [first] = errors;
  if (first !== undefined) {
    const line = text.slice(0, first.offset).split('\n').length;
    throw new Unreadable(`line ${line}: ${printParseErrorCode(first.error)}`);
  }
  if (tree === undefined) return undefined;
  const node = findNodeAtLocation(tree, path);
  return node === undefined ? undefined : getNodeValue(node);
}

function set(text: string, path: JSONPath, value: unknown, insert = false): string {
  return applyEdits(text, modify(text, path, value, { formattingOptions: formatting(text), isArrayInsertion: insert }));
}

/** Sets a value that nobody has set; `ours` says which values that are there may be replaced. */
export function setDefault(text: string, path: JSONPath, value: unknown, ours: (old: unknown) => boolean = () => false): string {
  const old = valueAt(text, path);
  if (old !== undefined && (JSON.stringify(old) === JSON.stringify(value) || !ours(old))) return text;
  return set(text, path, value);
}

/** Appends items to a list that has none of the same `key` (of the same value, when there is no key). */
export function addMissing(text: string, path: JSONPath, items: readonly unknown[], key: string | null): string {
  let now = text;
  if (valueAt(now, path) === undefined) now = set(now, path, []);
  for (const item of items) {
    const list = valueAt(now, path);
    if (!Array.isArray(list)) throw new Unreadable(`${path.join('.')} is no list`);
    const id = (x: unknown): unknown => (key === null ? x : (x as Record<string, unknown> | null)?.[key]);
    if (!list.some((x) => id(x) === id(item))) now = set(now, [...path, list.length], item, true);
  }
  return now;
}
