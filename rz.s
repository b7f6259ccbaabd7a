	.text
	.file	"sx.ll"
	.globl	main
	.p2align	4, 0x90
	.type	main,@function
main:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	subq	$280, %rsp
	leaq	sx.sigpipe(%rip), %rsi
	movl	$13, %edi
	callq	signal@PLT
	movl	$4, %edi
	#APP
	callq	bump
	#NO_APP
	addq	$116, %rax
	movq	%rax, (%rsp)
	leaq	24(%rsp), %r14
	movq	%rsp, %rdi
	movl	$1, %esi
	callq	f.any_to_string
	movq	%rax, %r15
	movq	%rdx, %r12
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rbp
	leaq	1(%rdx), %rbx
	movq	%rbp, %rdi
	movq	%rbx, %rdx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r13
	cmpq	$257, %r12
	movq	%rax, %rdi
	cmovlq	%r14, %rdi
	movq	%r15, %rsi
	movq	%r12, %rdx
	callq	memcpy@PLT
	movq	f.__sx_default_context+72(%rip), %rsi
	movl	$2, %edx
	movq	%rbp, %rdi
	callq	*f.__sx_default_context+88(%rip)
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	2(%r12), %rdx
	movq	%rbp, %rdi
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r15
	cmpq	$256, %rbx
	jg	.LBB0_3
	movq	%r14, %rax
	cmpq	$256, %r12
	jb	.LBB0_4
	leaq	.L.10(%rip), %rdi
	callq	sx_trap
.LBB0_3:
	cmpq	$257, %r12
	cmovbq	%r14, %r13
	movq	%r15, %rdi
	movq	%r13, %rsi
	movq	%r12, %rdx
	callq	memcpy@PLT
	movq	%r15, %rax
.LBB0_4:
	movb	$10, (%rax,%r12)
	testq	%r15, %r15
	je	.LBB0_5
	cmpq	$256, %rbx
	ja	.LBB0_8
	movq	%r15, %rdi
	movq	%r14, %rsi
	movq	%rbx, %rdx
	callq	memcpy@PLT
.LBB0_8:
	movb	$0, (%r15,%rbx)
	jmp	.LBB0_9
.LBB0_5:
	leaq	.L.41(%rip), %r15
	xorl	%ebx, %ebx
	.p2align	4, 0x90
.LBB0_9:
	movl	$1, %edi
	movq	%r15, %rsi
	movq	%rbx, %rdx
	callq	write@PLT
	testq	%rax, %rax
	jns	.LBB0_11
	callq	__errno_location@PLT
	cmpl	$4, (%rax)
	je	.LBB0_9
.LBB0_11:
	xorl	%eax, %eax
	addq	$280, %rsp
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	popq	%rbp
	retq
.Lfunc_end0:
	.size	main, .Lfunc_end0-main

	.globl	bump
	.p2align	4, 0x90
	.type	bump,@function
bump:
	leaq	1(%rdi), %rax
	retq
.Lfunc_end1:
	.size	bump, .Lfunc_end1-bump

	.section	.rodata.cst16,"aM",@progbits,16
	.p2align	4, 0x0
.LCPI2_0:
	.quad	0x8000000000000000
	.quad	0x8000000000000000
	.section	.rodata.cst8,"aM",@progbits,8
	.p2align	3, 0x0
.LCPI2_1:
	.quad	0x7fefffffffffffff
.LCPI2_2:
	.quad	0x43e0000000000000
.LCPI2_3:
	.quad	0x43dfffffffffffff
.LCPI2_4:
	.quad	0x412e848000000000
.LCPI2_5:
	.quad	0x0000000000000000
	.text
	.p2align	4, 0x90
	.type	f.any_to_string,@function
f.any_to_string:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	subq	$328, %rsp
	cmpq	$2, %rsi
	jne	.LBB2_1
	movq	(%rdi), %rax
	movq	8(%rdi), %rdx
.LBB2_90:
	addq	$328, %rsp
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	popq	%rbp
	retq
.LBB2_1:
	movq	%rsi, %rdx
	imulq	$104, %rsi, %rax
	leaq	sx.rtti(%rip), %rcx
	movq	16(%rax,%rcx), %rsi
	cmpq	$1, %rsi
	jne	.LBB2_2
	testb	$1, 24(%rax,%rcx)
	movq	(%rax,%rcx), %rax
	jne	.LBB2_14
	cmpq	$4, %rax
	je	.LBB2_34
	cmpq	$2, %rax
	je	.LBB2_33
	cmpq	$1, %rax
	jne	.LBB2_35
	movsbq	(%rdi), %rdi
	callq	f.int_to_string
	jmp	.LBB2_90
.LBB2_2:
	cmpq	$3, %rdx
	jne	.LBB2_3
	movzbl	(%rdi), %ecx
	movl	%ecx, %edx
	andl	$1, %edx
	xorq	$5, %rdx
	leaq	.L.46(%rip), %rsi
	leaq	.L.47(%rip), %rax
	testb	$1, %cl
	cmovneq	%rsi, %rax
	jmp	.LBB2_90
.LBB2_14:
	cmpq	$4, %rax
	je	.LBB2_19
	cmpq	$2, %rax
	je	.LBB2_18
	cmpq	$1, %rax
	jne	.LBB2_20
	movzbl	(%rdi), %eax
	testq	%rax, %rax
	jne	.LBB2_23
	jmp	.LBB2_22
.LBB2_3:
	cmpq	$2, %rsi
	jne	.LBB2_4
	cmpq	$4, (%rax,%rcx)
	jne	.LBB2_40
	movss	(%rdi), %xmm0
	cvtss2sd	%xmm0, %xmm1
	jmp	.LBB2_41
.LBB2_4:
	cmpq	$4, %rdx
	jne	.LBB2_6
	leaq	.L.41(%rip), %rax
	xorl	%edx, %edx
	jmp	.LBB2_90
.LBB2_33:
	movswq	(%rdi), %rdi
	callq	f.int_to_string
	jmp	.LBB2_90
.LBB2_18:
	movzwl	(%rdi), %eax
	testq	%rax, %rax
	jne	.LBB2_23
	jmp	.LBB2_22
.LBB2_34:
	movslq	(%rdi), %rdi
	callq	f.int_to_string
	jmp	.LBB2_90
.LBB2_19:
	movl	(%rdi), %eax
	testq	%rax, %rax
	je	.LBB2_22
.LBB2_23:
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	movq	%rax, %rbx
	movl	$21, %edx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rbx, %rdx
	movq	%rax, %rbx
	movl	$20, %r12d
	cmpq	$10, %rdx
	jb	.LBB2_27
	leaq	.L.61(%rip), %rcx
	movabsq	$2951479051793528259, %rsi
	.p2align	4, 0x90
.LBB2_25:
	movq	%rdx, %rdi
	movq	%rdx, %rax
	shrq	$2, %rax
	mulq	%rsi
	shrq	$2, %rdx
	imulq	$100, %rdx, %rax
	movq	%rdi, %r8
	subq	%rax, %r8
	movzwl	(%rcx,%r8,2), %eax
	movw	%ax, -2(%rbx,%r12)
	addq	$-2, %r12
	cmpq	$999, %rdi
	ja	.LBB2_25
	cmpq	$100, %rdi
	jb	.LBB2_28
.LBB2_27:
	orb	$48, %dl
	movb	%dl, -1(%rbx,%r12)
	decq	%r12
.LBB2_28:
	movl	$20, %r14d
	subq	%r12, %r14
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	movl	$21, %edx
	subq	%r12, %rdx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r15
	addq	%r12, %rbx
	movq	%rax, %rdi
	movq	%rbx, %rsi
	movq	%r14, %rdx
	callq	memcpy@PLT
	movq	%r15, %rax
	movq	%r14, %rdx
	movb	$0, (%r15,%r14)
	jmp	.LBB2_90
.LBB2_40:
	movsd	(%rdi), %xmm1
.LBB2_41:
	ucomisd	%xmm1, %xmm1
	jp	.LBB2_42
	movapd	.LCPI2_0(%rip), %xmm0
	xorpd	%xmm1, %xmm0
	maxsd	%xmm1, %xmm0
	ucomisd	.LCPI2_1(%rip), %xmm0
	jbe	.LBB2_45
	xorpd	%xmm0, %xmm0
	xorl	%edx, %edx
	ucomisd	%xmm1, %xmm0
	seta	%dl
	leaq	.L.49(%rip), %rcx
	leaq	.L.50(%rip), %rax
	cmovaq	%rcx, %rax
	addq	$3, %rdx
	jmp	.LBB2_90
