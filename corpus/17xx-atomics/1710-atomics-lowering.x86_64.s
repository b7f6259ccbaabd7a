load_relaxed:
    movq (%rdi), %rax
    retq

load_acquire:
    movq (%rdi), %rax
    retq

load_seq_cst:
    movq (%rdi), %rax
    retq

store_relaxed:
    movq %rsi, (%rdi)
    retq

store_release:
    movq %rsi, (%rdi)
    retq

store_seq_cst:
    xchgq %rsi, (%rdi)
    retq

add_relaxed:
    movq %rsi, %rax
    lock xaddq %rax, (%rdi)
    retq

add_acquire:
    movq %rsi, %rax
    lock xaddq %rax, (%rdi)
    retq

add_release:
    movq %rsi, %rax
    lock xaddq %rax, (%rdi)
    retq

add_acq_rel:
    movq %rsi, %rax
    lock xaddq %rax, (%rdi)
    retq

add_seq_cst:
    movq %rsi, %rax
    lock xaddq %rax, (%rdi)
    retq

sub_relaxed:
    movq %rsi, %rax
    negq %rax
    lock xaddq %rax, (%rdi)
    retq

sub_seq_cst:
    movq %rsi, %rax
    negq %rax
    lock xaddq %rax, (%rdi)
    retq

and_relaxed:
    movq (%rdi), %rax
.L1:
    movq %rax, %rcx
    andq %rsi, %rcx
    lock cmpxchgq %rcx, (%rdi)
    jne .L1
    retq

and_seq_cst:
    movq (%rdi), %rax
.L1:
    movq %rax, %rcx
    andq %rsi, %rcx
    lock cmpxchgq %rcx, (%rdi)
    jne .L1
    retq

or_relaxed:
    movq (%rdi), %rax
.L1:
    movq %rax, %rcx
    orq %rsi, %rcx
    lock cmpxchgq %rcx, (%rdi)
    jne .L1
    retq

or_seq_cst:
    movq (%rdi), %rax
.L1:
    movq %rax, %rcx
    orq %rsi, %rcx
    lock cmpxchgq %rcx, (%rdi)
    jne .L1
    retq

xor_relaxed:
    movq (%rdi), %rax
.L1:
    movq %rax, %rcx
    xorq %rsi, %rcx
    lock cmpxchgq %rcx, (%rdi)
    jne .L1
    retq

xor_seq_cst:
    movq (%rdi), %rax
.L1:
    movq %rax, %rcx
    xorq %rsi, %rcx
    lock cmpxchgq %rcx, (%rdi)
    jne .L1
    retq

min_relaxed:
    movq (%rdi), %rax
.L1:
    cmpq %rsi, %rax
    movq %rsi, %rcx
    cmovleq %rax, %rcx
    lock cmpxchgq %rcx, (%rdi)
    jne .L1
    retq

min_seq_cst:
    movq (%rdi), %rax
.L1:
    cmpq %rsi, %rax
    movq %rsi, %rcx
    cmovleq %rax, %rcx
    lock cmpxchgq %rcx, (%rdi)
    jne .L1
    retq

max_relaxed:
    movq (%rdi), %rax
.L1:
    cmpq %rsi, %rax
    movq %rsi, %rcx
    cmovgq %rax, %rcx
    lock cmpxchgq %rcx, (%rdi)
    jne .L1
    retq

max_seq_cst:
    movq (%rdi), %rax
.L1:
    cmpq %rsi, %rax
    movq %rsi, %rcx
    cmovgq %rax, %rcx
    lock cmpxchgq %rcx, (%rdi)
    jne .L1
    retq

umin_seq_cst:
    movq (%rdi), %rax
.L1:
    cmpq %rsi, %rax
    movq %rsi, %rcx
    cmovbeq %rax, %rcx
    lock cmpxchgq %rcx, (%rdi)
    jne .L1
    retq

umax_seq_cst:
    movq (%rdi), %rax
.L1:
    cmpq %rsi, %rax
    movq %rsi, %rcx
    cmovaq %rax, %rcx
    lock cmpxchgq %rcx, (%rdi)
    jne .L1
    retq

swap_relaxed:
    movq %rsi, %rax
    xchgq %rax, (%rdi)
    retq

swap_acquire:
    movq %rsi, %rax
    xchgq %rax, (%rdi)
    retq

swap_release:
    movq %rsi, %rax
    xchgq %rax, (%rdi)
    retq

swap_acq_rel:
    movq %rsi, %rax
    xchgq %rax, (%rdi)
    retq

swap_seq_cst:
    movq %rsi, %rax
    xchgq %rax, (%rdi)
    retq

cas_relaxed_relaxed:
    movq %rsi, %rax
    lock cmpxchgq %rdx, (%rdi)
    sete %al
    retq

cas_acquire_relaxed:
    movq %rsi, %rax
    lock cmpxchgq %rdx, (%rdi)
    sete %al
    retq

cas_acquire_acquire:
    movq %rsi, %rax
    lock cmpxchgq %rdx, (%rdi)
    sete %al
    retq

