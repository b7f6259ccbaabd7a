// Vectors by value through the C ABI, alone and in structs, against C's vector_size types.
import { Abi, Linkage } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_VOID } from '../types/ir_type.ts';
import { ARCHES, buildAndRun, CLOBBER_C, Kit } from './native.testlib.ts';

const C = `#include <string.h>
typedef float v4f __attribute__((vector_size(16)));
typedef float v2f __attribute__((vector_size(8)));
typedef int v4i __attribute__((vector_size(16)));
typedef struct { v4f a; } one;
typedef struct { v4f a, b; } two;
typedef struct { v2f a; float b; } mixed;
#define SAME(x, y) (memcmp(&(x), &(y), sizeof (x)) == 0)
v4f A = {1, 2, 3, 4}, A2 = {5, 6, 7, 8}; v2f B = {9, 10}; v4i D = {11, 12, 13, 14};
one E = {{1, 2, 3, 4}}; two F = {{1, 2, 3, 4}, {5, 6, 7, 8}}; mixed G = {{1, 2}, 3};
int bad;
#define DEFINE(n, T, V) T x_##n(int, T, double, v2f); T c_##n(int i, T t, double d, v2f b) { if (i != 3 || !SAME(t, V) || d != 2.5 || !SAME(b, B)) bad |= 1 << n; return t; }
DEFINE(0, v4f, A) DEFINE(1, v2f, B) DEFINE(2, v4i, D) DEFINE(3, one, E) DEFINE(4, two, F) DEFINE(5, mixed, G)
#define CHECK(n, T, V) { T r = x_##n(3, V, 2.5, B); if (!SAME(r, V)) bad |= 256 << n; }
int main(void) { CHECK(0, v4f, A) CHECK(1, v2f, B) CHECK(2, v4i, D) CHECK(3, one, E) CHECK(4, two, F) { mixed r = x_5(3, G, 2.5, B); if (!SAME(r.a, G.a) || r.b != 3) bad |= 256 << 5; } return bad == 0 ? 0 : bad & 255 ? bad & 255 : bad >> 8; }
`.replace('!SAME(t, V) ||', 'memcmp(&t, &V, n == 5 ? 12 : sizeof t) ||');

describe.each(ARCHES)('vectors by value on %s', (arch) => {
  it('agree with the C compiler', () => {
    const kit = new Kit();
    const { t } = kit;
    const v2 = t.vector(t.f32, 2);
    const v4 = t.vector(t.f32, 4);
    const types = [
      v4,
      v2,
      t.vector(t.i32, 4),
      kit.struct('one', [v4]),
      kit.struct('two', [v4, v4]),
      kit.struct('mixed', [v2, t.f32]),
    ];
    const roots = types.map((type, k) => {
      const slots = [t.i32, type, t.f64, v2].map((p) => kit.slotOf(p));
      const result = kit.slotOf(type);
      const cb = kit.extern(`c_${k}`, slots, result);
      return kit.fn(
        `x_${k}`,
        slots,
        result,
        (b) => {
          const args = slots.map((s, i) => b.inst(Op.param, s.ty, i, 0, 0));
          kit.clobber(b);
          b.call(cb.id, IR_VOID, args, b.inst(Op.ret_slot, result.ty, 0, 0, 0));
          kit.clobber(b);
          b.ret(0);
        },
        Abi.c,
        Linkage.export_,
      ).id;
    });
    expect(buildAndRun(kit, arch, { roots, c: C + CLOBBER_C }).status).toBe(0);
  });
});
