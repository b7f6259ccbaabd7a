// Takes a place where a name is being typed; gives the names that could stand there.
import type { CompletionItem, CompletionItemKind } from 'vscode-languageserver/node';
import type { NameId } from '../base/ids.ts';
import type { Member } from '../check/nominal_decl.ts';
import { primitiveType } from '../check/primitive.ts';
import { type Val, VK } from '../check/val.ts';
import type { Analysis } from '../driver/analyze.ts';
import { KEYWORDS } from '../lex/token.ts';
import { FnFlag, Node } from '../parse/node.ts';
import type { Tree } from '../parse/tree.ts';
import { DeclKind, type ModDecl, type ModFile, type Unit } from '../resolve/module.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { type DeclaredAs, type Declaration, namesOf } from './declarations.ts';
import { codeOf, parameters, signature, typeOf, typeText } from './describe.ts';
import { lsp } from './library.ts';
import { nameAt, type Site } from './symbols.ts';
import { completed, tokensBefore } from './tokens_before.ts';

/** Stands where the name will: no program has it. */
const PLACEHOLDER = 'sx_completion_here';
const PRIMITIVES = ['i8', 'i16', 'i32', 'i64', 'u8', 'u16', 'u32', 'u64', 'usize', 'isize', 'bool', 'string', 'cstring', 'void', 'any', 'noreturn'];

/** `analyzeWith` analyses the program with another text of the file. */
export function completion(bytes: Uint8Array, offset: number, analyzeWith: (bytes: Uint8Array) => Site | null): CompletionItem[] {
  const before = tokensBefore(bytes, offset);
  if (before.inLiteral) return [];
  const site = analyzeWith(completed(bytes, offset, before, PLACEHOLDER));
  if (site === null || site.analysis.checker === null) return [];
  const items = new Items(site);
  if (before.afterDot) items.afterDot(before.nameStart);
  else items.anywhere(before.nameStart);
  return [...items.found.values()];
}

class Items {
  readonly found = new Map<string, CompletionItem>();
  private readonly a: Analysis;

  constructor(private readonly site: Site) { this.a = site.analysis; }

  /** What `base.` can be followed by, or what a literal `.name` can be. */
  afterDot(at: number): void {
    const { tree } = this.site.file;
    const use = nameAt(this.site, at)?.use ?? null;
    if (use === null) return;
    const facts = this.a.semantics.of(tree);
    if (tree.kindOf(use.node) === Node.EnumLit) {
      if (facts.type[use.node] !== 0) this.variants(facts.type[use.node]);
      return;
    }
    const base = tree.a[use.node];
    const denoted = facts.denotes.get(base) ?? this.denotedBy(tree, base);
    if (denoted?.k === VK.ns) this.namespace(denoted.unit!);
    else if (denoted?.k === VK.type) this.ofType(denoted.cv as TypeId);
    else if (facts.type[base] !== 0) this.ofValue(facts.type[base]);
  }

  /** Names in type position are looked up without being evaluated. */
  private denotedBy(tree: Tree, node: number): Val | null {
    const kind = tree.kindOf(node);
    if (kind !== Node.Ident && kind !== Node.TypeName) return null;
    const c = this.a.checker!;
    const primitive = primitiveType(c, tree.a[node]!);
    if (primitive !== 0) return c.typeVal(primitive);
    const d = nameAt(this.site, tree.start[node])?.declaration;
    const decl = d === undefined || d === null ? undefined : this.a.program!.files.find((f) => f.tree === d.tree)?.decls.get(d.name);
    return decl === undefined ? null : (decl.facts as { val: Val } | null)?.val ?? null;
  }