.LBB2_6:
	addq	$-6, %rsi
	cmpq	$17, %rsi
	ja	.LBB2_9
	leaq	.LJTI2_0(%rip), %r8
	movslq	(%r8,%rsi,4), %rsi
	addq	%r8, %rsi
	jmpq	*%rsi
.LBB2_73:
	movq	%rdi, %rsi
	testb	$2, 24(%rax,%rcx)
	jne	.LBB2_74
	movq	%rdx, %rdi
	callq	f.variant_text
	jmp	.LBB2_90
.LBB2_35:
	movq	(%rdi), %rdi
	callq	f.int_to_string
	jmp	.LBB2_90
.LBB2_20:
	movq	(%rdi), %rax
	testq	%rax, %rax
	jne	.LBB2_23
.LBB2_22:
	leaq	.L.45(%rip), %rax
	movl	$1, %edx
	jmp	.LBB2_90
.LBB2_45:
	movaps	%xmm1, (%rsp)
	movsd	.LCPI2_2(%rip), %xmm1
	ucomisd	%xmm0, %xmm1
	jbe	.LBB2_50
	cvttsd2si	%xmm0, %rcx
	ucomisd	.LCPI2_3(%rip), %xmm0
	movabsq	$9223372036854775807, %rax
	cmovaq	%rax, %rcx
	xorl	%edi, %edi
	ucomisd	%xmm0, %xmm0
	cmovnpq	%rcx, %rdi
	cvtsi2sd	%rdi, %xmm2
	subsd	%xmm2, %xmm0
	mulsd	.LCPI2_4(%rip), %xmm0
	ucomisd	%xmm0, %xmm1
	jbe	.LBB2_47
	cvttsd2si	%xmm0, %rcx
	ucomisd	.LCPI2_3(%rip), %xmm0
	cmovaq	%rax, %rcx
	xorl	%r14d, %r14d
	ucomisd	%xmm0, %xmm0
	cmovnpq	%rcx, %r14
	jmp	.LBB2_49
.LBB2_50:
	movq	%xmm0, %rbx
	movq	%rbx, %r15
	shrq	$52, %r15
	addq	$-1075, %r15
	leaq	48(%rsp), %rdi
	xorl	%r14d, %r14d
	movl	$280, %edx
	xorl	%esi, %esi
	callq	memset@PLT
	movabsq	$4503599627370495, %rax
	andq	%rax, %rbx
	addq	%rbx, %rax
	incq	%rax
	movq	%rax, 40(%rsp)
	movl	$1, %edi
	movabsq	$19342813113834067, %rsi
	.p2align	4, 0x90
.LBB2_51:
	movb	$1, %al
	movq	$-1, %rbx
	xorl	%edx, %edx
	xorl	%r12d, %r12d
	.p2align	4, 0x90
.LBB2_52:
	testb	$1, %al
	je	.LBB2_56
	cmpq	$36, %r12
	jae	.LBB2_91
	cmpq	$64, %r14
	jae	.LBB2_92
	movq	40(%rsp,%r12,8), %r8
	movl	%r14d, %ecx
	shlq	%cl, %r8
	addq	%rdx, %r8
	jmp	.LBB2_57
	.p2align	4, 0x90
.LBB2_56:
	movq	%rdx, %r8
	cmpq	$36, %r12
	jae	.LBB2_93
.LBB2_57:
	movq	%r8, %rax
	shrq	$9, %rax
	mulq	%rsi
	shrq	$11, %rdx
	imulq	$1000000000, %rdx, %rax
	movq	%r8, %rcx
	subq	%rax, %rcx
	movq	%rcx, 40(%rsp,%r12,8)
	incq	%r12
	addq	$9, %rbx
	cmpq	%rdi, %r12
	setb	%al
	jb	.LBB2_52
	cmpq	$999999999, %r8
	ja	.LBB2_52
	testq	%r15, %r15
	je	.LBB2_61
	cmpq	$20, %r15
	movl	$20, %r14d
	cmovlq	%r15, %r14
	subq	%r14, %r15
	movq	%r12, %rdi
	jmp	.LBB2_51
.LBB2_61:
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	leaq	2(%rbx), %r15
	movq	%r15, %rdx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r14
	movq	%rax, %rdi
	xorl	%esi, %esi
	movq	%r15, %rdx
	callq	memset@PLT
	movq	%r14, %r10
	addq	%rbx, %r10
	leaq	-8(%rbx), %r9
	incq	%rbx
	decq	%r12
	movq	$-1, %r11
	movabsq	$1844674407370955162, %r13
	movabsq	$-2972493582642298179, %r15
	movabsq	$-6067343680855748867, %rbp
	movapd	(%rsp), %xmm0
	.p2align	4, 0x90
.LBB2_62:
	cmpq	$35, %r11
	je	.LBB2_94
	movq	48(%rsp,%r11,8), %rcx
	movq	%rcx, %rax
	movabsq	$-3689348814741910323, %rdx
	mulq	%rdx
	movq	%rdx, %rdi
	shrq	$3, %rdi
	leal	(%rdi,%rdi), %eax
	leal	(%rax,%rax,4), %eax
	movq	%rcx, %r8
	movl	%ecx, %edx
	subl	%eax, %edx
	orb	$48, %dl
	movb	%dl, (%r10)
	movq	%rdi, %rax
	mulq	%r13
	movq	%rcx, %rsi
	addl	%edx, %edx
	leal	(%rdx,%rdx,4), %eax
	subl	%eax, %edi
	orb	$48, %dil
	movb	%dil, -1(%r10)
	shrq	$2, %r8
	movq	%r8, %rax
	movabsq	$2951479051793528259, %rdx
	mulq	%rdx
	movq	%rdx, %rdi
	shrq	$2, %rdi
	movq	%rdi, %rax
	mulq	%r13
	movq	%rcx, %r8
	addl	%edx, %edx
	leal	(%rdx,%rdx,4), %eax
	subl	%eax, %edi
	orb	$48, %dil
	movb	%dil, -2(%r10)
	shrq	$3, %rsi
	movq	%rsi, %rax
	movabsq	$2361183241434822607, %rdx
	mulq	%rdx
	movq	%rdx, %rsi
	shrq	$4, %rsi
	movq	%rsi, %rax
	mulq	%r13
	addl	%edx, %edx
	leal	(%rdx,%rdx,4), %eax
	subl	%eax, %esi
	orb	$48, %sil
	movq	%rcx, %rax
	movabsq	$3777893186295716171, %rdx
	mulq	%rdx
	movq	%rdx, %rdi
	movb	%sil, -3(%r10)
	shrq	$11, %rdi
	movq	%rdi, %rax
	mulq	%r13
	addl	%edx, %edx
	leal	(%rdx,%rdx,4), %eax
	subl	%eax, %edi
	orb	$48, %dil
	shrq	$5, %r8
	movq	%r8, %rax
	movabsq	$755578637259143235, %rdx
	mulq	%rdx
	movq	%rdx, %rsi
	shrq	$7, %rsi
	movq	%rsi, %rax
	mulq	%r13
	movb	%dil, -4(%r10)
	addl	%edx, %edx
	leal	(%rdx,%rdx,4), %eax
	subl	%eax, %esi
	orb	$48, %sil
	movb	%sil, -5(%r10)
	movq	%rcx, %rax
	movabsq	$4835703278458516699, %rdx
	mulq	%rdx
	movq	%rdx, %rsi
	shrq	$18, %rsi
	movq	%rsi, %rax
	mulq	%r13
	addl	%edx, %edx
	leal	(%rdx,%rdx,4), %eax
	subl	%eax, %esi
	orb	$48, %sil
	movq	%rcx, %rax
	mulq	%r15
	movq	%rdx, %rdi
	shrq	$23, %rdi
	movq	%rdi, %rax
	mulq	%r13
	movb	%sil, -6(%r10)
	addl	%edx, %edx
	leal	(%rdx,%rdx,4), %eax
	subl	%eax, %edi
	orb	$48, %dil
	movb	%dil, -7(%r10)
	movq	%rcx, %rax
	mulq	%rbp
	movq	%rdx, %rcx
	shrq	$26, %rcx
	movq	%rcx, %rax
	mulq	%r13
	addl	%edx, %edx
	leal	(%rdx,%rdx,4), %eax
	subl	%eax, %ecx
	orb	$48, %cl
	movb	%cl, -8(%r10)
	incq	%r11
	addq	$-9, %r10
	cmpq	%r11, %r12
	jne	.LBB2_62
	movq	%r14, %r15
	.p2align	4, 0x90