cas_release_relaxed:
    movq %rsi, %rax
    lock cmpxchgq %rdx, (%rdi)
    sete %al
    retq

cas_release_acquire:
    movq %rsi, %rax
    lock cmpxchgq %rdx, (%rdi)
    sete %al
    retq

cas_acq_rel_relaxed:
    movq %rsi, %rax
    lock cmpxchgq %rdx, (%rdi)
    sete %al
    retq

cas_acq_rel_acquire:
    movq %rsi, %rax
    lock cmpxchgq %rdx, (%rdi)
    sete %al
    retq

cas_seq_cst_relaxed:
    movq %rsi, %rax
    lock cmpxchgq %rdx, (%rdi)
    sete %al
    retq

cas_seq_cst_acquire:
    movq %rsi, %rax
    lock cmpxchgq %rdx, (%rdi)
    sete %al
    retq

cas_seq_cst_seq_cst:
    movq %rsi, %rax
    lock cmpxchgq %rdx, (%rdi)
    sete %al
    retq

weak_acq_rel_acquire:
    movq %rsi, %rax
    lock cmpxchgq %rdx, (%rdi)
    sete %al
    retq

fence_acquire:
    retq

fence_release:
    retq

fence_acq_rel:
    retq

fence_seq_cst:
    mfence
    retq

load_byte:
    movzbl (%rdi), %eax
    retq

store_byte:
    xchgb %sil, (%rdi)
    retq

add_byte:
    movl %esi, %eax
    lock xaddb %al, (%rdi)
    retq

cas_byte:
    movl %esi, %eax
    lock cmpxchgb %dl, (%rdi)
    sete %al
    retq

load_half:
    movzwl (%rdi), %eax
    retq

store_half:
    xchgw %si, (%rdi)
    retq

add_half:
    movl %esi, %eax
    lock xaddw %ax, (%rdi)
    retq

cas_half:
    movl %esi, %eax
    lock cmpxchgw %dx, (%rdi)
    sete %al
    retq

load_word:
    movl (%rdi), %eax
    retq

store_word:
    xchgl %esi, (%rdi)
    retq

add_word:
    movl %esi, %eax
    lock xaddl %eax, (%rdi)
    retq

cas_word:
    movl %esi, %eax
    lock cmpxchgl %edx, (%rdi)
    sete %al
    retq

load_bool:
    movzbl (%rdi), %eax
    andb $1, %al
    retq

store_bool:
    movb %sil, (%rdi)
    retq

load_f64:
    movsd (%rdi), %xmm0
    retq

store_f64:
    movsd %xmm0, (%rdi)
    retq

load_ptr:
    movq (%rdi), %rax
    retq

store_ptr:
    movq %rsi, (%rdi)
    retq

add_u3:
    movzbl (%rdi), %ecx
.L1:
    movl %ecx, %eax
    andb $7, %al
    addb %sil, %cl
    andb $7, %cl
    lock cmpxchgb %cl, (%rdi)
    movl %eax, %ecx
    jne .L1
    movzbl %cl, %eax
    andl $7, %eax
    retq

load16_relaxed:
    pushq %rbx
    xorl %eax, %eax
    xorl %edx, %edx
    xorl %ecx, %ecx
    xorl %ebx, %ebx
    lock cmpxchg16b (%rsi)
    movq %rax, (%rdi)
    movq %rdx, 8(%rdi)
    popq %rbx
    retq

load16_acquire:
    pushq %rbx
    xorl %eax, %eax
    xorl %edx, %edx
    xorl %ecx, %ecx
    xorl %ebx, %ebx
    lock cmpxchg16b (%rsi)
    movq %rax, (%rdi)
    movq %rdx, 8(%rdi)
    popq %rbx
    retq

load16_seq_cst:
    pushq %rbx
    xorl %eax, %eax
    xorl %edx, %edx
    xorl %ecx, %ecx
    xorl %ebx, %ebx
    lock cmpxchg16b (%rsi)
    movq %rax, (%rdi)
    movq %rdx, 8(%rdi)
    popq %rbx
    retq

store16_relaxed:
    pushq %rbx
    movq (%rsi), %rbx
    movq 8(%rsi), %rcx
    movq (%rdi), %rax
    movq 8(%rdi), %rdx
.L1:
    lock cmpxchg16b (%rdi)
    jne .L1
    popq %rbx
    retq

store16_release:
    pushq %rbx
    movq (%rsi), %rbx
    movq 8(%rsi), %rcx
    movq (%rdi), %rax
    movq 8(%rdi), %rdx
.L1:
    lock cmpxchg16b (%rdi)
    jne .L1
    popq %rbx
    retq

store16_seq_cst:
    pushq %rbx
    movq (%rsi), %rbx
    movq 8(%rsi), %rcx
    movq (%rdi), %rax
    movq 8(%rdi), %rdx
.L1:
    lock cmpxchg16b (%rdi)
    jne .L1
    popq %rbx
    retq