  anywhere(at: number): void {
    const { file } = this.site;
    for (const d of namesOf(file.tree).declarations.values()) if (d.scope !== 0 && this.reaches(d, at)) this.add(d.name, d.as, '0', d);
    for (const d of file.decls.values()) this.decl(d, '1');
    for (const unit of file.flat) {
      for (const f of unit.files) for (const d of f.decls.values()) if (!d.private && f !== file) this.decl(d, '2');
    }
    for (const k of KEYWORDS) this.put(k, lsp.CompletionItemKind.Keyword, '', '4');
    for (const p of PRIMITIVES) this.put(p, lsp.CompletionItemKind.TypeParameter, '', '3');
    if (this.a.checker!.usesContext) this.put('context', lsp.CompletionItemKind.Variable, 'Context', '3');
  }

  /** Whether a local name can be seen from an offset: in its scope, and for variables after they are declared. */
  private reaches(d: Declaration, at: number): boolean {
    const { tree } = d;
    if (at < tree.start[d.scope] || at > tree.end[d.scope]) return false;
    return tree.kindOf(d.node) !== Node.VarDecl || tree.end[d.node] <= at;
  }

  private namespace(unit: Unit): void {
    for (const f of unit.files) {
      for (const d of f.decls.values()) if (!d.private) this.decl(d, '0');
      for (const u of f.flat) for (const g of u.files) for (const d of g.decls.values()) if (!d.private && d.kind === DeclKind.namespace) this.decl(d, '1');
    }
  }

  private ofType(t: TypeId): void {
    const { types } = this.a.checker!;
    this.variants(t);
    if (types.isNumber(t)) {
      for (const n of types.isFloat(t) ? ['min', 'max', 'epsilon', 'min_positive', 'true_min', 'inf', 'nan'] : ['min', 'max']) this.put(n, lsp.CompletionItemKind.Constant, this.text(t), '0');
    }
    this.members(t, '1');
  }

  private variants(t: TypeId): void {
    const { types } = this.a.checker!;
    if (types.kind[t] !== Ty.enum_ && types.kind[t] !== Ty.tagged) return;
    for (const v of types.members(t).variants) this.put(v.name, lsp.CompletionItemKind.EnumMember, v.payload === types.void || v.payload === 0 ? this.text(t) : this.text(v.payload), '0');
  }

  private ofValue(t0: TypeId): void {
    const { types } = this.a.checker!;
    let t = t0;
    while (types.kind[t] === Ty.ptr || types.kind[t] === Ty.optional) t = types.a[t]!;
    const field = (name: string, type: TypeId): void => this.put(name, lsp.CompletionItemKind.Field, this.text(type), '0');
    switch (types.kind[t]) {
      case Ty.struct: case Ty.union: for (const x of types.members(t).fields) if (x.name !== '') field(x.name, x.type); break;
      case Ty.tagged: {
        const info = types.members(t);
        for (const v of info.variants) if (v.payload !== types.void && v.payload !== 0) field(v.name, v.payload);
        if (info.layoutStruct !== 0) for (const x of types.members(info.layoutStruct).fields) field(x.name, x.type);
        break;
      }
      case Ty.tuple: types.lists[t]!.forEach((x, i) => field(types.names[t]?.[i] || String(i), x)); break;
      case Ty.string: case Ty.slice: case Ty.array:
        field('len', types.i64);
        field('ptr', types.manyPtr(types.kind[t] === Ty.string ? types.u8 : types.a[t]!));
        break;
      case Ty.vector: field('len', types.i64); for (const lane of ['x', 'y', 'z', 'w'].slice(0, types.b[t])) field(lane, types.a[t]!); break;
      case Ty.closure: field('fn_ptr', types.voidPtr); field('env', types.voidPtr); break;
      default: break;
    }
    this.members(t, '1');
    this.ufcs(t0, t);
  }

