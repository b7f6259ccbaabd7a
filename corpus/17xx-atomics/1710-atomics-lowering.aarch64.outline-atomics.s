load_relaxed:
    ldr x0, [x0]
    ret

load_acquire:
    ldar x0, [x0]
    ret

load_seq_cst:
    ldar x0, [x0]
    ret

store_relaxed:
    str x1, [x0]
    ret

store_release:
    stlr x1, [x0]
    ret

store_seq_cst:
    stlr x1, [x0]
    ret

add_relaxed:
    str x30, [sp,
    mov x8, x0
    mov x0, x1
    mov x1, x8
    bl __aarch64_ldadd8_relax
    ldr x30, [sp],
    ret

add_acquire:
    str x30, [sp,
    mov x8, x0
    mov x0, x1
    mov x1, x8
    bl __aarch64_ldadd8_acq
    ldr x30, [sp],
    ret

add_release:
    str x30, [sp,
    mov x8, x0
    mov x0, x1
    mov x1, x8
    bl __aarch64_ldadd8_rel
    ldr x30, [sp],
    ret

add_acq_rel:
    str x30, [sp,
    mov x8, x0
    mov x0, x1
    mov x1, x8
    bl __aarch64_ldadd8_acq_rel
    ldr x30, [sp],
    ret

add_seq_cst:
    str x30, [sp,
    mov x8, x0
    mov x0, x1
    mov x1, x8
    bl __aarch64_ldadd8_acq_rel
    ldr x30, [sp],
    ret

sub_relaxed:
    str x30, [sp,
    mov x8, x0
    neg x0, x1
    mov x1, x8
    bl __aarch64_ldadd8_relax
    ldr x30, [sp],
    ret

sub_seq_cst:
    str x30, [sp,
    mov x8, x0
    neg x0, x1
    mov x1, x8
    bl __aarch64_ldadd8_acq_rel
    ldr x30, [sp],
    ret

and_relaxed:
    str x30, [sp,
    mov x8, x0
    mvn x0, x1
    mov x1, x8
    bl __aarch64_ldclr8_relax
    ldr x30, [sp],
    ret

and_seq_cst:
    str x30, [sp,
    mov x8, x0
    mvn x0, x1
    mov x1, x8
    bl __aarch64_ldclr8_acq_rel
    ldr x30, [sp],
    ret

or_relaxed:
    str x30, [sp,
    mov x8, x0
    mov x0, x1
    mov x1, x8
    bl __aarch64_ldset8_relax
    ldr x30, [sp],
    ret

or_seq_cst:
    str x30, [sp,
    mov x8, x0
    mov x0, x1
    mov x1, x8
    bl __aarch64_ldset8_acq_rel
    ldr x30, [sp],
    ret

xor_relaxed:
    str x30, [sp,
    mov x8, x0
    mov x0, x1
    mov x1, x8
    bl __aarch64_ldeor8_relax
    ldr x30, [sp],
    ret

xor_seq_cst:
    str x30, [sp,
    mov x8, x0
    mov x0, x1
    mov x1, x8
    bl __aarch64_ldeor8_acq_rel
    ldr x30, [sp],
    ret

min_relaxed:
    mov x8, x0
.L1:
    ldxr x0, [x8]
    cmp x0, x1
    csel x9, x0, x1, le
    stxr w10, x9, [x8]
    cbnz w10, .L1
    ret

min_seq_cst:
    mov x8, x0
.L1:
    ldaxr x0, [x8]
    cmp x0, x1
    csel x9, x0, x1, le
    stlxr w10, x9, [x8]
    cbnz w10, .L1
    ret

max_relaxed:
    mov x8, x0
.L1:
    ldxr x0, [x8]
    cmp x0, x1
    csel x9, x0, x1, gt
    stxr w10, x9, [x8]
    cbnz w10, .L1
    ret

max_seq_cst:
    mov x8, x0
.L1:
    ldaxr x0, [x8]
    cmp x0, x1
    csel x9, x0, x1, gt
    stlxr w10, x9, [x8]
    cbnz w10, .L1
    ret

umin_seq_cst:
    mov x8, x0
.L1:
    ldaxr x0, [x8]
    cmp x0, x1
    csel x9, x0, x1, ls
    stlxr w10, x9, [x8]
    cbnz w10, .L1
    ret

umax_seq_cst:
    mov x8, x0
.L1:
    ldaxr x0, [x8]
    cmp x0, x1
    csel x9, x0, x1, hi
    stlxr w10, x9, [x8]
    cbnz w10, .L1
    ret

swap_relaxed:
    str x30, [sp,
    mov x8, x0
    mov x0, x1
    mov x1, x8
    bl __aarch64_swp8_relax
    ldr x30, [sp],
    ret

swap_acquire:
    str x30, [sp,
    mov x8, x0
    mov x0, x1
    mov x1, x8
    bl __aarch64_swp8_acq
    ldr x30, [sp],
    ret

swap_release:
    str x30, [sp,
    mov x8, x0
    mov x0, x1
    mov x1, x8
    bl __aarch64_swp8_rel
    ldr x30, [sp],
    ret

swap_acq_rel:
    str x30, [sp,
    mov x8, x0
    mov x0, x1
    mov x1, x8
    bl __aarch64_swp8_acq_rel
    ldr x30, [sp],
    ret

swap_seq_cst:
    str x30, [sp,
    mov x8, x0
    mov x0, x1
    mov x1, x8
    bl __aarch64_swp8_acq_rel
    ldr x30, [sp],
    ret

cas_relaxed_relaxed:
    stp x30, x19, [sp,
    mov x8, x0
    mov x19, x1
    mov x0, x1
    mov x1, x2
    mov x2, x8
    bl __aarch64_cas8_relax
    cmp x0, x19
    cset w0, eq
    ldp x30, x19, [sp],
    ret

cas_acquire_relaxed:
    stp x30, x19, [sp,
    mov x8, x0
    mov x19, x1
    mov x0, x1
    mov x1, x2
    mov x2, x8
    bl __aarch64_cas8_acq
    cmp x0, x19
    cset w0, eq
    ldp x30, x19, [sp],
    ret

cas_acquire_acquire:
    stp x30, x19, [sp,
    mov x8, x0
    mov x19, x1
    mov x0, x1
    mov x1, x2
    mov x2, x8
    bl __aarch64_cas8_acq
    cmp x0, x19
    cset w0, eq
    ldp x30, x19, [sp],
    ret

cas_release_relaxed:
    stp x30, x19, [sp,
    mov x8, x0
    mov x19, x1
    mov x0, x1
    mov x1, x2
    mov x2, x8
    bl __aarch64_cas8_rel
    cmp x0, x19
    cset w0, eq
    ldp x30, x19, [sp],
    ret

cas_release_acquire:
    stp x30, x19, [sp,
    mov x8, x0
    mov x19, x1
    mov x0, x1
    mov x1, x2
    mov x2, x8
    bl __aarch64_cas8_acq_rel
    cmp x0, x19
    cset w0, eq
    ldp x30, x19, [sp],
    ret

cas_acq_rel_relaxed:
    stp x30, x19, [sp,
    mov x8, x0
    mov x19, x1
    mov x0, x1
    mov x1, x2
    mov x2, x8
    bl __aarch64_cas8_acq_rel
    cmp x0, x19
    cset w0, eq
    ldp x30, x19, [sp],
    ret

cas_acq_rel_acquire:
    stp x30, x19, [sp,
    mov x8, x0
    mov x19, x1
    mov x0, x1
    mov x1, x2
    mov x2, x8
    bl __aarch64_cas8_acq_rel
    cmp x0, x19
    cset w0, eq
    ldp x30, x19, [sp],
    ret

cas_seq_cst_relaxed:
    stp x30, x19, [sp,
    mov x8, x0
    mov x19, x1
    mov x0, x1
    mov x1, x2
    mov x2, x8
    bl __aarch64_cas8_acq_rel
    cmp x0, x19
    cset w0, eq
    ldp x30, x19, [sp],
    ret

cas_seq_cst_acquire:
    stp x30, x19, [sp,
    mov x8, x0
    mov x19, x1
    mov x0, x1
    mov x1, x2
    mov x2, x8
    bl __aarch64_cas8_acq_rel
    cmp x0, x19
    cset w0, eq
    ldp x30, x19, [sp],
    ret

cas_seq_cst_seq_cst:
    stp x30, x19, [sp,
    mov x8, x0
    mov x19, x1
    mov x0, x1
    mov x1, x2
    mov x2, x8
    bl __aarch64_cas8_acq_rel
    cmp x0, x19
    cset w0, eq
    ldp x30, x19, [sp],
    ret

weak_acq_rel_acquire:
    stp x30, x19, [sp,
    mov x8, x0
    mov x19, x1
    mov x0, x1
    mov x1, x2
    mov x2, x8
    bl __aarch64_cas8_acq_rel
    cmp x0, x19
    cset w0, eq
    ldp x30, x19, [sp],
    ret

fence_acquire:
    dmb ishld
    ret

fence_release:
    dmb ish
    ret

fence_acq_rel:
    dmb ish
    ret

fence_seq_cst:
    dmb ish
    ret

load_byte:
    ldarb w0, [x0]
    ret

store_byte:
    stlrb w1, [x0]
    ret

add_byte:
    str x30, [sp,
    mov x8, x0
    mov w0, w1
    mov x1, x8
    bl __aarch64_ldadd1_acq_rel
    ldr x30, [sp],
    ret

cas_byte:
    stp x30, x19, [sp,
    mov x8, x0
    mov w19, w1
    mov w0, w1
    mov w1, w2
    mov x2, x8
    bl __aarch64_cas1_acq_rel
    cmp w0, w19, uxtb
    cset w0, eq
    ldp x30, x19, [sp],
    ret

load_half:
    ldarh w0, [x0]
    ret

store_half:
    stlrh w1, [x0]
    ret

add_half:
    str x30, [sp,
    mov x8, x0
    mov w0, w1
    mov x1, x8
    bl __aarch64_ldadd2_acq_rel
    ldr x30, [sp],
    ret

cas_half:
    stp x30, x19, [sp,
    mov x8, x0
    mov w19, w1
    mov w0, w1
    mov w1, w2
    mov x2, x8
    bl __aarch64_cas2_acq_rel
    cmp w0, w19, uxth
    cset w0, eq
    ldp x30, x19, [sp],
    ret

load_word:
    ldar w0, [x0]
    ret

store_word:
    stlr w1, [x0]
    ret

add_word:
    str x30, [sp,
    mov x8, x0
    mov w0, w1
    mov x1, x8
    bl __aarch64_ldadd4_acq_rel
    ldr x30, [sp],
    ret

cas_word:
    stp x30, x19, [sp,
    mov x8, x0
    mov w19, w1
    mov w0, w1
    mov w1, w2
    mov x2, x8
    bl __aarch64_cas4_acq_rel
    cmp w0, w19
    cset w0, eq
    ldp x30, x19, [sp],
    ret

load_bool:
    ldarb w8, [x0]
    and w0, w8,
    ret

store_bool:
    stlrb w1, [x0]
    ret

load_f64:
    ldar x8, [x0]
    fmov d0, x8
    ret

store_f64:
    fmov x8, d0
    stlr x8, [x0]
    ret

load_ptr:
    ldar x0, [x0]
    ret

store_ptr:
    stlr x1, [x0]
    ret

add_u3:
    stp x30, x21, [sp,
    stp x20, x19, [sp,
    mov x19, x0
    mov w20, w1
    ldrb w0, [x0]
.L1:
    add w8, w0, w20
    and w21, w0,
    mov x2, x19
    and w1, w8,
    mov w0, w21
    bl __aarch64_cas1_acq_rel
    cmp w0, w21
    b.ne .L1
    ldp x20, x19, [sp,
    and w0, w0,
    ldp x30, x21, [sp],
    ret

load16_relaxed:
.L1:
    ldxp x9, x8, [x1]
    stxp w10, x9, x8, [x1]
    cbnz w10, .L1
    stp x9, x8, [x0]
    ret

load16_acquire:
.L1:
    ldaxp x9, x8, [x1]
    stxp w10, x9, x8, [x1]
    cbnz w10, .L1
    stp x9, x8, [x0]
    ret

load16_seq_cst:
.L1:
    ldaxp x9, x8, [x1]
    stlxp w10, x9, x8, [x1]
    cbnz w10, .L1
    stp x9, x8, [x0]
    ret

store16_relaxed:
    ldp x9, x8, [x1]
.L1:
    ldxp xzr, x10, [x0]
    stxp w10, x9, x8, [x0]
    cbnz w10, .L1
    ret

store16_release:
    ldp x9, x8, [x1]
.L1:
    ldxp xzr, x10, [x0]
    stlxp w10, x9, x8, [x0]
    cbnz w10, .L1
    ret

store16_seq_cst:
    ldp x9, x8, [x1]
.L1:
    ldaxp xzr, x10, [x0]
    stlxp w10, x9, x8, [x0]
    cbnz w10, .L1
    ret
