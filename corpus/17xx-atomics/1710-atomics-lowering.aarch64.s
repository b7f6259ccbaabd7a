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
    mov x8, x0
.L1:
    ldxr x0, [x8]
    add x9, x0, x1
    stxr w10, x9, [x8]
    cbnz w10, .L1
    ret

add_acquire:
    mov x8, x0
.L1:
    ldaxr x0, [x8]
    add x9, x0, x1
    stxr w10, x9, [x8]
    cbnz w10, .L1
    ret

add_release:
    mov x8, x0
.L1:
    ldxr x0, [x8]
    add x9, x0, x1
    stlxr w10, x9, [x8]
    cbnz w10, .L1
    ret

add_acq_rel:
    mov x8, x0
.L1:
    ldaxr x0, [x8]
    add x9, x0, x1
    stlxr w10, x9, [x8]
    cbnz w10, .L1
    ret

add_seq_cst:
    mov x8, x0
.L1:
    ldaxr x0, [x8]
    add x9, x0, x1
    stlxr w10, x9, [x8]
    cbnz w10, .L1
    ret

sub_relaxed:
    mov x8, x0
.L1:
    ldxr x0, [x8]
    sub x9, x0, x1
    stxr w10, x9, [x8]
    cbnz w10, .L1
    ret

sub_seq_cst:
    mov x8, x0
.L1:
    ldaxr x0, [x8]
    sub x9, x0, x1
    stlxr w10, x9, [x8]
    cbnz w10, .L1
    ret

and_relaxed:
    mov x8, x0
.L1:
    ldxr x0, [x8]
    and x9, x0, x1
    stxr w10, x9, [x8]
    cbnz w10, .L1
    ret

and_seq_cst:
    mov x8, x0
.L1:
    ldaxr x0, [x8]
    and x9, x0, x1
    stlxr w10, x9, [x8]
    cbnz w10, .L1
    ret

or_relaxed:
    mov x8, x0
.L1:
    ldxr x0, [x8]
    orr x9, x0, x1
    stxr w10, x9, [x8]
    cbnz w10, .L1
    ret

or_seq_cst:
    mov x8, x0
.L1:
    ldaxr x0, [x8]
    orr x9, x0, x1
    stlxr w10, x9, [x8]
    cbnz w10, .L1
    ret

xor_relaxed:
    mov x8, x0
.L1:
    ldxr x0, [x8]
    eor x9, x0, x1
    stxr w10, x9, [x8]
    cbnz w10, .L1
    ret

xor_seq_cst:
    mov x8, x0
.L1:
    ldaxr x0, [x8]
    eor x9, x0, x1
    stlxr w10, x9, [x8]
    cbnz w10, .L1
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
    mov x8, x0
.L1:
    ldxr x0, [x8]
    stxr w9, x1, [x8]
    cbnz w9, .L1
    ret

swap_acquire:
    mov x8, x0
.L1:
    ldaxr x0, [x8]
    stxr w9, x1, [x8]
    cbnz w9, .L1
    ret

swap_release:
    mov x8, x0
.L1:
    ldxr x0, [x8]
    stlxr w9, x1, [x8]
    cbnz w9, .L1
    ret

swap_acq_rel:
    mov x8, x0
.L1:
    ldaxr x0, [x8]
    stlxr w9, x1, [x8]
    cbnz w9, .L1
    ret

swap_seq_cst:
    mov x8, x0
.L1:
    ldaxr x0, [x8]
    stlxr w9, x1, [x8]
    cbnz w9, .L1
    ret

cas_relaxed_relaxed:
.L1:
    ldxr x8, [x0]
    cmp x8, x1
    b.ne .L4
    stxr w8, x2, [x0]
    cbnz w8, .L1
    mov w0,
    ret
.L4:
    mov w0, wzr
    clrex
    ret

cas_acquire_relaxed:
.L1:
    ldaxr x8, [x0]
    cmp x8, x1
    b.ne .L4
    stxr w8, x2, [x0]
    cbnz w8, .L1
    mov w0,
    ret
.L4:
    mov w0, wzr
    clrex
    ret

cas_acquire_acquire:
.L1:
    ldaxr x8, [x0]
    cmp x8, x1
    b.ne .L4
    stxr w8, x2, [x0]
    cbnz w8, .L1
    mov w0,
    ret
.L4:
    mov w0, wzr
    clrex
    ret

