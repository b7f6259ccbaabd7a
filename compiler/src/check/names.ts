// Takes a name or a dotted path; gives the value it denotes here: locals, environment, file, flat imports (reference 13.3).
import { whereabouts } from './report.ts';
import type { NameId, NodeId } from '../base/ids.ts';
import { explainRefused } from './c_refused.ts';
import { FnFlag, Node } from '../parse/node.ts';
import { declsAnywhere, lookupMember, lookupName } from '../resolve/lookup.ts';
import { DeclKind, type ModDecl, type Unit } from '../resolve/module.ts';
import { declVal, isBeingMade, isTypeDecl, sameTarget } from './decls.ts';
import type { FnCtx, Local } from './fn_ctx.ts';
import { captureLocal } from './lambda.ts';
import { noteMember, noteName } from './semantics.ts';
import { staticMember } from './static_member.ts';
import { targetConstant } from './target_const.ts';
import { preDeclared } from './type_table.ts';
import { typeExpr } from './type_expr.ts';
import { Val, VK } from './val.ts';
import { poison } from './value.ts';

/** What the name is wanted as: kinds are separate for visibility. */
export type Want = 'any' | 'type' | 'call';

/** The value of a bare name, null when there is none. `node` given: visibility problems are reported there (f.lookupReported). */
export function lookupIdent(f: FnCtx, name: NameId, want: Want = 'any', node: NodeId = 0): Val | null {
  const at = f.indexOf(name);
  if (at >= 0) return localVal(f.locals[at]!, at);
  if (f.outer !== null) {
    const captured = captureLocal(f, name);
    if (captured !== null) return localVal(captured, f.locals.indexOf(captured));
  }
  const bound = f.env?.get(name);
  if (bound !== null && bound !== undefined) return bound;
  if (node === 0 || f.c.sink.errorCount === 0 || !seesHole(f)) return lookupFileName(f, name, want, node);
  const v = lookupFileName(f, name, want);
  f.lookupReported = v === null;
  return v;
}

/** Leaves a hole where an inserted text would stand: what it might have declared is not reported as missing. */
export function leaveHole(f: FnCtx): void {
  f.put({ name: f.c.hole, val: poison(f), used: null, narrowed: false, assigned: true, pos: 0, statement: false });
}

/** Whether a name that is missing may have been declared by a text that could not be inserted. */
function seesHole(f: FnCtx): boolean {
  for (let x: FnCtx | null = f; x !== null; x = x.outer) if (x.indexOf(f.c.hole) >= 0 || (x.env?.get(f.c.hole) ?? null) !== null) return true;
  return false;
}

/** A use of the local at `index`: its value, which remembers the local it was read from. */
function localVal(l: Local, index: number): Val {
  if (l.used === null || l.used.local !== index + 1) l.used = useOf(l, index);
  return l.used;
}

function useOf(l: Local, index: number): Val {
  const v = l.val;
  if (v.k !== VK.mem && v.k !== VK.reg) return v;
  const copy = new Val(v.k, v.ty, v.ref, v.cv);
  copy.lv = v.lv;
  copy.capture = v.capture;
  copy.captureName = l.name;
  copy.only = v.only;
  copy.source = v.source;
  copy.tag = v.tag;
  copy.local = index + 1;
  return copy;
}

/** A name of the file's own scope or its flat imports. */
export function lookupFileName(f: FnCtx, name: NameId, want: Want = 'any', node: NodeId = 0): Val | null {
  const filter = want === 'type' ? isTypeDecl : null;
  let found = lookupName(f.file, name, filter, sameTarget);
  if (found.decl === null && found.ambiguous === null && filter !== null) found = lookupName(f.file, name, null, sameTarget);
  if (found.ambiguous !== null) {
    const same = dropAliases(f, found.ambiguous);
    if (same !== null) return declVal(f.c, same);
    if (node !== 0) reportAmbiguous(f, name, found.ambiguous, node);
    return null;
  }
  if (found.decl !== null) {
    // Inside the builder of `L :: list();`, L is the type that the builder declares under this name (11.8).
    const forward = isBeingMade(found.decl) ? preDeclared(f.c, f.tree, name) : 0;
    return forward !== 0 ? f.c.typeVal(forward) : declVal(f.c, found.decl);
  }
  const fact = targetConstant(f.c, name);
  if (fact !== null) return fact;
  if (node !== 0) reportInvisible(f, name, node);
  return null;
}

/** Several authors that are aliases of one thing are no ambiguity. */
function dropAliases(f: FnCtx, decls: readonly ModDecl[]): ModDecl | null {
  const first = declVal(f.c, decls[0]!);
  for (const d of decls) {
    const v = declVal(f.c, d);
    if (!sameVal(first, v)) return null;
  }
  return decls[0]!;
}

export function sameVal(a: Val, b: Val): boolean {
  if (a === b) return true;
  if (a.k !== b.k) return false;
  switch (a.k) {
    case VK.type: return a.cv === b.cv;
    case VK.fn: return a.fn === b.fn;
    case VK.head: return a.head === b.head;
    case VK.ns: return a.unit === b.unit;
    case VK.const_: return a.ty === b.ty && a.cv === b.cv;
    case VK.mem: return a.ref === b.ref && a.ty === b.ty;
    default: return false;
  }
}