.LBB2_65:
	cmpb	$48, (%r14)
	jne	.LBB2_68
	incq	%r15
	decq	%rbx
	decq	%r9
	incq	%r14
	cmpq	$-9, %r9
	jne	.LBB2_65
	leaq	.L.34(%rip), %rdi
	callq	sx_trap
.LBB2_68:
	xorl	%r14d, %r14d
	jmp	.LBB2_69
.LBB2_47:
	movabsq	$-9223372036854775808, %r14
.LBB2_49:
	callq	f.int_to_string
	movq	%rax, %r15
	movq	%rdx, %rbx
	movapd	(%rsp), %xmm0
.LBB2_69:
	xorpd	%xmm1, %xmm1
	xorl	%r13d, %r13d
	ucomisd	%xmm0, %xmm1
	seta	%r13b
	movq	%r14, %rdi
	callq	f.int_to_string
	movq	%rax, 32(%rsp)
	movq	%rdx, 24(%rsp)
	leaq	(%rbx,%r13), %r12
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	leaq	(%rbx,%r13), %rbp
	addq	$8, %rbp
	movq	%rbp, %rdx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r14
	movq	%rax, %rdi
	xorl	%esi, %esi
	movq	%rbp, %rdx
	callq	memset@PLT
	movq	%r14, %rax
	xorpd	%xmm0, %xmm0
	ucomisd	(%rsp), %xmm0
	leaq	7(%rbx,%r13), %r14
	jbe	.LBB2_71
	movb	$45, (%rax)
.LBB2_71:
	addq	%rax, %r13
	movq	%r13, %rdi
	movq	%r15, %rsi
	movq	%rbx, %rdx
	movq	%rax, %rbx
	callq	memcpy@PLT
	movb	$46, (%rbx,%r12)
	leaq	(%rbx,%r12), %rdi
	incq	%rdi
	movl	$48, %esi
	movl	$6, %edx
	callq	memset@PLT
	movq	%r14, %rdi
	movq	24(%rsp), %rdx
	subq	%rdx, %rdi
	addq	%rbx, %rdi
	movq	32(%rsp), %rsi
	callq	memcpy@PLT
	movq	%rbx, %rax
	movq	%r14, %rdx
	jmp	.LBB2_90
.LBB2_80:
	cmpq	$0, (%rdi)
	je	.LBB2_81
	movq	%rdi, %r13
	movq	32(%rax,%rcx), %r12
	movq	40(%rax,%rcx), %r15
	leaq	3(%r15), %rbx
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	leaq	4(%r15), %rdx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r14
	testq	%r15, %r15
	jle	.LBB2_84
	movq	%r14, %rdi
	movq	%r12, %rsi
	movq	%r15, %rdx
	callq	memcpy@PLT
.LBB2_84:
	movl	$7876672, (%r14,%r15)
	movq	(%r13), %rdi
	callq	f.int_to_hex_string
	movq	%rax, %r15
	movq	%rdx, %r12
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	addq	%rbx, %rdx
	incq	%rdx
	movq	%r12, %r13
	addq	%rbx, %r13
	callq	*f.__sx_default_context+88(%rip)
	testq	%rbx, %rbx
	movq	%rax, %rbp
	jle	.LBB2_86
	movq	%rax, %rdi
	movq	%r14, %rsi
	movq	%rbx, %rdx
	callq	memcpy@PLT
	movq	%rbp, %rax
.LBB2_86:
	movq	%rax, %rdi
	addq	%rbx, %rdi
	movq	%r15, %rsi
	movq	%r12, %rdx
	callq	memcpy@PLT
	movq	%rbp, %rax
	movq	%r13, %rdx
	movb	$0, (%rbp,%r13)
	jmp	.LBB2_90
.LBB2_78:
	movq	96(%rax,%rcx), %rax
	movq	16(%rax), %rsi
	movq	(%rdi), %rax
	movq	8(%rdi), %rdx
	movq	%rax, %rdi
	callq	f.elements_text
	jmp	.LBB2_90
.LBB2_72:
	movq	%rdi, %rsi
	movq	%rdx, %rdi
	callq	f.struct_text
	jmp	.LBB2_90
.LBB2_74:
	movq	%rdx, %rdi
	callq	f.flags_text
	jmp	.LBB2_90
.LBB2_9:
	cmpq	$5, %rdx
	je	.LBB2_88
	cmpq	$6, %rdx
	jne	.LBB2_11
	movq	(%rdi), %rax
	movq	8(%rdi), %rsi
	movq	%rax, %rdi
	callq	f.any_to_string
	jmp	.LBB2_90
.LBB2_79:
	movq	64(%rax,%rcx), %rdx
	jmp	.LBB2_77
.LBB2_76:
	movq	72(%rax,%rcx), %rdx
.LBB2_77:
	movq	96(%rax,%rcx), %rax
	movq	16(%rax), %rsi
	callq	f.elements_text
	jmp	.LBB2_90
.LBB2_8:
	xorl	%edx, %edx
	xorl	%eax, %eax
	jmp	.LBB2_90
.LBB2_87:
	movq	%rdi, %rsi
	movq	%rdx, %rdi
	callq	f.optional_text
	jmp	.LBB2_90
.LBB2_81:
	leaq	.L.42(%rip), %rax
	movl	$4, %edx
	jmp	.LBB2_90
.LBB2_88:
	imulq	$104, (%rdi), %rdx
	movq	32(%rdx,%rcx), %rax
	movq	40(%rdx,%rcx), %rdx
	jmp	.LBB2_90
.LBB2_11:
	leaq	.L.44(%rip), %rax
	movl	$3, %edx
	jmp	.LBB2_90
.LBB2_93:
	leaq	.L.32(%rip), %rdi
	callq	sx_trap
.LBB2_92:
	leaq	.L.31(%rip), %rdi
	callq	sx_trap
.LBB2_91:
	leaq	.L.30(%rip), %rdi
	callq	sx_trap
.LBB2_94:
	leaq	.L.33(%rip), %rdi
	callq	sx_trap
.LBB2_42:
	leaq	.L.48(%rip), %rax
	movl	$3, %edx
	jmp	.LBB2_90
.Lfunc_end2:
	.size	f.any_to_string, .Lfunc_end2-f.any_to_string
	.section	.rodata,"a",@progbits
	.p2align	2, 0x0
.LJTI2_0:
	.long	.LBB2_72-.LJTI2_0
	.long	.LBB2_73-.LJTI2_0
	.long	.LBB2_73-.LJTI2_0
	.long	.LBB2_9-.LJTI2_0
	.long	.LBB2_79-.LJTI2_0
	.long	.LBB2_76-.LJTI2_0
	.long	.LBB2_78-.LJTI2_0
	.long	.LBB2_80-.LJTI2_0
	.long	.LBB2_87-.LJTI2_0
	.long	.LBB2_8-.LJTI2_0
	.long	.LBB2_9-.LJTI2_0
	.long	.LBB2_9-.LJTI2_0
	.long	.LBB2_9-.LJTI2_0
	.long	.LBB2_9-.LJTI2_0
	.long	.LBB2_9-.LJTI2_0
	.long	.LBB2_9-.LJTI2_0
	.long	.LBB2_9-.LJTI2_0
	.long	.LBB2_80-.LJTI2_0

	.text
	.p2align	4, 0x90
	.type	f.int_to_string,@function
f.int_to_string:
	pushq	%r15
	pushq	%r14
	pushq	%r12
	pushq	%rbx
	pushq	%rax
	testq	%rdi, %rdi
	js	.LBB3_9
	je	.LBB3_2
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rax
	movq	%rdi, %rbx
	movl	$21, %edx
	movq	%rax, %rdi
	callq	*f.__sx_default_context+88(%rip)
	movq	%rbx, %rdx
	movq	%rax, %rbx
	movl	$20, %r12d
	cmpq	$10, %rdx
	jb	.LBB3_7
	leaq	.L.61(%rip), %rcx
	movabsq	$2951479051793528259, %rsi
	.p2align	4, 0x90
.LBB3_5:
	movq	%rdx, %rdi
	movq	%rdx, %rax
	shrq	$2, %rax
	mulq	%rsi
	shrq	$2, %rdx
	imulq	$100, %rdx, %rax
	movq	%rdi, %r8
	subq	%rax, %r8
	movzwl	(%rcx,%r8,2), %eax
	movw	%ax, -2(%rbx,%r12)
	addq	$-2, %r12
	cmpq	$999, %rdi
	ja	.LBB3_5
	cmpq	$100, %rdi
	jb	.LBB3_8
