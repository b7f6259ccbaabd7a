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
    ldadd x1, x0, [x0]
    ret

add_acquire:
    ldadda x1, x0, [x0]
    ret

add_release:
    ldaddl x1, x0, [x0]
    ret

add_acq_rel:
    ldaddal x1, x0, [x0]
    ret

add_seq_cst:
    ldaddal x1, x0, [x0]
    ret

sub_relaxed:
    neg x8, x1
    ldadd x8, x0, [x0]
    ret

sub_seq_cst:
    neg x8, x1
    ldaddal x8, x0, [x0]
    ret

and_relaxed:
    mvn x8, x1
    ldclr x8, x0, [x0]
    ret

and_seq_cst:
    mvn x8, x1
    ldclral x8, x0, [x0]
    ret

or_relaxed:
    ldset x1, x0, [x0]
    ret

or_seq_cst:
    ldsetal x1, x0, [x0]
    ret

xor_relaxed:
    ldeor x1, x0, [x0]
    ret

xor_seq_cst:
    ldeoral x1, x0, [x0]
    ret

min_relaxed:
    ldsmin x1, x0, [x0]
    ret

min_seq_cst:
    ldsminal x1, x0, [x0]
    ret

max_relaxed:
    ldsmax x1, x0, [x0]
    ret

max_seq_cst:
    ldsmaxal x1, x0, [x0]
    ret

umin_seq_cst:
    lduminal x1, x0, [x0]
    ret

umax_seq_cst:
    ldumaxal x1, x0, [x0]
    ret

swap_relaxed:
    swp x1, x0, [x0]
    ret

swap_acquire:
    swpa x1, x0, [x0]
    ret

swap_release:
    swpl x1, x0, [x0]
    ret

swap_acq_rel:
    swpal x1, x0, [x0]
    ret

swap_seq_cst:
    swpal x1, x0, [x0]
    ret

cas_relaxed_relaxed:
    mov x8, x1
    cas x8, x2, [x0]
    cmp x8, x1
    cset w0, eq
    ret

cas_acquire_relaxed:
    mov x8, x1
    casa x8, x2, [x0]
    cmp x8, x1
    cset w0, eq
    ret

cas_acquire_acquire:
    mov x8, x1
    casa x8, x2, [x0]
    cmp x8, x1
    cset w0, eq
    ret

cas_release_relaxed:
    mov x8, x1
    casl x8, x2, [x0]
    cmp x8, x1
    cset w0, eq
    ret

cas_release_acquire:
    mov x8, x1
    casal x8, x2, [x0]
    cmp x8, x1
    cset w0, eq
    ret

cas_acq_rel_relaxed:
    mov x8, x1
    casal x8, x2, [x0]
    cmp x8, x1
    cset w0, eq
    ret

cas_acq_rel_acquire:
    mov x8, x1
    casal x8, x2, [x0]
    cmp x8, x1
    cset w0, eq
    ret

cas_seq_cst_relaxed:
    mov x8, x1
    casal x8, x2, [x0]
    cmp x8, x1
    cset w0, eq
    ret

cas_seq_cst_acquire:
    mov x8, x1
    casal x8, x2, [x0]
    cmp x8, x1
    cset w0, eq
    ret

cas_seq_cst_seq_cst:
    mov x8, x1
    casal x8, x2, [x0]
    cmp x8, x1
    cset w0, eq
    ret

weak_acq_rel_acquire:
    mov x8, x1
    casal x8, x2, [x0]
    cmp x8, x1
    cset w0, eq
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
    ldaddalb w1, w0, [x0]
    ret

cas_byte:
    mov w8, w1
    casalb w8, w2, [x0]
    cmp w8, w1, uxtb
    cset w0, eq
    ret

load_half:
    ldarh w0, [x0]
    ret

store_half:
    stlrh w1, [x0]
    ret

add_half:
    ldaddalh w1, w0, [x0]
    ret

cas_half:
    mov w8, w1
    casalh w8, w2, [x0]
    cmp w8, w1, uxth
    cset w0, eq
    ret

load_word:
    ldar w0, [x0]
    ret

store_word:
    stlr w1, [x0]
    ret

add_word:
    ldaddal w1, w0, [x0]
    ret

cas_word:
    mov w8, w1
    casal w8, w2, [x0]
    cmp w8, w1
    cset w0, eq
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
    ldrb w8, [x0]
.L1:
    add w9, w8, w1
    and w10, w8,
    and w9, w9,
    mov w8, w10
    casalb w8, w9, [x0]
    cmp w8, w10
    b.ne .L1
    and w0, w8,
    ret

load16_relaxed:
    mov x2, xzr
    mov x3, xzr
    casp x2, x3, x2, x3, [x1]
    stp x2, x3, [x0]
    ret

load16_acquire:
    mov x2, xzr
    mov x3, xzr
    caspa x2, x3, x2, x3, [x1]
    stp x2, x3, [x0]
    ret

load16_seq_cst:
    mov x2, xzr
    mov x3, xzr
    caspal x2, x3, x2, x3, [x1]
    stp x2, x3, [x0]
    ret

store16_relaxed:
    ldp x2, x3, [x1]
    ldp x4, x5, [x0]
.L1:
    mov x6, x4
    mov x7, x5
    casp x6, x7, x2, x3, [x0]
    cmp x7, x5
    ccmp x6, x4,
    mov x4, x6
    mov x5, x7
    b.ne .L1
    ret

store16_release:
    ldp x2, x3, [x1]
    ldp x4, x5, [x0]
.L1:
    mov x6, x4
    mov x7, x5
    caspl x6, x7, x2, x3, [x0]
    cmp x7, x5
    ccmp x6, x4,
    mov x4, x6
    mov x5, x7
    b.ne .L1
    ret

store16_seq_cst:
    ldp x2, x3, [x1]
    ldp x4, x5, [x0]
.L1:
    mov x6, x4
    mov x7, x5
    caspal x6, x7, x2, x3, [x0]
    cmp x7, x5
    ccmp x6, x4,
    mov x4, x6
    mov x5, x7
    b.ne .L1
    ret