function reportAmbiguous(f: FnCtx, name: NameId, decls: readonly ModDecl[], node: NodeId): void {
  const text = f.c.text(name);
  const kind = decls[0]!.kind === DeclKind.namespace ? 'AMBIG-NS' : isTypeDecl(decls[0]!) ? 'AMBIG-TYPE' : isFnDecl(decls[0]!) ? 'AMBIG-FN' : 'AMBIG-CONST';
  const d = f.c.sink.error(kind, f.pos(node), f.end(node), `'${text}' is ambiguous: ${decls.length} imported files declare it`);
  for (const x of decls) d.note(x.file.tree.pos(x.node), x.file.tree.posOf(x.file.tree.nameEnd(x.file.tree.start[x.node]!)), 'declared here');
  d.help('import one of them under a name and qualify it');
  f.lookupReported = true;
}

function isFnDecl(d: ModDecl): boolean {
  return d.kind === DeclKind.const_ && d.file.tree.kindOf(d.file.tree.b[d.node]!) === Node.Fn;
}

function isExternFn(d: ModDecl): boolean {
  return isFnDecl(d) && (d.file.tree.flags[d.file.tree.b[d.node]!]! & FnFlag.extern) !== 0;
}

/** A library file as a program imports it: by its place below the library's root. */
function importPath(path: string): string {
  const at = path.lastIndexOf('/modules/');
  return at < 0 ? path : path.slice(at + 1);
}

/** A name that exists somewhere in the program but cannot be seen from here. */
function reportInvisible(f: FnCtx, name: NameId, node: NodeId): void {
  const text = f.c.text(name);
  const all = declsAnywhere(f.c.program.files, name).filter((d) => d.file !== f.file);
  const d = all[0];
  if (d === undefined) return;
  const direct = f.file.flat.some((u) => u.files.includes(d.file));
  const isType = isTypeDecl(d);
  if (d.private && (direct || all.every((x) => x.private))) {
    f.c.sink.error(isType ? 'PRIV-TYPE' : 'PRIV-NAME', f.pos(node), f.end(node), `'${text}' is private to '${d.file.path}'`);
  } else if (d.kind === DeclKind.namespace) {
    f.c.sink.error('VIS-NS', f.pos(node), f.end(node), `namespace '${text}' is not visible here`).help(`import '${d.unit!.path}' under a name in this file`);
  } else {
    const code = isType ? 'VIS-TYPE' : isExternFn(d) ? 'VIS-CFN' : 'VIS-NAME';
    f.c.sink.error(code, f.pos(node), f.end(node), `'${text}' is not visible here: it is declared in '${d.file.path}', which this file does not import flat`)
      .help(`add \`#import "${importPath(d.file.path)}";\``);
  }
  f.lookupReported = true;
}

/** A dotted path in type or expression position (TypePath or Member nodes): namespaces, then static members of types. */
export function lookupPath(f: FnCtx, node: NodeId): Val | null {
  const { tree } = f;
  const left = tree.a[node]!;
  const name = tree.b[node]!;
  const base = pathBase(f, left);
  if (base === null) return null;
  noteMember(f, node, base, name);
  if (base.k === VK.ns) {
    const m = namespaceMember(f, base.unit!, name);
    if (m !== null) return m;
    reportNoMember(f, node, left, name);
    return null;
  }
  if (base.k === VK.type || base.k === VK.head) {
    const m = staticMember(f, base, name, node);
    if (m !== null) return m;
  }
  if (base.k !== VK.poison) f.c.sink.error('NOT-A-TYPE', f.pos(node), f.end(node), `expected a type, found a value '${tree.text(node)}'`);
  return null;
}

function pathBase(f: FnCtx, node: NodeId): Val | null {
  const { tree } = f;
  const kind = tree.kindOf(node);
  if (kind === Node.TypePath || kind === Node.Member) return lookupPath(f, node);
  if (kind === Node.TypeName || kind === Node.Ident) {
    noteName(f, node);
    const v = lookupIdent(f, tree.a[node]!, 'any', node);
    if (v === null) {
      if (f.lookupReported) f.lookupReported = false;
      else explainRefused(f, f.c.sink.error('UNRESOLVED', f.pos(node), f.end(node), `unresolved '${f.c.text(tree.a[node]!)}'${whereabouts(f)}`), tree.a[node]!);
    }
    return v;
  }
  const t = typeExpr(f, node);
  return t === f.c.types.poison ? null : f.c.typeVal(t);
}

/** A member of a namespace; null when it has none (not reported). */
export function namespaceMember(f: FnCtx, unit: Unit, name: NameId): Val | null {
  const d = lookupMember(unit, name);
  return d === null ? null : declVal(f.c, d);
}

/** Names the segment that lacks the member, not the path to it. */
export function reportNoMember(f: FnCtx, node: NodeId, left: NodeId, name: NameId): void {
  const segment = f.tree.text(left).split('.').at(-1)!.trim();
  explainRefused(f, f.c.sink.error('NS-MEMBER', f.pos(node), f.end(node), `namespace '${segment}' has no member '${f.c.text(name)}'`), name);
}