.LBB3_7:
	orb	$48, %dl
	movb	%dl, -1(%rbx,%r12)
	decq	%r12
.LBB3_8:
	movl	$20, %r14d
	subq	%r12, %r14
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	movl	$21, %edx
	subq	%r12, %rdx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r15
	addq	%r12, %rbx
	jmp	.LBB3_15
.LBB3_9:
	negq	%rdi
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rax
	movq	%rdi, %rbx
	movl	$21, %edx
	movq	%rax, %rdi
	callq	*f.__sx_default_context+88(%rip)
	movq	%rbx, %rdx
	movq	%rax, %rcx
	movl	$20, %r8d
	cmpq	$10, %rbx
	jb	.LBB3_13
	leaq	.L.61(%rip), %rsi
	movabsq	$2951479051793528259, %rdi
	.p2align	4, 0x90
.LBB3_11:
	movq	%rdx, %r9
	movq	%rdx, %rax
	shrq	$2, %rax
	mulq	%rdi
	shrq	$2, %rdx
	imulq	$100, %rdx, %rax
	movq	%r9, %r10
	subq	%rax, %r10
	movzwl	(%rsi,%r10,2), %eax
	movw	%ax, -2(%rcx,%r8)
	addq	$-2, %r8
	cmpq	$999, %r9
	ja	.LBB3_11
	cmpq	$100, %r9
	jb	.LBB3_14
.LBB3_13:
	orb	$48, %dl
	movb	%dl, -1(%rcx,%r8)
	decq	%r8
.LBB3_14:
	leaq	(%rcx,%r8), %rbx
	decq	%rbx
	movb	$45, -1(%rcx,%r8)
	movl	$21, %r14d
	subq	%r8, %r14
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	movl	$22, %edx
	subq	%r8, %rdx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r15
.LBB3_15:
	movq	%rax, %rdi
	movq	%rbx, %rsi
	movq	%r14, %rdx
	callq	memcpy@PLT
	movq	%r15, %rax
	movq	%r15, %rcx
	addq	%r14, %rcx
	movb	$0, (%rcx)
	jmp	.LBB3_16
.LBB3_2:
	movl	$1, %r14d
	leaq	.L.45(%rip), %rax
.LBB3_16:
	movq	%r14, %rdx
	addq	$8, %rsp
	popq	%rbx
	popq	%r12
	popq	%r14
	popq	%r15
	retq
.Lfunc_end3:
	.size	f.int_to_string, .Lfunc_end3-f.int_to_string

	.p2align	4, 0x90
	.type	f.struct_text,@function
f.struct_text:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	subq	$40, %rsp
	movq	%rsi, 24(%rsp)
	imulq	$104, %rdi, %rcx
	leaq	sx.rtti(%rip), %rax
	movq	48(%rcx,%rax), %rsi
	movq	%rsi, 16(%rsp)
	testq	%rsi, %rsi
	jle	.LBB4_1
	addq	%rax, %rcx
	addq	$96, %rcx
	movq	%rcx, 8(%rsp)
	imulq	$104, %rdx, %rcx
	addq	%rcx, %rax
	addq	$96, %rax
	movq	%rax, (%rsp)
	leaq	.L.51(%rip), %r12
	movl	$1, %r15d
	xorl	%r14d, %r14d
	xorl	%eax, %eax
	jmp	.LBB4_3
	.p2align	4, 0x90
.LBB4_13:
	movq	%rbx, %r15
	addq	%r13, %r15
	movq	%r12, %rdi
	addq	%r13, %rdi
	movq	%rbp, %rsi
	movq	%rbx, %rdx
	callq	memcpy@PLT
	movb	$0, (%r12,%r15)
	movq	32(%rsp), %rax
	incq	%rax
	addq	$40, %r14
	cmpq	%rax, 16(%rsp)
	je	.LBB4_14
.LBB4_3:
	movq	%rax, 32(%rsp)
	testq	%rax, %rax
	je	.LBB4_7
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	3(%r15), %rdx
	leaq	f.__sx_default_context(%rip), %rdi
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %rbx
	testq	%r15, %r15
	jle	.LBB4_6
	movq	%rbx, %rdi
	movq	%r12, %rsi
	movq	%r15, %rdx
	callq	memcpy@PLT
.LBB4_6:
	movw	$8236, (%rbx,%r15)
	movb	$0, 2(%rbx,%r15)
	addq	$2, %r15
	movq	%rbx, %r12
.LBB4_7:
	movq	8(%rsp), %rax
	movq	(%rax), %rax
	movq	(%rax,%r14), %rbx
	movq	8(%rax,%r14), %rbp
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	(%r15,%rbp), %rdx
	incq	%rdx
	leaq	f.__sx_default_context(%rip), %rdi
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r13
	testq	%r15, %r15
	jle	.LBB4_9
	movq	%r13, %rdi
	movq	%r12, %rsi
	movq	%r15, %rdx
	callq	memcpy@PLT
.LBB4_9:
	leaq	(%r15,%rbp), %r12
	movq	%r13, %rdi
	addq	%r15, %rdi
	movq	%rbx, %rsi
	movq	%rbp, %rdx
	callq	memcpy@PLT
	movb	$0, (%r13,%r12)
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	3(%r12), %rdx
	leaq	f.__sx_default_context(%rip), %rdi
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r15
	testq	%r12, %r12
	jle	.LBB4_11
	movq	%r15, %rdi
	movq	%r13, %rsi
	movq	%r12, %rdx
	callq	memcpy@PLT
.LBB4_11:
	leaq	2(%r12), %r13
	movw	$8250, (%r15,%r12)
	movb	$0, 2(%r15,%r12)
	movq	(%rsp), %rax
	movq	(%rax), %rax
	movq	16(%rax,%r14), %rsi
	movq	24(%rax,%r14), %rdi
	addq	24(%rsp), %rdi
	callq	f.any_to_string
	movq	%rax, %rbp
	movq	%rdx, %rbx
	movq	f.__sx_default_context+72(%rip), %rsi
	addq	%r13, %rdx
	incq	%rdx
	leaq	f.__sx_default_context(%rip), %rdi
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r12
	testq	%r13, %r13
	jle	.LBB4_13
	movq	%r12, %rdi
	movq	%r15, %rsi
	movq	%r13, %rdx
	callq	memcpy@PLT
	jmp	.LBB4_13
.LBB4_1:
	movl	$1, %r15d
	leaq	.L.51(%rip), %r12
.LBB4_14:
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	leaq	2(%r15), %rdx
	callq	*f.__sx_default_context+88(%rip)
	testq	%r15, %r15
	jle	.LBB4_16
	movq	%rax, %rdi
	movq	%r12, %rsi
	movq	%r15, %rdx
	movq	%rax, %rbx
	callq	memcpy@PLT
	movq	%rbx, %rax
.LBB4_16:
	movw	$125, (%rax,%r15)
	incq	%r15
	movq	%r15, %rdx
	addq	$40, %rsp
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	popq	%rbp
	retq
.Lfunc_end4:
	.size	f.struct_text, .Lfunc_end4-f.struct_text

	.p2align	4, 0x90
	.type	f.flags_text,@function
f.flags_text:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	subq	$24, %rsp
	imulq	$104, %rdi, %r8
	leaq	sx.rtti(%rip), %r9
	movq	88(%r8,%r9), %rax
	movq	%rax, %r10
	negq	%r10
	cmovsq	%rax, %r10
	testq	%r10, %r10
	jle	.LBB5_1
	leaq	-9(%r10), %rcx
	cmpq	$-8, %rcx
	jb	.LBB5_27
	movl	%r10d, %r11d
	andl	$3, %r11d
	cmpq	$4, %r10
	jae	.LBB5_5
	xorl	%r13d, %r13d
	xorl	%edx, %edx
	jmp	.LBB5_7
.LBB5_1:
	xorl	%r13d, %r13d
	jmp	.LBB5_10
.LBB5_5:
	movl	%r10d, %ebx
	andl	$12, %ebx
	movl	$24, %edi
	xorl	%r13d, %r13d
	xorl	%edx, %edx
	.p2align	4, 0x90
