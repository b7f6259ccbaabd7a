// Takes a protocol declaration; gives its methods: which are dispatchable, their slots and their signatures (reference 8.10, 8.13).
import type { NameId, NodeId } from '../base/ids.ts';
import { FnRec, Node, ProtocolFlag } from '../parse/node.ts';
import type { Tree } from '../parse/tree.ts';
import type { TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { Env } from './env.ts';
import { FnCtx } from './fn_ctx.ts';
import { mentions } from './fn_sig.ts';
import type { TypeDecl } from './nominal_decl.ts';
import { rejectDuplicates } from './report.ts';
import { resultType, typeExpr } from './type_expr.ts';

export interface ProtoMethod {
  readonly name: NameId;
  /** The Fn node. */
  readonly node: NodeId;
  /** Index among the dispatchable methods; -1 = not dispatchable. */
  readonly slot: number;
  /** What makes it not dispatchable: the parameter's name, '' = its result. */
  readonly offender: string;
  /** Has a default body. */
  readonly hasBody: boolean;
  /** Parameter nodes after the receiver. */
  readonly params: readonly NodeId[];
  /** Types of parameters and result of a dispatchable method, resolved on first use. */
  sig: MethodSig | null;
}

export interface MethodSig {
  readonly params: readonly TypeId[];
  readonly ret: TypeId;
}

export interface ProtocolInfo {
  readonly type: TypeId;
  readonly decl: TypeDecl;
  readonly methods: readonly ProtoMethod[];
  readonly byName: ReadonlyMap<NameId, ProtoMethod>;
}

const infos = new WeakMap<Checker, Map<TypeId, ProtocolInfo>>();

/** The methods of a protocol type. */
export function protocolInfo(c: Checker, type: TypeId): ProtocolInfo {
  let map = infos.get(c);
  if (map === undefined) {
    map = new Map();
    infos.set(c, map);
  }
  let info = map.get(type);
  if (info === undefined) {
    info = makeInfo(c, c.typeDecl(type));
    map.set(type, info);
  }
  return info;
}

/** Called once per protocol type (by completeType): layout attributes and number of slots. */
export function completeProtocol(c: Checker, decl: TypeDecl): void {
  const n = c.types.info(decl.type);
  const flags = decl.tree.flags[decl.node]!;
  n.inline = (flags & ProtocolFlag.inline) !== 0;
  n.identity = (flags & ProtocolFlag.identity) !== 0;
  n.slots = protocolInfo(c, decl.type).methods.filter((m) => m.slot >= 0).length;
}

function makeInfo(c: Checker, decl: TypeDecl): ProtocolInfo {
  const { tree } = decl;
  const methods: ProtoMethod[] = [];
  const byName = new Map<NameId, ProtoMethod>();
  let slots = 0;
  const f = new FnCtx(c, decl.file, tree, decl.env);
  rejectDuplicates(f, [...tree.list(tree.b[decl.node]!)].filter((n) => tree.kindOf(n) === Node.ConstDecl), 'method');
  for (const n of tree.list(tree.b[decl.node]!)) {
    if (tree.kindOf(n) !== Node.ConstDecl || tree.kindOf(tree.b[n]!) !== Node.Fn) continue;
    const fn = tree.b[n]!;
    const all = [...tree.list(tree.a[fn]!)];
    if (!checkReceiver(c, tree, n, fn, all)) continue;
    rejectDuplicates(f, all, 'parameter');
    const params = all.slice(1);
    const offender = findOffender(c, decl, fn, params);
    const m: ProtoMethod = {
      name: tree.a[n]!,
      node: fn,
      slot: offender === null ? slots++ : -1,
      offender: offender ?? '',
      hasBody: tree.b[fn] !== 0,
      params,
      sig: null,
    };
    methods.push(m);
    byName.set(m.name, m);
  }
  return { type: decl.type, decl, methods, byName };
}

/** The first parameter must be `self: *Self` or `self: Self`. */
function checkReceiver(c: Checker, tree: Tree, decl: NodeId, fn: NodeId, params: readonly NodeId[]): boolean {
  const first = params[0];
  if (first === undefined || tree.a[first] !== c.known.self) {
    c.sink
      .error(
        'PROTO-RECV',
        tree.pos(decl),
        tree.posOf(tree.nameEnd(tree.start[decl]!)),
        `protocol method must declare its receiver as the first parameter: '${c.text(tree.a[decl]!)}' has none`,
      )
      .help('write `self: *Self` or `self: Self` first');
    return false;
  }
  const type = tree.b[first]!;
  const inner = type !== 0 && tree.kindOf(type) === Node.TypePtr ? tree.a[type]! : type;
  if (inner === 0 || tree.kindOf(inner) !== Node.TypeName || tree.a[inner] !== c.known.Self) {
    const at = type === 0 ? first : type;
    c.sink.error(
      'PROTO-RECV',
      tree.pos(at),
      tree.endPos(at),
      `receiver must be typed \`*Self\` or \`Self\` in protocol method '${c.text(tree.a[decl]!)}'`,
    );
    return false;
  }
  void fn;
  return true;
}

/** null = dispatchable: `Self` occurs only as the receiver. */
function findOffender(c: Checker, decl: TypeDecl, fn: NodeId, params: readonly NodeId[]): string | null {
  const { tree } = decl;
  const f = new FnCtx(c, decl.file, tree, decl.env);
  const self = [c.known.Self];
  for (const p of params) if (tree.b[p] !== 0 && mentions(f, tree.b[p]!, self)) return c.text(tree.a[p]!);
  const ret = tree.rec(tree.c[fn]!, FnRec.ret);
  return ret !== 0 && mentions(f, ret, self) ? '' : null;
}

/** Parameter types (after the receiver) and result with `Self` standing for `self`. */
export function methodSigFor(c: Checker, info: ProtocolInfo, m: ProtoMethod, self: TypeId): MethodSig {
  const { decl } = info;
  const env = new Env(decl.env);
  env.bind(c.known.Self, c.typeVal(self));
  const f = new FnCtx(c, decl.file, decl.tree, env);
  const params = m.params.map((p) => (decl.tree.b[p] === 0 ? c.types.poison : typeExpr(f, decl.tree.b[p]!)));
  const ret = decl.tree.rec(decl.tree.c[m.node]!, FnRec.ret);
  return { params, ret: ret === 0 ? c.types.void : resultType(f, ret) };
}

/** The signature of a dispatchable method (it does not mention `Self`). */
export function slotSig(c: Checker, info: ProtocolInfo, m: ProtoMethod): MethodSig {
  m.sig ??= methodSigFor(c, info, m, info.type);
  return m.sig;
}
