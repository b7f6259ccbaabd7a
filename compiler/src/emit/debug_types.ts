// Takes language types; gives their DWARF type nodes, lazily and once each.
import { Ty, type TypeId, type Types } from '../types/types.ts';
import { escapeName } from './text.ts';

/** What the type writer needs of the metadata buffer. */
interface Meta {
  next: number;
  node(text: string): number;
  write(id: number, text: string): void;
  list(ids: readonly number[]): number;
}

interface Member {
  readonly name: string;
  readonly type: number;
  readonly size: number;
  readonly offset: number;
}

/**
 * What a pointer leads to is described when code emitted so far reaches through such a pointer or holds such a value; else it is only
 * declared. Emission does not make checking look at a type, which could report errors of what the program does not use, and never end
 * where each instance of a structure names the next; nor does it tell whether checking did: that depends on what else was checked.
 */
export class DebugTypes {
  private readonly nodes = new Map<TypeId, number>();
  private readonly known = new Set<TypeId>();
  private readonly declared = new Map<TypeId, number>();
  /** Types whose nodes lead to a declaration: they are described anew when more is known. */
  private readonly tentative = new Set<TypeId>();
  /** How many declarations were met so far. */
  private met = 0;
  private charNode = 0;

  constructor(
    private readonly types: Types,
    private readonly meta: Meta,
  ) {}

  /** Code that is emitted now reaches through pointers to these. */
  know(looked: readonly TypeId[]): void {
    let news = false;
    for (const t of looked) {
      if (this.known.has(t)) continue;
      this.known.add(t);
      news ||= this.declared.has(t);
    }
    if (!news) return;
    for (const t of this.tentative) this.nodes.delete(t);
    this.tentative.clear();
  }

  /** The metadata number of `id`. */
  node(id: TypeId): number {
    const hit = this.nodes.get(id);
    if (hit !== undefined) {
      if (this.tentative.has(id)) this.met++;
      return hit;
    }
    const { met } = this;
    const n = this.meta.next++;
    this.nodes.set(id, n);
    if (this.isNominal(id)) this.known.add(id);
    this.meta.write(n, this.describe(id));
    if (this.met > met) this.tentative.add(id);
    return n;
  }

  private isNominal(id: TypeId): boolean {
    return this.types.nominals[id] !== null && this.types.nominals[id] !== undefined;
  }

  /** The node of what a pointer leads to. */
  private pointee(id: TypeId): number {
    if (!this.isNominal(id) || (this.known.has(id) && this.types.info(id).complete)) return this.node(id);
    this.met++;
    let n = this.declared.get(id);
    if (n === undefined) {
      n = this.meta.node(`!DICompositeType(tag: DW_TAG_structure_type, name: "${escapeName(this.types.text(id))}", flags: DIFlagFwdDecl)`);
      this.declared.set(id, n);
    }
    return n;
  }

  private describe(id: TypeId): string {
    const { types } = this;
    const a = types.a[id]!;
    const name = escapeName(types.text(id));
    const size = types.size(id);
    switch (types.kind[id]) {
      case Ty.bool:
        return basic(name, 8, 'DW_ATE_boolean');
      case Ty.int:
      case Ty.usize:
      case Ty.isize:
        return basic(name, size * 8, types.isSigned(id) ? 'DW_ATE_signed' : 'DW_ATE_unsigned');
      case Ty.f32:
      case Ty.f64:
        return basic(name, size * 8, 'DW_ATE_float');
      case Ty.ptr:
      case Ty.manyptr:
        return this.pointer(name, a);
      case Ty.cstring:
        return `!DIDerivedType(tag: DW_TAG_pointer_type, name: "cstring", baseType: !${this.char()}, size: 64)`;
      case Ty.fn:
        return `!DIDerivedType(tag: DW_TAG_pointer_type, name: "${name}", baseType: null, size: 64)`;
      case Ty.string: {
        const data = this.meta.node(`!DIDerivedType(tag: DW_TAG_pointer_type, baseType: !${this.char()}, size: 64)`);
        return this.struct(name, size, [
          { name: 'ptr', type: data, size: 8, offset: 0 },
          this.member('len', types.i64, 8),
        ]);
      }
      case Ty.slice:
        return this.struct(name, size, [this.member('ptr', types.manyPtr(a), 0), this.member('len', types.i64, 8)]);
      case Ty.any:
        return this.struct(name, size, [this.member('data', types.voidPtr, 0), this.member('type_id', types.u64, 8)]);
      case Ty.closure:
        return this.struct(name, size, [this.member('fn_ptr', types.voidPtr, 0), this.member('env', types.voidPtr, 8)]);
      case Ty.array:
        return this.array(a, types.b[id]!, size, '');
      case Ty.vector:
        return this.array(a, types.b[id]!, size, ', flags: DIFlagVector');
      case Ty.optional:
        if (types.isPointerLike(a))
          return `!DIDerivedType(tag: DW_TAG_typedef, name: "${name}", baseType: !${this.node(a)})`;
        return this.struct(name, size, [this.member('value', a, 0), this.member('present', types.bool, types.size(a))]);
      case Ty.tuple:
        return this.struct(
          name,
          size,
          types.lists[id]!.map((t, i) => this.member(types.names[id]?.[i] || `_${i}`, t, types.tupleOffset(id, i))),
        );
      case Ty.struct:
        return this.struct(name, size, this.fields(id));
      case Ty.union:
        return this.composite('DW_TAG_union_type', name, size, this.fields(id));
      case Ty.enum_:
        return this.enumeration(name, id, types.info(id).backing);
      case Ty.tagged:
        return this.tagged(name, id, size);
      default:
        if (size === 0) return `!DIBasicType(tag: DW_TAG_unspecified_type, name: "${name}")`;
        if (size > 8) return this.array(types.u64, size / 8, size, '');
        return basic(name, size * 8, 'DW_ATE_unsigned');
    }
  }

