// Takes the program's declarations with `intrinsic` for a body; reports those that are not the library's own (reference 11.7, 18 §1.0).
import { FnFlag, Node } from '../parse/node.ts';
import { DeclKind, type ModDecl } from '../resolve/module.ts';
import type { Checker } from './checker.ts';
import { FnCtx } from './fn_ctx.ts';

/** The file that declares each intrinsic, with the number of its parameters. */
const HOMES: readonly (readonly [string, string])[] = [
  ['modules/std/core.sx', `size_of:1 align_of:1 type_of:1 type_name:1 is_unsigned:1 struct_field_count:1 struct_field_name:2 struct_field_type:2
    struct_field_offset:2 struct_field_value:2 pointee_type:1 variant_count:1 variant_name:2 variant_type:2 variant_payload:2 variant_value:2 variant_index:2
    is_flags:1 is_identity:1 error_name:1 vector_lanes:1 __sx_variant_tag_width:1 __sx_array_len:1 any_element:3 raw_any_data:1 raw_make_any:2
    raw_intern:1 raw_text_of:1 raw_find_type:1 raw_type_kind:1 raw_type_name:1 raw_field_count:1 raw_field_name:2 raw_field_type:2 raw_variant_value:2 raw_pointer_to:1`],
  ['modules/std/meta.sx', 'type_info:1 raw_declare_type:1 raw_register_type:3'],
  ['modules/std/atomic.sx', `atomic_load:3 atomic_store:4 atomic_fetch_add:4 atomic_fetch_sub:4 atomic_fetch_and:4 atomic_fetch_or:4 atomic_fetch_xor:4
    atomic_fetch_min:4 atomic_fetch_max:4 atomic_swap:4 atomic_fence:1 atomic_cmpxchg:6 atomic_cmpxchg_weak:6`],
  ['modules/math/scalar.sx', 'sqrt:1 sin:1 cos:1 floor:1'],
  ['modules/compiler.sx', 'c_object_paths:0 link_libraries:0 emit_object:0 link:6 build_output:0 build_target:0 build_frameworks:0 build_flags:0'],
  ['modules/build.sx', `build_options:0 on_build:1 add_link_flag:2 add_framework:2 set_output_path:2 set_wasm_shell:2 add_asset_dir:3 asset_dir_count:1 asset_dir_src_at:2
    asset_dir_dest_at:2 set_post_link_module:2 binary_path:1 set_bundle_path:2 set_bundle_id:2 set_codesign_identity:2 set_provisioning_profile:2 set_manifest_path:2
    set_keystore_path:2 bundle_path:1 bundle_id:1 codesign_identity:1 provisioning_profile:1 manifest_path:1 keystore_path:1 target_triple:1 is_macos:1 is_ios:1
    is_ios_device:1 is_ios_simulator:1 is_android:1 framework_count:1 framework_at:2 framework_path_count:1 framework_path_at:2 jni_main_count:1
    jni_main_runtime_path_at:2 jni_main_java_source_at:2`],
];

interface Home {
  readonly file: string;
  readonly params: number;
}

const INTRINSICS: ReadonlyMap<string, Home> = new Map(HOMES.flatMap(([file, names]) => names.trim().split(/\s+/).map((n): [string, Home] => {
  const [name, params] = n.split(':');
  return [name!, { file, params: Number(params) }];
})));

/** INTR-UNKNOWN, INTR-MODULE and a wrong number of parameters, at the declared name. */
export function checkIntrinsics(c: Checker): void {
  for (const d of c.program.outward) check(c, d);
}

function check(c: Checker, d: ModDecl): void {
  const { tree } = d.file;
  if (d.kind !== DeclKind.const_) return;
  const fn = tree.b[d.node]!;
  if (tree.kindOf(fn) !== Node.Fn || (tree.flags[fn]! & FnFlag.intrinsic) === 0) return;
  const f = new FnCtx(c, d.file, tree, null);
  const name = c.text(d.name);
  const at = f.pos(d.node);
  const end = tree.posOf(tree.nameEnd(tree.start[d.node]!));
  const home = INTRINSICS.get(name);
  if (home === undefined) c.sink.error('INTR-UNKNOWN', at, end, `unknown intrinsic '${name}'`);
  else if (!d.file.path.endsWith(home.file)) c.sink.error('INTR-MODULE', at, end, `intrinsic '${name}' is declared by ${home.file}, not by this module`);
  else if (tree.listCount(tree.a[fn]!) !== home.params) {
    c.sink.error('ARITY', at, end, `intrinsic '${name}' takes ${home.params} parameter(s), but ${tree.listCount(tree.a[fn]!)} are declared`);
  }
}
