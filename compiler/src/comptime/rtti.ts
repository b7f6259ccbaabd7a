// Takes type tags (raw TypeIds) and columns of the run-time type table; gives the values the rtti op reads.
import { rttiRow, type RttiRow } from '../ir/rtti.ts';
import { RttiCol } from '../ir/op.ts';
import type { Types } from '../types/types.ts';
import type { VmHost } from './host.ts';
import { type VmMemory, VmStop } from './memory.ts';

export class VmRtti {
  private readonly rows = new Map<number, RttiRow>();
  private readonly texts = new Map<string, number>();

  constructor(private readonly types: Types, private readonly memory: VmMemory, private readonly host: VmHost) {}

  private row(tag: number): RttiRow {
    let row = this.rows.get(tag);
    if (row === undefined) {
      if (!(tag > 0 && tag < this.types.kind.length)) throw new VmStop(`${tag} is not a type`);
      row = rttiRow(this.types, tag);
      // Nominal types may still be renamed or completed: only what cannot change is kept.
      const nominal = this.types.nominals[tag];
      if (nominal === null || nominal === undefined || nominal.complete) this.rows.set(tag, row);
    }
    return row;
  }

  /** Address of a 16-byte string with this text; equal texts share it. */
  text(s: string): number {
    let at = this.texts.get(s);
    if (at === undefined) {
      at = this.memory.stringValue(s);
      this.texts.set(s, at);
    }
    return at;
  }

  value(tag: number, index: number, col: RttiCol): number {
    const r = this.row(tag);
    switch (col) {
      case RttiCol.size: return r.size;
      case RttiCol.align: return r.align;
      case RttiCol.category: return r.category;
      case RttiCol.is_unsigned: return r.isUnsigned ? 1 : 0;
      case RttiCol.is_flags: return r.isFlags ? 1 : 0;
      case RttiCol.name: return this.text(this.types.text(tag));
      case RttiCol.field_count: return r.fieldCount;
      case RttiCol.variant_count: return r.variantCount;
      case RttiCol.lanes: return r.lanes;
      case RttiCol.len: return r.len;
      case RttiCol.child: return r.child;
      case RttiCol.tag_width: return r.tagWidth;
      case RttiCol.type_info:
        if (this.host.typeInfo === undefined) throw new VmStop('type_info is not available here');
        return this.host.typeInfo(tag);
      default: break;
    }
    const m = r.members[index];
    if (m === undefined) throw new VmStop(`type '${this.types.text(tag)}' has no member ${index}`);
    if (col === RttiCol.member_name) return this.text(m.name);
    return col === RttiCol.member_type ? m.type : m.offset;
  }

  /** member_value: may need all 64 bits. */
  memberValue(tag: number, index: number): bigint {
    const m = this.row(tag).members[index];
    if (m === undefined) throw new VmStop(`type '${this.types.text(tag)}' has no member ${index}`);
    return BigInt.asIntN(64, BigInt(m.value));
  }
}