.LBB5_6:
	movzbl	(%rsi,%rdx), %r14d
	leal	-24(%rdi), %ecx
	shlq	%cl, %r14
	movzbl	1(%rsi,%rdx), %r15d
	leal	-16(%rdi), %ecx
	shlq	%cl, %r15
	movzbl	2(%rsi,%rdx), %r12d
	leal	-8(%rdi), %ecx
	shlq	%cl, %r12
	orq	%r13, %r14
	orq	%r15, %r12
	orq	%r14, %r12
	movzbl	3(%rsi,%rdx), %r13d
	movl	%edi, %ecx
	shlq	%cl, %r13
	orq	%r12, %r13
	addq	$4, %rdx
	addq	$32, %rdi
	cmpq	%rdx, %rbx
	jne	.LBB5_6
.LBB5_7:
	testq	%r11, %r11
	je	.LBB5_10
	addq	%rdx, %rsi
	shlq	$3, %rdx
	xorl	%edi, %edi
	.p2align	4, 0x90
.LBB5_9:
	movzbl	(%rsi,%rdi), %ebx
	movl	%edx, %ecx
	shlq	%cl, %rbx
	orq	%rbx, %r13
	incq	%rdi
	addq	$8, %rdx
	cmpq	%rdi, %r11
	jne	.LBB5_9
.LBB5_10:
	testq	%rax, %rax
	setns	%cl
	cmpq	$8, %r10
	setge	%dl
	orb	%cl, %dl
	jne	.LBB5_13
	shlq	$3, %rax
	cmpq	$-65, %rax
	jbe	.LBB5_28
	movl	%eax, %ecx
	shlq	%cl, %r13
	sarq	%cl, %r13
.LBB5_13:
	movq	56(%r8,%r9), %rcx
	testq	%rcx, %rcx
	jle	.LBB5_14
	movq	96(%r8,%r9), %r12
	leaq	.L.41(%rip), %rax
	movq	%rax, (%rsp)
	xorl	%r15d, %r15d
	leaq	f.__sx_default_context(%rip), %rdi
	jmp	.LBB5_16
	.p2align	4, 0x90
.LBB5_23:
	leaq	(%rbx,%rbp), %r15
	movq	%rcx, %r14
	movq	%rcx, %rdi
	addq	%rbx, %rdi
	movq	8(%rsp), %rsi
	movq	%rbp, %rdx
	callq	memcpy@PLT
	movb	$0, (%r14,%r15)
	leaq	f.__sx_default_context(%rip), %rdi
	movq	16(%rsp), %rcx
.LBB5_24:
	addq	$40, %r12
	decq	%rcx
	je	.LBB5_25
.LBB5_16:
	testq	%r13, 32(%r12)
	je	.LBB5_24
	movq	%rcx, 16(%rsp)
	testq	%r15, %r15
	jle	.LBB5_19
	leaq	3(%r15), %rbp
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	4(%r15), %rdx
	leaq	f.__sx_default_context(%rip), %rdi
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %rbx
	movq	%rax, %rdi
	movq	(%rsp), %rsi
	movq	%r15, %rdx
	callq	memcpy@PLT
	leaq	f.__sx_default_context(%rip), %rdi
	movl	$2128928, (%rbx,%r15)
	movq	%rbx, (%rsp)
	movq	%rbp, %r15
.LBB5_19:
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	2(%r15), %rdx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r14
	testq	%r15, %r15
	jle	.LBB5_21
	movq	%r14, %rdi
	movq	(%rsp), %rsi
	movq	%r15, %rdx
	callq	memcpy@PLT
.LBB5_21:
	leaq	1(%r15), %rbx
	movw	$46, (%r14,%r15)
	movq	(%r12), %rax
	movq	%rax, 8(%rsp)
	movq	8(%r12), %rbp
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	(%rbx,%rbp), %rdx
	incq	%rdx
	leaq	f.__sx_default_context(%rip), %rdi
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %rcx
	movabsq	$9223372036854775806, %rax
	cmpq	%rax, %r15
	movq	%rcx, (%rsp)
	ja	.LBB5_23
	movq	(%rsp), %rdi
	movq	%r14, %rsi
	movq	%rbx, %rdx
	callq	memcpy@PLT
	movq	(%rsp), %rcx
	jmp	.LBB5_23
.LBB5_25:
	cmpq	$1, %r15
	movq	%r15, %rdx
	adcq	$0, %rdx
	testq	%r15, %r15
	leaq	.L.45(%rip), %rcx
	movq	(%rsp), %rax
	cmoveq	%rcx, %rax
	jmp	.LBB5_26
.LBB5_14:
	leaq	.L.45(%rip), %rax
	movl	$1, %edx
.LBB5_26:
	addq	$24, %rsp
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	popq	%rbp
	retq
.LBB5_27:
	leaq	.L.36(%rip), %rdi
	callq	sx_trap
.LBB5_28:
	leaq	.L.37(%rip), %rdi
	callq	sx_trap
.Lfunc_end5:
	.size	f.flags_text, .Lfunc_end5-f.flags_text

	.p2align	4, 0x90
	.type	f.variant_text,@function
f.variant_text:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	subq	$24, %rsp
	imulq	$104, %rdi, %r10
	leaq	sx.rtti(%rip), %rbp
	movq	88(%r10,%rbp), %rax
	movq	%rax, %r11
	negq	%r11
	cmovsq	%rax, %r11
	testq	%r11, %r11
	jle	.LBB6_1
	leaq	-9(%r11), %rcx
	cmpq	$-8, %rcx
	jb	.LBB6_32
	movl	%r11d, %ebx
	andl	$3, %ebx
	cmpq	$4, %r11
	jae	.LBB6_5
	xorl	%edi, %edi
	xorl	%r8d, %r8d
	jmp	.LBB6_7
.LBB6_1:
	xorl	%edi, %edi
	jmp	.LBB6_10
.LBB6_5:
	movl	%r11d, %r14d
	andl	$12, %r14d
	movl	$24, %r9d
	xorl	%edi, %edi
	xorl	%r8d, %r8d
	.p2align	4, 0x90
.LBB6_6:
	movzbl	(%rsi,%r8), %r15d
	leal	-24(%r9), %ecx
	shlq	%cl, %r15
	movzbl	1(%rsi,%r8), %r12d
	leal	-16(%r9), %ecx
	shlq	%cl, %r12
	movzbl	2(%rsi,%r8), %r13d
	leal	-8(%r9), %ecx
	shlq	%cl, %r13
	orq	%rdi, %r15
	orq	%r12, %r13
	orq	%r15, %r13
	movzbl	3(%rsi,%r8), %edi
	movl	%r9d, %ecx
	shlq	%cl, %rdi
	orq	%r13, %rdi
	addq	$4, %r8
	addq	$32, %r9
	cmpq	%r8, %r14
	jne	.LBB6_6
.LBB6_7:
	testq	%rbx, %rbx
	je	.LBB6_10
	leaq	(%rsi,%r8), %r9
	shlq	$3, %r8
	xorl	%r14d, %r14d
	.p2align	4, 0x90
.LBB6_9:
	movzbl	(%r9,%r14), %r15d
	movl	%r8d, %ecx
	shlq	%cl, %r15
	orq	%r15, %rdi
	incq	%r14
	addq	$8, %r8
	cmpq	%r14, %rbx
	jne	.LBB6_9
.LBB6_10:
	testq	%rax, %rax
	setns	%cl
	cmpq	$8, %r11
	setge	%r8b
	orb	%cl, %r8b
	jne	.LBB6_13
	shlq	$3, %rax
	cmpq	$-65, %rax
	jbe	.LBB6_33
	movl	%eax, %ecx
	shlq	%cl, %rdi
	sarq	%cl, %rdi
.LBB6_13:
	movq	56(%r10,%rbp), %rax
	testq	%rax, %rax
	jle	.LBB6_18
	movq	96(%r10,%rbp), %rcx
	addq	$32, %rcx
	xorl	%r8d, %r8d
	.p2align	4, 0x90
.LBB6_15:
	cmpq	%rdi, (%rcx)
	je	.LBB6_16
	incq	%r8
	addq	$40, %rcx
	cmpq	%r8, %rax
	jne	.LBB6_15
.LBB6_18:
	testq	%rdi, %rdi
	js	.LBB6_20
	cmpq	%rax, %rdi
	jge	.LBB6_20
