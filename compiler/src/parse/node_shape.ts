// Takes a node kind; gives what its columns a, b, c are, as data (for generic walks; node.ts is the prose).
import type { NodeId } from '../base/ids.ts';
import { Node } from './node.ts';
import type { Tree } from './tree.ts';

/**
 * One letter per column: n node or 0, l list of nodes, o list of plain numbers, m name, i plain number, - offset or unused,
 * records: F FnRec, P ParamRec, E ExternRec, C ContextExtendRec, B BindRec or 0.
 */
const SHAPES: Partial<Record<Node, string>> = {
  [Node.File]: 'l--',
  [Node.ConstDecl]: 'mnn',
  [Node.VarDecl]: 'mnn',
  [Node.ExternVar]: 'mnE',
  [Node.Destructure]: 'ln-',
  [Node.Import]: 'n--',
  [Node.ImportC]: 'l--',
  [Node.CItem]: 'n--',
  [Node.Library]: 'n--',
  [Node.Framework]: 'n--',
  [Node.TopRun]: 'n--',
  [Node.Impl]: 'nnl',
  [Node.ContextExtend]: 'mnC',
  [Node.ErrorDirective]: 'n--',
  [Node.UfcsAlias]: 'n--',
  [Node.Fn]: 'lnF',
  [Node.Param]: 'mnP',
  [Node.StructDef]: 'llm',
  [Node.Field]: 'lnn',
  [Node.Name]: 'm--',
  [Node.Using]: 'n--',
  [Node.EnumDef]: 'ln-',
  [Node.Variant]: 'mnn',
  [Node.UnionDef]: 'l--',
  [Node.ErrorDef]: 'l--',
  [Node.ProtocolDef]: 'll-',
  [Node.RuntimeClass]: 'nli',
  [Node.RuntimeMember]: 'lm-',
  [Node.TypeName]: 'm--',
  [Node.TypePath]: 'nm-',
  [Node.TypeApply]: 'nl-',
  [Node.TypePtr]: 'n--',
  [Node.TypeManyPtr]: 'n--',
  [Node.TypeSlice]: 'n--',
  [Node.TypeSentinel]: 'nn-',
  [Node.TypeArray]: 'nn-',
  [Node.TypeOptional]: 'n--',
  [Node.TypeFn]: 'ln-',
  [Node.TypeClosure]: 'ln-',
  [Node.TypeTuple]: 'l--',
  [Node.TypeNamed]: 'mn-',
  [Node.TypeSpread]: 'n--',
  [Node.TypeGeneric]: 'ml-',
  [Node.TypePackIndex]: 'mn-',
  [Node.TypeFail]: 'n--',
  [Node.TypeMulti]: 'l--',
  [Node.RetSlot]: 'mnn',
  [Node.TypeGroup]: 'n--',
  [Node.TypeConstrained]: 'nl-',
  [Node.Int]: 'ii-',
  [Node.Char]: 'i--',
  [Node.Ident]: 'm--',
  [Node.Paren]: 'n--',
  [Node.Unary]: 'n--',
  [Node.AddrOf]: 'n--',
  [Node.Xx]: 'n--',
  [Node.Try]: 'n--',
  [Node.Binary]: 'nn-',
  [Node.Chain]: 'lo-',
  [Node.Call]: 'nln',
  [Node.NamedArg]: 'mn-',
  [Node.Spread]: 'n--',
  [Node.Index]: 'nn-',
  [Node.Slice]: 'nnn',
  [Node.Member]: 'nm-',
  [Node.TupleIndex]: 'ni-',
  [Node.Deref]: 'n--',
  [Node.Cast]: 'nnn',
  [Node.OptMember]: 'nm-',
  [Node.OptTupleIndex]: 'ni-',
  [Node.OptCast]: 'nn-',
  [Node.Unwrap]: 'n--',
  [Node.Catch]: 'nnB',
  [Node.StructLit]: 'nln',
  [Node.ArrayLit]: 'nl-',
  [Node.EnumLit]: 'm--',
  [Node.ErrorTag]: 'm--',
  [Node.Block]: 'ln-',
  [Node.If]: 'nnn',
  [Node.IfBind]: 'Bnn',
  [Node.Match]: 'nl-',
  [Node.Arm]: 'nBn',
  [Node.While]: 'nn-',
  [Node.WhileBind]: 'Bn-',
  [Node.For]: 'lln',
  [Node.Iter]: 'nn-',
  [Node.Capture]: 'm--',
  [Node.Push]: 'nn-',
  [Node.Run]: 'n--',
  [Node.Insert]: 'n--',
  [Node.Asm]: 'nll',
  [Node.AsmOperand]: 'nnn',
  [Node.FfiCall]: 'nlm',
  [Node.JniEnv]: 'nn-',
  [Node.ExprStmt]: 'n--',
  [Node.Assign]: 'nn-',
  [Node.MultiAssign]: 'll-',
  [Node.Return]: 'l--',
  [Node.Raise]: 'n--',
  [Node.Defer]: 'n--',
  [Node.OnFail]: 'nB-',
};

/** Letters of the records' fields. */
export const RECORD_SHAPES: Record<string, string> = { F: 'nmm-n-', P: '-n', E: 'm-n', C: '-n', B: 'm-n' };

const TABLE: string[] = [];
for (let kind = 0; kind < Node.Count; kind++) TABLE.push(SHAPES[kind as Node] ?? '---');

export function shapeOf(kind: Node): string {
  return TABLE[kind];
}

/** Calls `visit` for every child node; the order is that of the columns, not of the source. */
export function forEachChild(tree: Tree, node: NodeId, visit: (child: NodeId) => void): void {
  const shape = TABLE[tree.kind[node]];
  for (let column = 0; column < 3; column++) {
    const letter = shape[column];
    const value = column === 0 ? tree.a[node] : column === 1 ? tree.b[node] : tree.c[node];
    if (letter === 'n') {
      if (value !== 0) visit(value);
    } else if (letter === 'l') {
      const count = tree.extra[value];
      for (let k = 1; k <= count; k++) visit(tree.extra[value + k]);
    } else if (RECORD_SHAPES[letter] !== undefined && value !== 0) {
      const fields = RECORD_SHAPES[letter];
      for (let k = 0; k < fields.length; k++) {
        if (fields[k] === 'n' && tree.extra[value + k] !== 0) visit(tree.extra[value + k]);
      }
    }
  }
}