  /** Methods and constants of a type, and of the protocols that are implemented for it. */
  private members(t: TypeId, order: string): void {
    const c = this.a.checker!;
    const add = (m: Member): void => this.member(m.tree, m.node, m.name, order);
    const d = c.typeDecls.get(t);
    if (d !== undefined) {
      d.members.forEach(add);
      d.setters.forEach(add);
      if (d.tree.kindOf(d.node) === Node.ProtocolDef) for (const m of d.tree.list(d.tree.b[d.node]!)) if (d.tree.kindOf(m) === Node.ConstDecl) this.member(d.tree, m, d.tree.a[m]!, order);
    }
    for (const name of c.impls.methodNames(t)) {
      const fn = c.impls.methodOf(t, name)?.fn;
      const owner = fn === undefined || fn === null ? 0 : this.a.semantics.ownerOf(fn.tree, fn.node);
      if (owner !== 0) this.member(fn!.tree, owner, name, order);
    }
  }

  private member(tree: Tree, node: number, name: NameId, order: string): void {
    const value = tree.b[node]!;
    const isFn = tree.kindOf(value) === Node.Fn;
    const property = isFn && (tree.flags[value]! & (FnFlag.get | FnFlag.set)) !== 0;
    const { CompletionItemKind: K } = lsp;
    this.put(this.a.session.names.text(name), property ? K.Property : isFn ? K.Method : K.Constant, signature(tree, node), order);
  }

  /** Functions that can be called with a dot on a value of type `t`, as far as their first parameter shows. */
  private ufcs(t: TypeId, target: TypeId): void {
    const { file } = this.site;
    const files = new Set<ModFile>([file, ...file.flat.flatMap((u) => u.files)]);
    for (const f of files) {
      for (const d of f.decls.values()) {
        const fn = d.kind === DeclKind.const_ ? f.tree.b[d.node]! : 0;
        if (fn === 0 || f.tree.kindOf(fn) !== Node.Fn || (f.tree.flags[fn]! & FnFlag.ufcs) === 0 || (d.private && f !== file)) continue;
        const first = f.tree.list(f.tree.a[fn]!)[0];
        if (first === undefined || f.tree.b[first] === 0) continue;
        const wanted = f.tree.text(f.tree.b[first]!).replace(/^\*/, '');
        const head = /^[A-Za-z_]\w*/.exec(wanted)?.[0];
        if (wanted.includes('$') || [t, target].some((x) => this.text(x) === wanted || this.text(x).split('(')[0] === head)) this.decl(d, '2');
      }
    }
  }

  private decl(d: ModDecl, order: string): void {
    const known = namesOf(d.file.tree).declarations.get(d.file.tree.start[d.node]!);
    if (known !== undefined) this.add(d.name, known.as, order, known);
  }

  private add(name: NameId, as: DeclaredAs, order: string, d: Declaration): void {
    const detail = as === 'function' ? this.fnDetail(d) : as === 'variable' || as === 'parameter' ? (typeOf(this.a, d) ?? '') : as === 'constant' ? codeOf(this.a, d) : '';
    this.put(this.a.session.names.text(name), itemKind(as), detail, order);
  }

  private fnDetail(d: Declaration): string {
    const fn = d.tree.b[d.node]!;
    if (d.tree.kindOf(fn) !== Node.Fn) return '';
    const { params, result } = parameters(d.tree, fn);
    return `(${params.join(', ')})${result}`;
  }

  private text(t: TypeId): string { return typeText(this.a, t); }

  private put(label: string, kind: CompletionItemKind, detail: string, order: string): void {
    if (label === '' || label === PLACEHOLDER || this.found.has(label)) return;
    this.found.set(label, { label, kind, sortText: `${order}${label}`, ...(detail === '' ? {} : { detail }) });
  }
}

function itemKind(as: DeclaredAs): CompletionItemKind {
  const { CompletionItemKind: K } = lsp;
  switch (as) {
    case 'function': return K.Function;
    case 'struct': return K.Struct;
    case 'enum': return K.Enum;
    case 'interface': return K.Interface;
    case 'namespace': case 'library': return K.Module;
    case 'constant': case 'alias': return K.Constant;
    case 'type': case 'typeParameter': return K.TypeParameter;
    case 'enumMember': return K.EnumMember;
    case 'field': case 'contextField': return K.Field;
    default: return K.Variable;
  }
}