.LBB6_21:
	movq	96(%r10,%rbp), %rax
	shlq	$3, %rdi
	leaq	(%rdi,%rdi,4), %rbx
	movq	(%rax,%rbx), %rcx
	movq	%rcx, (%rsp)
	movq	8(%rax,%rbx), %r13
	leaq	1(%r13), %rax
	movq	%rax, 8(%rsp)
	movq	f.__sx_default_context+72(%rip), %rax
	leaq	f.__sx_default_context(%rip), %rdi
	leaq	2(%r13), %r14
	movq	%rsi, %r12
	movq	%rax, %rsi
	movq	%rdx, %r15
	movq	%r14, %rdx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %rbp
	movb	$46, (%rax)
	leaq	1(%rax), %rdi
	movq	(%rsp), %rsi
	movq	%r13, %rdx
	callq	memcpy@PLT
	movq	%rbp, (%rsp)
	movb	$0, 1(%rbp,%r13)
	imulq	$104, %r15, %rax
	leaq	sx.rtti(%rip), %rcx
	movq	96(%rax,%rcx), %rax
	movq	16(%rax,%rbx), %rsi
	addq	24(%rax,%rbx), %r12
	movq	%r12, %rdi
	callq	f.any_to_string
	testq	%rdx, %rdx
	je	.LBB6_22
	movq	%rdx, %r12
	movq	%rax, 16(%rsp)
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	leaq	3(%r13), %rdx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r15
	movabsq	$9223372036854775806, %rax
	cmpq	%rax, %r13
	movq	8(%rsp), %rbx
	ja	.LBB6_25
	movq	%r15, %rdi
	movq	(%rsp), %rsi
	movq	%rbx, %rdx
	callq	memcpy@PLT
.LBB6_25:
	movb	$40, (%r15,%rbx)
	movb	$0, (%r15,%r14)
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	leaq	(%r12,%r14), %rbx
	incq	%rbx
	movq	%r12, %r13
	addq	%r14, %r13
	movq	%rbx, %rdx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %rbp
	testq	%r14, %r14
	jle	.LBB6_27
	movq	%rbp, %rdi
	movq	%r15, %rsi
	movq	%r14, %rdx
	callq	memcpy@PLT
.LBB6_27:
	movq	%rbp, %rdi
	addq	%r14, %rdi
	movq	16(%rsp), %rsi
	movq	%r12, %rdx
	callq	memcpy@PLT
	movb	$0, (%rbp,%r13)
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	leaq	2(%r13), %rdx
	callq	*f.__sx_default_context+88(%rip)
	testq	%r13, %r13
	jle	.LBB6_29
	movq	%rax, %rdi
	movq	%rbp, %rsi
	movq	%r13, %rdx
	movq	%rax, %r14
	callq	memcpy@PLT
	movq	%r14, %rax
.LBB6_29:
	movb	$41, (%rax,%r13)
	movq	%rax, %rcx
	addq	%rbx, %rcx
	jmp	.LBB6_30
.LBB6_16:
	movq	%r8, %rdi
	cmpq	%rax, %rdi
	jl	.LBB6_21
.LBB6_20:
	callq	f.int_to_string
	movq	%rax, %r14
	movq	%rdx, %r15
	leaq	1(%rdx), %rbx
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	addq	$2, %rdx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r12
	movb	$46, (%rax)
	leaq	1(%rax), %rdi
	movq	%r14, %rsi
	movq	%r15, %rdx
	callq	memcpy@PLT
	movq	%r12, %rax
	leaq	(%r12,%r15), %rcx
	incq	%rcx
.LBB6_30:
	movb	$0, (%rcx)
.LBB6_31:
	movq	%rbx, %rdx
	addq	$24, %rsp
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	popq	%rbp
	retq
.LBB6_22:
	movq	(%rsp), %rax
	movq	8(%rsp), %rbx
	jmp	.LBB6_31
.LBB6_32:
	leaq	.L.36(%rip), %rdi
	callq	sx_trap
.LBB6_33:
	leaq	.L.37(%rip), %rdi
	callq	sx_trap
.Lfunc_end6:
	.size	f.variant_text, .Lfunc_end6-f.variant_text

	.p2align	4, 0x90
	.type	f.elements_text,@function
f.elements_text:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	subq	$24, %rsp
	testq	%rdx, %rdx
	jle	.LBB7_1
	movq	%rdx, %rbx
	movq	%rdi, %r15
	imulq	$104, %rsi, %rax
	leaq	sx.rtti(%rip), %rcx
	movq	(%rax,%rcx), %rax
	movq	%rax, (%rsp)
	movq	%rsi, 8(%rsp)
	callq	f.any_to_string
	movq	%rax, %rbp
	movq	%rdx, %r13
	leaq	1(%rdx), %r12
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	addq	$2, %rdx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r14
	movb	$91, (%rax)
	leaq	1(%rax), %rdi
	movq	%rbp, %rsi
	movq	%r13, %rdx
	callq	memcpy@PLT
	movq	%r14, %rbp
	movb	$0, 1(%r14,%r13)
	cmpq	$1, %rbx
	je	.LBB7_9
	decq	%rbx
	movq	(%rsp), %rax
	addq	%rax, %r15
	jmp	.LBB7_4
	.p2align	4, 0x90
.LBB7_8:
	movq	%r12, %r14
	movq	%r13, %r12
	addq	%rbp, %r12
	movq	%r14, %rdi
	addq	%rbp, %rdi
	movq	16(%rsp), %rsi
	movq	%r13, %rdx
	callq	memcpy@PLT
	movq	%r14, %rbp
	movb	$0, (%r14,%r12)
	movq	(%rsp), %rax
	addq	%rax, %r15
	decq	%rbx
	je	.LBB7_9
.LBB7_4:
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	3(%r12), %rdx
	leaq	f.__sx_default_context(%rip), %rdi
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r14
	testq	%r12, %r12
	jle	.LBB7_6
	movq	%r14, %rdi
	movq	%rbp, %rsi
	movq	%r12, %rdx
	callq	memcpy@PLT
.LBB7_6:
	leaq	2(%r12), %rbp
	movw	$8236, (%r14,%r12)
	movb	$0, 2(%r14,%r12)
	movq	%r15, %rdi
	movq	8(%rsp), %rsi
	callq	f.any_to_string
	movq	%rax, 16(%rsp)
	movq	%rdx, %r13
	movq	f.__sx_default_context+72(%rip), %rsi
	addq	%rbp, %rdx
	incq	%rdx
	leaq	f.__sx_default_context(%rip), %rdi
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r12
	testq	%rbp, %rbp
	jle	.LBB7_8
	movq	%r12, %rdi
	movq	%r14, %rsi
	movq	%rbp, %rdx
	callq	memcpy@PLT
	jmp	.LBB7_8
.LBB7_1:
	movl	$1, %r12d
	leaq	.L.59(%rip), %rbp
.LBB7_9:
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	leaq	2(%r12), %rdx
	callq	*f.__sx_default_context+88(%rip)
	testq	%r12, %r12
	jle	.LBB7_11
	movq	%rax, %rdi
	movq	%rbp, %rsi
	movq	%r12, %rdx
	movq	%rax, %rbx
	callq	memcpy@PLT
	movq	%rbx, %rax
.LBB7_11:
	movw	$93, (%rax,%r12)
	incq	%r12
	movq	%r12, %rdx
	addq	$24, %rsp
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	popq	%rbp
	retq
.Lfunc_end7:
	.size	f.elements_text, .Lfunc_end7-f.elements_text

	.p2align	4, 0x90
	.type	f.int_to_hex_string,@function
