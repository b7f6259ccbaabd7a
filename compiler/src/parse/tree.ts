// Takes node columns built by the parser; gives the immutable syntax tree of one file and small readers over it.
import type { NameId, NodeId, Pos } from '../base/ids.ts';
import type { SourceFile } from '../source/source_map.ts';
import { Node } from './node.ts';

const decoder = new TextDecoder('utf-8');

/** By kind: 1 for nodes that declare a name or name a type. */
export const NAMES_SOMETHING = new Uint8Array(256);
for (const kind of [
  Node.ConstDecl, Node.VarDecl, Node.ExternVar, Node.Param, Node.Destructure, Node.Capture, Node.IfBind, Node.WhileBind, Node.Arm, Node.OnFail, Node.Catch,
  Node.TypeName, Node.ProtocolDef, Node.RuntimeClass, Node.StructLit, Node.ArrayLit, Node.TypeApply, Node.TypeFail,
]) NAMES_SOMETHING[kind] = 1;

/** What was found out about a tree, for all that share its columns. */
export interface TreeFacts {
  /** No declaration in it has a reserved name (parse/reserved.ts). */
  noReserved: boolean;
  /** The kinds of its nodes; null where nobody has looked. */
  kinds: readonly Node[] | null;
}

/** Syntax tree of one file: columns indexed by NodeId (0 = none); see node.ts for the meaning per kind. */
export class Tree {
  readonly file: SourceFile;
  readonly root: NodeId;
  /** Number of rows (node ids are 1..count-1). */
  readonly count: number;
  readonly kind: Uint8Array;
  readonly flags: Uint16Array;
  /** Byte offsets in the file; end exclusive. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Int32Array;
  readonly extra: Int32Array;
  /** True when a syntax error was reported while building this tree. */
  readonly hasErrors: boolean;
  readonly facts: TreeFacts;
  private named: Int32Array | null;

  constructor(columns: {
    file: SourceFile;
    root: NodeId;
    count: number;
    kind: Uint8Array;
    flags: Uint16Array;
    start: Int32Array;
    end: Int32Array;
    a: Int32Array;
    b: Int32Array;
    c: Int32Array;
    extra: Int32Array;
    hasErrors: boolean;
    facts?: TreeFacts;
    /** What `naming` gives; without, it is looked for when somebody asks. */
    naming?: Int32Array;
  }) {
    this.file = columns.file;
    this.root = columns.root;
    this.count = columns.count;
    this.kind = columns.kind;
    this.flags = columns.flags;
    this.start = columns.start;
    this.end = columns.end;
    this.a = columns.a;
    this.b = columns.b;
    this.c = columns.c;
    this.extra = columns.extra;
    this.hasErrors = columns.hasErrors;
    this.named = columns.naming ?? null;
    this.facts = columns.facts ?? { noReserved: false, kinds: null };
  }

  /** The same tree over another record of the same bytes: files have new positions in every compilation. */
  at(file: SourceFile): Tree {
    return file === this.file ? this : new Tree({ ...this, file, naming: this.named ?? undefined });
  }

  /** Whether a node of this kind is in the tree: for looks over all nodes, most of which are for what few files have. */
  has(kind: Node): boolean {
    const { kinds } = this.facts;
    return kinds === null ? this.kind.includes(kind, 1) : kinds.includes(kind);
  }

  /** Notes the kinds of all nodes with its other facts. */
  noteKinds(): void { this.facts.kinds = [...new Set(this.kind.subarray(1))]; }

  /** The nodes that declare a name or name a type, in order: a tenth of all. */
  naming(): Int32Array { return this.named ??= this.look(); }

  private look(): Int32Array {
    const { kind, count } = this;
    const found: NodeId[] = [];
    for (let n = 1; n < count; n++) if (NAMES_SOMETHING[kind[n]!] === 1) found.push(n);
    return new Int32Array(found);
  }

  kindOf(n: NodeId): Node {
    return this.kind[n]!;
  }

  /** Global position of the node's first byte. */
  pos(n: NodeId): Pos {
    return this.file.base + this.start[n]!;
  }

  /** Global position after the node's last byte. */
  endPos(n: NodeId): Pos {
    return this.file.base + this.end[n]!;
  }

  /** Global position of a byte offset of this file. */
  posOf(offset: number): Pos {
    return this.file.base + offset;
  }

  listCount(list: number): number {
    return this.extra[list]!;
  }

  listAt(list: number, index: number): NodeId {
    return this.extra[list + 1 + index]!;
  }

  /** A copy-free view of the ids of a list. */
  list(list: number): Int32Array {
    return this.extra.subarray(list + 1, list + 1 + this.extra[list]!);
  }

  /** The ids of a list, in an array: for those who go through all of them. Views are for lists that are long. */
  ids(list: number): NodeId[] {
    const n = this.extra[list]!;
    const out: NodeId[] = [];
    for (let i = 1; i <= n; i++) out.push(this.extra[list + i]!);
    return out;
  }

  /** Field of a record in extra: rec(tree.c[fn], FnRec.ret). */
  rec(record: number, field: number): number {
    return this.extra[record + field]!;
  }

  /** Offset after the name token that starts at `offset` (backtick included in the token). */
  nameEnd(offset: number): number {
    const bytes = this.file.bytes;
    let i = offset;
    if (bytes[i] === 96) i++;
    while (i < bytes.length && isIdentByte(bytes[i]!)) i++;
    return i;
  }

  /** True when the name token at `offset` is written raw (`` `name ``). */
  isRawAt(offset: number): boolean {
    return this.file.bytes[offset] === 96;
  }

  text(n: NodeId): string {
    return decoder.decode(this.file.bytes.subarray(this.start[n]!, this.end[n]!));
  }

  /** Name column of Ident, TypeName, Name, ConstDecl, VarDecl … (column a). */
  name(n: NodeId): NameId {
    return this.a[n]!;
  }

  /** Exact value of an Int node, 0 … 2^64-1. */
  intValue(n: NodeId): bigint {
    return (BigInt(this.b[n]! >>> 0) << 32n) | BigInt(this.a[n]! >>> 0);
  }

  /** The same as a number where that is exact: below 2^53. */
  intNumber(n: NodeId): number | bigint {
    const high = this.b[n]! >>> 0;
    return high < 0x200000 ? high * 0x100000000 + (this.a[n]! >>> 0) : this.intValue(n);
  }

  floatValue(n: NodeId): number {
    const text = this.text(n);
    return Number(text.includes('_') ? text.replaceAll('_', '') : text);
  }
}

export function isIdentByte(byte: number): boolean {
  return (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || byte === 95 || (byte >= 48 && byte <= 57);
}
