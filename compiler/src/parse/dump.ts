// Takes source text; gives a parsed tree with its errors, and a compact text form of trees (for tests and --dump).
import type { NodeId } from '../base/ids.ts';
import { Names } from '../base/names.ts';
import { renderHuman } from '../diagnostics/render_human.ts';
import { Sink } from '../diagnostics/sink.ts';
import { SourceMap } from '../source/source_map.ts';
import { Node } from './node.ts';
import { RECORD_SHAPES, shapeOf } from './node_shape.ts';
import { parseExpression, parseFile, parseStatements } from './parse_file.ts';
import type { Tree } from './tree.ts';

export interface Parsed {
  readonly tree: Tree;
  readonly names: Names;
  readonly sink: Sink;
  readonly map: SourceMap;
  /** Messages, first to last. */
  readonly errors: string[];
  /** `code@line:col` of each report. */
  readonly places: string[];
}

const PARSERS = { file: parseFile, statements: parseStatements, expression: parseExpression };

export function parseText(text: string, as: keyof typeof PARSERS = 'file'): Parsed {
  const names = new Names();
  const sink = new Sink();
  const map = new SourceMap();
  const tree = PARSERS[as](map.addFile('t.sx', new TextEncoder().encode(text)), names, sink);
  const places = sink.diags.map((diag) => {
    const at = map.locate(diag.start);
    return `${diag.code}@${at.line}:${at.col}`;
  });
  return { tree, names, sink, map, errors: sink.diags.map((diag) => diag.message), places };
}

export function rendered(parsed: Parsed): string {
  return renderHuman(parsed.sink.diags, parsed.map);
}

/** `(Kind field …)` with names as text; absent children are `_`. */
export function dumpTree(tree: Tree, names: Names, node: NodeId = tree.root): string {
  if (node === 0) return '_';
  const kind = tree.kind[node] as Node;
  const parts = [NODE_NAMES[kind] ?? String(kind)];
  if (tree.flags[node] !== 0) parts[0] += `#${tree.flags[node]}`;
  if (kind === Node.Float || kind === Node.String) parts.push(tree.text(node));
  const shape = shapeOf(kind);
  for (let column = 0; column < 3; column++) {
    const value = column === 0 ? tree.a[node] : column === 1 ? tree.b[node] : tree.c[node];
    const letter = shape[column];
    if (RECORD_SHAPES[letter] === undefined) field(tree, names, letter, value, parts);
    else if (value !== 0) {
      const fields = RECORD_SHAPES[letter];
      for (let k = 0; k < fields.length; k++) field(tree, names, fields[k], tree.extra[value + k], parts);
    }
  }
  while (parts[parts.length - 1] === '_') parts.pop();
  return parts.length === 1 ? parts[0] : `(${parts.join(' ')})`;
}

function field(tree: Tree, names: Names, letter: string, value: number, out: string[]): void {
  if (letter === 'n') out.push(dumpTree(tree, names, value));
  else if (letter === 'l')
    out.push(`[${Array.from(tree.list(value), (child) => dumpTree(tree, names, child)).join(' ')}]`);
  else if (letter === 'o') out.push(`[${Array.from(tree.list(value)).join(' ')}]`);
  else if (letter === 'm') out.push(value === 0 ? '_' : names.text(value));
  else if (letter === 'i') out.push(String(value));
}

const NODE_NAMES = (
  'None Error File ConstDecl VarDecl ExternVar Destructure Import ImportC CItem Library Framework TopRun Impl ' +
  'ContextExtend ErrorDirective UfcsAlias Intrinsic Fn Param StructDef Field Name Using EnumDef Variant UnionDef ' +
  'ErrorDef ProtocolDef RuntimeClass RuntimeMember TypeName TypePath TypeApply TypePtr TypeManyPtr TypeSlice ' +
  'TypeSentinel TypeArray TypeOptional TypeFn TypeClosure TypeTuple TypeNamed TypeSpread TypeGeneric TypePackIndex ' +
  'TypeFail TypeMulti RetSlot TypeUnit TypeGroup TypeConstrained Int Float Char String Heredoc True False Null Undef ' +
  'Ident Paren Unary AddrOf Xx Try Binary Chain Call NamedArg Spread Index Slice Member TupleIndex Deref Cast ' +
  'OptMember OptTupleIndex OptCast Unwrap Catch StructLit ArrayLit EnumLit ErrorTag Block If IfBind Match Arm While ' +
  'WhileBind For Iter Capture Push Run Insert CallerLocation Asm AsmOperand FfiCall JniEnv ExprStmt Assign MultiAssign ' +
  'Return Raise Break Continue Defer OnFail'
).split(' ');

export function nodeName(kind: Node): string {
  return NODE_NAMES[kind] ?? String(kind);
}