cas_release_relaxed:
.L1:
    ldxr x8, [x0]
    cmp x8, x1
    b.ne .L4
    stlxr w8, x2, [x0]
    cbnz w8, .L1
    mov w0,
    ret
.L4:
    mov w0, wzr
    clrex
    ret

cas_release_acquire:
.L1:
    ldaxr x8, [x0]
    cmp x8, x1
    b.ne .L4
    stlxr w8, x2, [x0]
    cbnz w8, .L1
    mov w0,
    ret
.L4:
    mov w0, wzr
    clrex
    ret

cas_acq_rel_relaxed:
.L1:
    ldaxr x8, [x0]
    cmp x8, x1
    b.ne .L4
    stlxr w8, x2, [x0]
    cbnz w8, .L1
    mov w0,
    ret
.L4:
    mov w0, wzr
    clrex
    ret

cas_acq_rel_acquire:
.L1:
    ldaxr x8, [x0]
    cmp x8, x1
    b.ne .L4
    stlxr w8, x2, [x0]
    cbnz w8, .L1
    mov w0,
    ret
.L4:
    mov w0, wzr
    clrex
    ret

cas_seq_cst_relaxed:
.L1:
    ldaxr x8, [x0]
    cmp x8, x1
    b.ne .L4
    stlxr w8, x2, [x0]
    cbnz w8, .L1
    mov w0,
    ret
.L4:
    mov w0, wzr
    clrex
    ret

cas_seq_cst_acquire:
.L1:
    ldaxr x8, [x0]
    cmp x8, x1
    b.ne .L4
    stlxr w8, x2, [x0]
    cbnz w8, .L1
    mov w0,
    ret
.L4:
    mov w0, wzr
    clrex
    ret

cas_seq_cst_seq_cst:
.L1:
    ldaxr x8, [x0]
    cmp x8, x1
    b.ne .L4
    stlxr w8, x2, [x0]
    cbnz w8, .L1
    mov w0,
    ret
.L4:
    mov w0, wzr
    clrex
    ret

weak_acq_rel_acquire:
    ldaxr x8, [x0]
    cmp x8, x1
    b.ne .L2
    stlxr w8, x2, [x0]
    cmp w8,
    csetm w8, eq
    and w0, w8,
    ret
.L2:
    and w0, wzr,
    clrex
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
.L1:
    ldaxrb w8, [x0]
    add w9, w8, w1
    stlxrb w10, w9, [x0]
    cbnz w10, .L1
    mov w0, w8
    ret

cas_byte:
    and w8, w1,
.L1:
    ldaxrb w9, [x0]
    cmp w9, w8
    b.ne .L4
    stlxrb w9, w2, [x0]
    cbnz w9, .L1
    mov w0,
    ret
.L4:
    mov w0, wzr
    clrex
    ret

load_half:
    ldarh w0, [x0]
    ret

store_half:
    stlrh w1, [x0]
    ret

add_half:
.L1:
    ldaxrh w8, [x0]
    add w9, w8, w1
    stlxrh w10, w9, [x0]
    cbnz w10, .L1
    mov w0, w8
    ret

cas_half:
    and w8, w1,
.L1:
    ldaxrh w9, [x0]
    cmp w9, w8
    b.ne .L4
    stlxrh w9, w2, [x0]
    cbnz w9, .L1
    mov w0,
    ret
.L4:
    mov w0, wzr
    clrex
    ret

load_word:
    ldar w0, [x0]
    ret

store_word:
    stlr w1, [x0]
    ret

add_word:
.L1:
    ldaxr w8, [x0]
    add w9, w8, w1
    stlxr w10, w9, [x0]
    cbnz w10, .L1
    mov w0, w8
    ret

cas_word:
.L1:
    ldaxr w8, [x0]
    cmp w8, w1
    b.ne .L4
    stlxr w8, w2, [x0]
    cbnz w8, .L1
    mov w0,
    ret
.L4:
    mov w0, wzr
    clrex
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
    ldrb w9, [x0]
    b .L2
.L1:
    mov w10, wzr
    clrex
    mov w9, w8
    tbnz w10,
.L2:
    ldaxrb w8, [x0]
    and w10, w9,
    cmp w8, w10
    b.ne .L1
    add w9, w9, w1
    and w9, w9,
    stlxrb w10, w9, [x0]
    cmp w10,
    csetm w10, eq
    mov w9, w8
    tbz w10,
.L4:
    and w0, w8,
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