f.int_to_hex_string:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	pushq	%rax
	testq	%rdi, %rdi
	je	.LBB8_1
	movq	%rdi, %r15
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	movl	$17, %edx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %r14
	movl	$17, %edx
	movq	%rax, %rdi
	xorl	%esi, %esi
	callq	memset@PLT
	movq	%r15, %rdx
	shrq	$48, %rdx
	movq	%r15, %r8
	shrq	$32, %r8
	movl	%r15d, %ecx
	shrl	$16, %ecx
	movq	%r15, %rax
	shrq	$60, %rax
	movq	%r15, %rsi
	shrq	$61, %rsi
	leal	87(%rax), %edi
	orb	$48, %al
	cmpl	$5, %esi
	movzbl	%al, %esi
	movzbl	%dil, %eax
	cmovbl	%esi, %eax
	movb	%al, (%r14)
	movq	%r15, %rsi
	shrq	$56, %rsi
	andl	$15, %esi
	leal	87(%rsi), %edi
	leal	48(%rsi), %r9d
	cmpq	$10, %rsi
	movzbl	%r9b, %esi
	movzbl	%dil, %edi
	cmovbl	%esi, %edi
	movb	%dil, 1(%r14)
	movq	%r15, %rsi
	shrq	$52, %rsi
	andl	$15, %esi
	leal	87(%rsi), %edi
	leal	48(%rsi), %r9d
	cmpq	$10, %rsi
	movzbl	%r9b, %esi
	movzbl	%dil, %edi
	cmovbl	%esi, %edi
	movb	%dil, 2(%r14)
	andl	$15, %edx
	leal	87(%rdx), %esi
	leal	48(%rdx), %edi
	cmpq	$10, %rdx
	movzbl	%dil, %edx
	movzbl	%sil, %esi
	cmovbl	%edx, %esi
	movb	%sil, 3(%r14)
	movq	%r15, %rdx
	shrq	$44, %rdx
	andl	$15, %edx
	leal	87(%rdx), %esi
	leal	48(%rdx), %edi
	cmpq	$10, %rdx
	movzbl	%dil, %edx
	movzbl	%sil, %esi
	cmovbl	%edx, %esi
	movb	%sil, 4(%r14)
	movq	%r15, %rsi
	shrq	$40, %rsi
	andl	$15, %esi
	leaq	48(%rsi), %rdi
	leaq	87(%rsi), %rdx
	cmpq	$10, %rsi
	cmovbq	%rdi, %rdx
	movb	%dl, 5(%r14)
	movq	%r15, %rdi
	shrq	$36, %rdi
	andl	$15, %edi
	leaq	48(%rdi), %r9
	leaq	87(%rdi), %rsi
	cmpq	$10, %rdi
	cmovbq	%r9, %rsi
	movb	%sil, 6(%r14)
	andl	$15, %r8d
	leaq	48(%r8), %r9
	leaq	87(%r8), %rdi
	cmpq	$10, %r8
	cmovbq	%r9, %rdi
	movb	%dil, 7(%r14)
	movl	%r15d, %r9d
	shrl	$28, %r9d
	leaq	48(%r9), %r10
	leaq	87(%r9), %r8
	cmpl	$10, %r9d
	cmovbq	%r10, %r8
	movb	%r8b, 8(%r14)
	movl	%r15d, %r10d
	shrl	$24, %r10d
	andl	$15, %r10d
	leaq	48(%r10), %r11
	leaq	87(%r10), %r9
	cmpl	$10, %r10d
	cmovbq	%r11, %r9
	movl	%r15d, %r11d
	shrl	$20, %r11d
	andl	$15, %r11d
	leaq	48(%r11), %rbx
	leaq	87(%r11), %r10
	cmpl	$10, %r11d
	cmovbq	%rbx, %r10
	movb	%r9b, 9(%r14)
	movb	%r10b, 10(%r14)
	andl	$15, %ecx
	leaq	48(%rcx), %rbx
	leaq	87(%rcx), %r11
	cmpl	$10, %ecx
	cmovbq	%rbx, %r11
	movl	%r15d, %ebx
	shrl	$12, %ebx
	andl	$15, %ebx
	leaq	48(%rbx), %r13
	leaq	87(%rbx), %rcx
	cmpl	$10, %ebx
	cmovbq	%r13, %rcx
	movb	%r11b, 11(%r14)
	movb	%cl, 12(%r14)
	movl	%r15d, %ebx
	shrl	$8, %ebx
	andl	$15, %ebx
	leaq	48(%rbx), %rbp
	leaq	87(%rbx), %r13
	cmpl	$10, %ebx
	cmovbq	%rbp, %r13
	movb	%r13b, 13(%r14)
	movl	%r15d, %ebx
	shrl	$4, %ebx
	andl	$15, %ebx
	leaq	48(%rbx), %r12
	leaq	87(%rbx), %rbp
	cmpl	$10, %ebx
	cmovbq	%r12, %rbp
	movb	%bpl, 14(%r14)
	andl	$15, %r15d
	leaq	48(%r15), %r12
	leaq	87(%r15), %rbx
	cmpq	$10, %r15
	cmovbq	%r12, %rbx
	movb	%bl, 15(%r14)
	cmpb	$48, %al
	movl	$0, %eax
	jne	.LBB8_18
	movl	$1, %eax
	cmpb	$48, 1(%r14)
	jne	.LBB8_18
	movl	$2, %eax
	cmpb	$48, 2(%r14)
	jne	.LBB8_18
	movl	$3, %eax
	cmpb	$48, 3(%r14)
	jne	.LBB8_18
	movl	$4, %eax
	cmpb	$48, 4(%r14)
	jne	.LBB8_18
	movl	$5, %eax
	cmpl	$48, %edx
	jne	.LBB8_18
	movl	$6, %eax
	cmpl	$48, %esi
	jne	.LBB8_18
	movl	$7, %eax
	cmpl	$48, %edi
	jne	.LBB8_18
	movl	$8, %eax
	cmpl	$48, %r8d
	jne	.LBB8_18
	movl	$9, %eax
	cmpl	$48, %r9d
	jne	.LBB8_18
	movl	$10, %eax
	cmpl	$48, %r10d
	jne	.LBB8_18
	movl	$11, %eax
	cmpl	$48, %r11d
	jne	.LBB8_18
	movl	$12, %eax
	cmpl	$48, %ecx
	jne	.LBB8_18
	movl	$13, %eax
	cmpl	$48, %r13d
	jne	.LBB8_18
	movl	$14, %eax
	cmpl	$48, %ebp
	jne	.LBB8_18
	movl	$15, %eax
	cmpl	$48, %ebx
	je	.LBB8_20
.LBB8_18:
	addq	%rax, %r14
	movl	$16, %r15d
	subq	%rax, %r15
	movq	f.__sx_default_context+72(%rip), %rsi
	leaq	f.__sx_default_context(%rip), %rdi
	movl	$17, %edx
	subq	%rax, %rdx
	callq	*f.__sx_default_context+88(%rip)
	movq	%rax, %rbx
	movq	%rax, %rdi
	movq	%r14, %rsi
	movq	%r15, %rdx
	callq	memcpy@PLT
	movq	%rbx, %rax
	movq	%r15, %rdx
	movb	$0, (%rbx,%r15)
	jmp	.LBB8_19
.LBB8_1:
	leaq	.L.45(%rip), %rax
	movl	$1, %edx
.LBB8_19:
	addq	$8, %rsp
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	popq	%rbp
	retq
.LBB8_20:
	leaq	.L.28(%rip), %rdi
	callq	sx_trap
.Lfunc_end8:
	.size	f.int_to_hex_string, .Lfunc_end8-f.int_to_hex_string

	.p2align	4, 0x90
	.type	f.optional_text,@function
f.optional_text:
	imulq	$104, %rdi, %rdx
	leaq	sx.rtti(%rip), %rdi
	movq	96(%rdx,%rdi), %rax
	movq	16(%rax), %rax
	imulq	$104, %rax, %rcx
	movq	(%rcx,%rdi), %rcx
	cmpq	%rcx, (%rdx,%rdi)
	jne	.LBB9_3
	cmpq	$0, (%rsi)
	jne	.LBB9_4
.LBB9_2:
	movl	$4, %edx
	leaq	.L.42(%rip), %rax
	retq
.LBB9_3:
	cmpb	$0, (%rsi,%rcx)
	je	.LBB9_2
.LBB9_4:
	pushq	%rax
	movq	%rsi, %rdi
	movq	%rax, %rsi
	callq	f.any_to_string
	addq	$8, %rsp
	retq
.Lfunc_end9:
	.size	f.optional_text, .Lfunc_end9-f.optional_text

	.p2align	4, 0x90
	.type	CBlockingIo.spawn_raw,@function
CBlockingIo.spawn_raw:
	pushq	%rax
	movq	%rcx, %rsi
	callq	*%rdx
	xorl	%eax, %eax
	popq	%rcx
	retq
.Lfunc_end10:
	.size	CBlockingIo.spawn_raw, .Lfunc_end10-CBlockingIo.spawn_raw

	.p2align	4, 0x90
	.type	CBlockingIo.suspend_raw,@function
CBlockingIo.suspend_raw:
	xorl	%eax, %eax
	retq
.Lfunc_end11:
	.size	CBlockingIo.suspend_raw, .Lfunc_end11-CBlockingIo.suspend_raw

	.p2align	4, 0x90
	.type	CBlockingIo.ready,@function
CBlockingIo.ready:
	retq