  private pointer(name: string, to: TypeId): string {
    const base = !this.isNominal(to) && this.types.size(to) === 0 ? 'null' : `!${this.pointee(to)}`;
    return `!DIDerivedType(tag: DW_TAG_pointer_type, name: "${name}", baseType: ${base}, size: 64)`;
  }

  private char(): number {
    if (this.charNode === 0) this.charNode = this.meta.node(basic('u8', 8, 'DW_ATE_unsigned_char'));
    return this.charNode;
  }

  private member(name: string, type: TypeId, offset: number): Member {
    return { name, type: this.node(type), size: this.types.size(type), offset };
  }

  private fields(id: TypeId): Member[] {
    return this.types
      .info(id)
      .fields.map((f, i) => this.member(f.name || `_${i}`, f.type, this.types.fieldOffset(id, i)));
  }

  private struct(name: string, size: number, members: readonly Member[]): string {
    return this.composite('DW_TAG_structure_type', name, size, members);
  }

  private composite(tag: string, name: string, size: number, members: readonly Member[]): string {
    const ids = members.map((m) =>
      this.meta.node(
        `!DIDerivedType(tag: DW_TAG_member, name: "${escapeName(m.name)}", baseType: !${m.type}, size: ${m.size * 8}, offset: ${m.offset * 8})`,
      ),
    );
    return `distinct !DICompositeType(tag: ${tag}, name: "${name}", size: ${size * 8}, elements: !${this.meta.list(ids)})`;
  }

  private array(elem: TypeId, count: number, size: number, flags: string): string {
    const range = this.meta.node(`!DISubrange(count: ${count})`);
    return `!DICompositeType(tag: DW_TAG_array_type, baseType: !${this.node(elem)}, size: ${size * 8}${flags}, elements: !${this.meta.list([range])})`;
  }

  private enumeration(name: string, id: TypeId, backing: TypeId): string {
    const unsigned = !this.types.isSigned(backing);
    const ids = this.types
      .info(id)
      .variants.map((v) =>
        this.meta.node(
          `!DIEnumerator(name: "${escapeName(v.name)}", value: ${v.value}${unsigned ? ', isUnsigned: true' : ''})`,
        ),
      );
    const bits = this.types.size(backing) * 8;
    return `distinct !DICompositeType(tag: DW_TAG_enumeration_type, name: "${name}", baseType: !${this.node(backing)}, size: ${bits}, elements: !${this.meta.list(ids)})`;
  }

  private tagged(name: string, id: TypeId, size: number): string {
    const { types, meta } = this;
    const n = types.info(id);
    const tag = meta.node(this.enumeration(`${name}.tag`, id, n.backing));
    const arms = n.variants.filter((v) => types.size(v.payload) > 0).map((v) => this.member(v.name, v.payload, 0));
    const payload = meta.node(this.composite('DW_TAG_union_type', `${name}.payload`, size - n.payloadOffset, arms));
    return this.struct(name, size, [
      { name: 'tag', type: tag, size: types.size(n.backing), offset: 0 },
      { name: 'payload', type: payload, size: size - n.payloadOffset, offset: n.payloadOffset },
    ]);
  }
}

function basic(name: string, bits: number, encoding: string): string {
  return `!DIBasicType(name: "${name}", size: ${bits}, encoding: ${encoding})`;
}
