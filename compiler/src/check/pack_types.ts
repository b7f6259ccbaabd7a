// Takes a pack's name; gives the `[]Type` slice of its element types: bare `$xs` in an expression (reference 7.7.2).
import type { NameId } from '../base/ids.ts';
import { Linkage, type Reloc, RelocKind } from '../ir/module.ts';
import { IR_I64 } from '../types/ir_type.ts';
import { makeFat } from './convert.ts';
import type { FnCtx } from './fn_ctx.ts';
import { lookupIdent } from './names.ts';
import { type Val, VK } from './val.ts';

/** null when `name` is no pack. The list is constant data: it may outlive the frame. */
export function packTypeList(f: FnCtx, name: NameId): Val | null {
  const { c } = f;
  const pack = f.env?.get(name) ?? lookupIdent(f, name);
  if (pack === null || pack.k !== VK.pack) return null;
  const relocs: Reloc[] = pack.elems!.map((e, i) => ({
    offset: i * 8, kind: RelocKind.type, target: e.k === VK.type ? (e.cv as number) : e.ty, addend: 0,
  }));
  const n = relocs.length;
  const g = c.module.addGlobal({
    name: '', type: c.types.array(c.types.type, n), size: n * 8, align: 8, bytes: new Uint8Array(n * 8), relocs, mutable: false,
    linkage: Linkage.internal, threadLocal: false, pos: 0, display: '',
  });
  return makeFat(f, c.types.slice(c.types.type), c.module.globalAddr(g.id), c.module.int(IR_I64, n));
}