.Lfunc_end12:
	.size	CBlockingIo.ready, .Lfunc_end12-CBlockingIo.ready

	.p2align	4, 0x90
	.type	CBlockingIo.poll,@function
CBlockingIo.poll:
	xorl	%eax, %eax
	retq
.Lfunc_end13:
	.size	CBlockingIo.poll, .Lfunc_end13-CBlockingIo.poll

	.p2align	4, 0x90
	.type	CBlockingIo.now_ms,@function
CBlockingIo.now_ms:
	subq	$24, %rsp
	xorps	%xmm0, %xmm0
	movaps	%xmm0, (%rsp)
	movq	%rsp, %rsi
	movl	$1, %edi
	callq	clock_gettime@PLT
	imulq	$1000, (%rsp), %rcx
	movabsq	$4835703278458516699, %rax
	imulq	8(%rsp)
	movq	%rdx, %rax
	shrq	$63, %rax
	sarq	$18, %rdx
	addq	%rdx, %rax
	addq	%rcx, %rax
	addq	$24, %rsp
	retq
.Lfunc_end14:
	.size	CBlockingIo.now_ms, .Lfunc_end14-CBlockingIo.now_ms

	.p2align	4, 0x90
	.type	CBlockingIo.arm_timer,@function
CBlockingIo.arm_timer:
	xorl	%eax, %eax
	retq
.Lfunc_end15:
	.size	CBlockingIo.arm_timer, .Lfunc_end15-CBlockingIo.arm_timer

	.p2align	4, 0x90
	.type	CBlockingIo.current_park,@function
CBlockingIo.current_park:
	xorl	%eax, %eax
	retq
.Lfunc_end16:
	.size	CBlockingIo.current_park, .Lfunc_end16-CBlockingIo.current_park

	.p2align	4, 0x90
	.type	CAllocator.alloc_bytes,@function
CAllocator.alloc_bytes:
	movq	%rdx, %rdi
	jmp	malloc@PLT
.Lfunc_end17:
	.size	CAllocator.alloc_bytes, .Lfunc_end17-CAllocator.alloc_bytes

	.p2align	4, 0x90
	.type	CAllocator.dealloc_bytes,@function
CAllocator.dealloc_bytes:
	movq	%rdx, %rdi
	jmp	free@PLT
.Lfunc_end18:
	.size	CAllocator.dealloc_bytes, .Lfunc_end18-CAllocator.dealloc_bytes

	.p2align	4, 0x90
	.type	sx.sigpipe,@function
sx.sigpipe:
	retq
.Lfunc_end19:
	.size	sx.sigpipe, .Lfunc_end19-sx.sigpipe

	.section	.text.unlikely.,"ax",@progbits
	.p2align	4, 0x90
	.type	sx_trap,@function
sx_trap:
	pushq	%rbx
	movq	%rdi, %rbx
	callq	strlen@PLT
	movl	$2, %edi
	movq	%rbx, %rsi
	movq	%rax, %rdx
	callq	write@PLT
	leaq	.Lsx..nl(%rip), %rsi
	movl	$1, %edx
	movl	$2, %edi
	callq	write@PLT
	callq	abort@PLT
.Lfunc_end20:
	.size	sx_trap, .Lfunc_end20-sx_trap

	.type	f.__sx_default_context,@object
	.data
	.p2align	3, 0x0
f.__sx_default_context:
	.quad	f.c_blocking_io
	.quad	7
	.quad	CBlockingIo.spawn_raw
	.quad	CBlockingIo.suspend_raw
	.quad	CBlockingIo.ready
	.quad	CBlockingIo.poll
	.quad	CBlockingIo.now_ms
	.quad	CBlockingIo.arm_timer
	.quad	CBlockingIo.current_park
	.quad	f.c_allocator
	.quad	8
	.quad	CAllocator.alloc_bytes
	.quad	CAllocator.dealloc_bytes
	.size	f.__sx_default_context, 104

	.type	.L.10,@object
	.section	.rodata.str1.1,"aMS",@progbits,1
.L.10:
	.asciz	"runtime/modules/std/fmt.sx:432:26: index out of bounds"
	.size	.L.10, 55

	.type	.L.28,@object
.L.28:
	.asciz	"runtime/modules/std/fmt.sx:130:11: index out of bounds"
	.size	.L.28, 55

	.type	.L.30,@object
.L.30:
	.asciz	"runtime/modules/std/fmt.sx:199:35: index out of bounds"
	.size	.L.30, 55

	.type	.L.31,@object
.L.31:
	.asciz	"runtime/modules/std/fmt.sx:199:35: shift count is not below 64"
	.size	.L.31, 63

	.type	.L.32,@object
.L.32:
	.asciz	"runtime/modules/std/fmt.sx:201:13: index out of bounds"
	.size	.L.32, 55

	.type	.L.33,@object
.L.33:
	.asciz	"runtime/modules/std/fmt.sx:211:14: index out of bounds"
	.size	.L.33, 55

	.type	.L.34,@object
.L.34:
	.asciz	"runtime/modules/std/fmt.sx:219:11: index out of bounds"
	.size	.L.34, 55

	.type	.L.36,@object
.L.36:
	.asciz	"runtime/modules/std/fmt.sx:562:24: shift count is not below 64"
	.size	.L.36, 63

	.type	.L.37,@object
.L.37:
	.asciz	"runtime/modules/std/fmt.sx:566:17: shift count is not below 64"
	.size	.L.37, 63

	.type	f.c_blocking_io,@object
	.local	f.c_blocking_io
	.comm	f.c_blocking_io,1,1
	.type	f.c_allocator,@object
	.local	f.c_allocator
	.comm	f.c_allocator,1,1
	.type	.L.41,@object
.L.41:
	.zero	1
	.size	.L.41, 1

	.type	.L.42,@object
.L.42:
	.asciz	"null"
	.size	.L.42, 5

	.type	.L.43,@object
.L.43:
	.asciz	"@0x"
	.size	.L.43, 4

	.type	.L.44,@object
.L.44:
	.asciz	"<?>"
	.size	.L.44, 4

	.type	.L.45,@object
.L.45:
	.asciz	"0"
	.size	.L.45, 2

	.type	.L.46,@object
.L.46:
	.asciz	"true"
	.size	.L.46, 5

	.type	.L.47,@object
.L.47:
	.asciz	"false"
	.size	.L.47, 6

	.type	.L.48,@object
.L.48:
	.asciz	"nan"
	.size	.L.48, 4

	.type	.L.49,@object
.L.49:
	.asciz	"-inf"
	.size	.L.49, 5

	.type	.L.50,@object
.L.50:
	.asciz	"inf"
	.size	.L.50, 4

	.type	.L.51,@object
.L.51:
	.asciz	"{"
	.size	.L.51, 2

	.type	.L.55,@object
.L.55:
	.asciz	" | "
	.size	.L.55, 4

	.type	.L.59,@object
.L.59:
	.asciz	"["
	.size	.L.59, 2

	.type	.L.61,@object
.L.61:
	.asciz	"00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"
	.size	.L.61, 201

	.type	sx.rtti,@object
	.section	.data.rel.ro,"aw",@progbits
	.p2align	4, 0x0
sx.rtti:
	.zero	104
	.quad	8
	.quad	8
	.quad	1
	.quad	0
	.quad	.Lsx.names
	.quad	3
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	16
	.quad	8
	.quad	4
	.quad	0
	.quad	.Lsx.names+3
	.quad	6
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	1
	.quad	1
	.quad	3
	.quad	0
	.quad	.Lsx.names+9
	.quad	4
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	1
	.quad	5
	.quad	0
	.quad	.Lsx.names+13
	.quad	4
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	8
	.quad	8
	.quad	17
	.quad	0
	.quad	.Lsx.names+17
	.quad	4
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	16
	.quad	8
	.quad	20
	.quad	0
	.quad	.Lsx.names+21
	.quad	3
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	1
	.quad	6
	.quad	0
	.quad	.Lsx.names+24
	.quad	11
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	1
	.quad	6
	.quad	0
	.quad	.Lsx.names+35
	.quad	10
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.size	sx.rtti, 936

	.type	.Lsx.names,@object
	.section	.rodata,"a",@progbits
	.p2align	4, 0x0
.Lsx.names:
	.ascii	"i64stringboolvoidTypeanyCBlockingIoCAllocator"
	.size	.Lsx.names, 45

	.type	.Lsx..nl,@object
.Lsx..nl:
	.byte	10
	.size	.Lsx..nl, 1

	.section	".note.GNU-stack","",@progbits
