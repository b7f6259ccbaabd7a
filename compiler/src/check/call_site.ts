// Takes calls of the library in the program's own files; records the place of the last one for mem.GPA's debug mode (reference 10.2.1).
import { Linkage, type Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { Node } from '../parse/node.ts';
import type { ModFile } from '../resolve/module.ts';
import { IR_U64 } from '../types/ir_type.ts';
import type { Checker } from './checker.ts';
import type { FnCtx } from './fn_ctx.ts';
import { question } from './question.ts';
import { frameRecord } from './trace.ts';

/** The library's folder and the thread's variable that holds the place; null when no file of the program asks for them. */
interface Sites {
  readonly library: string;
  readonly place: Ref;
}

const found = new WeakMap<Checker, Sites | null>();
const HEAP = 'std/mem.sx';
const ASKS = 'init_debug';

function sitesOf(c: Checker): Sites | null {
  let s = found.get(c);
  if (s === undefined) {
    s = findSites(c);
    found.set(c, s);
  }
  return s;
}

/** Recorded only in programs that name `GPA.init_debug`: everybody else pays nothing. */
function findSites(c: Checker): Sites | null {
  const library = question(c, null, ASKS, (p) => {
    const heap = p.files.find((x) => x.path.endsWith(HEAP));
    const folder = heap?.path.slice(0, -HEAP.length);
    return folder !== undefined && p.files.some((x) => !x.path.startsWith(folder) && names(c, x)) ? folder : null;
  });
  if (library === null) return null;
  const g = c.module.addGlobal({
    name: 'sx.call_site', type: 0, size: 8, align: 8, bytes: null, relocs: [], mutable: true,
    linkage: Linkage.internal, threadLocal: true, pos: 0, display: '',
  });
  return { library, place: c.module.globalAddr(g.id) };
}

function names(c: Checker, file: ModFile): boolean {
  const { tree } = file;
  const { kind, b, count } = tree;
  const asks = c.names.find(ASKS);
  if (asks === 0 || !tree.has(Node.Member)) return false;
  for (let n = 1; n < count; n++) if (kind[n] === Node.Member && b[n] === asks) return true;
  return false;
}

/** Before a call at `f.b.at`: a call of a function of `callee`, or (null) of the allocator itself. */
export function noteSite(f: FnCtx, callee: ModFile | null): void {
  const s = sitesOf(f.c);
  if (s === null || !f.b.live || f.file.path.startsWith(s.library)) return;
  if (callee !== null && !callee.path.startsWith(s.library)) return;
  f.b.store(s.place, f.b.conv(Op.p2i, IR_U64, frameRecord(f, f.b.at)));
}

/** The place of the program's last call of the library, 0 = none. */
export function callSite(f: FnCtx): Ref {
  const s = sitesOf(f.c);
  return s === null ? f.c.module.int(IR_U64, 0) : f.b.load(IR_U64, s.place);
}
