// Takes nothing; gives the runtime routines that emitted programs lean on, as LLVM text included on demand.

export interface Support {
  readonly text: string;
  /** Other support routines. */
  readonly needs: readonly string[];
  /** Outside symbols: name and declaration. */
  readonly declares: readonly (readonly [string, string])[];
}

const WRITE = ['write', 'declare i64 @write(i32, ptr, i64)'] as const;
const ABORT = ['abort', 'declare void @abort() noreturn'] as const;
const STRLEN = ['strlen', 'declare i64 @strlen(ptr)'] as const;
const SIGNAL = ['signal', 'declare ptr @signal(i32, ptr)'] as const;
const DPRINTF = ['dprintf', 'declare i32 @dprintf(i32, ptr, ...)'] as const;

const routine = (
  text: string,
  needs: readonly string[] = [],
  declares: readonly (readonly [string, string])[] = [],
): Support => ({ text, needs, declares });

/** A private NUL-terminated string constant. */
function cstring(name: string, text: string): string {
  return `@${name} = private unnamed_addr constant [${text.length + 1} x i8] c"${text.replaceAll('\n', '\\0A')}\\00"\n`;
}

/** The per-thread ring of error-trace frames: 32 slots, and how many were pushed since the last clear. */
const RING = `@sx.trace.ring = linkonce_odr thread_local global [32 x i64] zeroinitializer
@sx.trace.count = linkonce_odr thread_local global i64 0
`;

export const SUPPORT: Readonly<Record<string, Support>> = {
  sx_trap: routine(
    `@sx..nl = private unnamed_addr constant [1 x i8] c"\\0A"
define internal void @sx_trap(ptr %msg) cold noinline noreturn nounwind {
  %n = call i64 @strlen(ptr %msg)
  %a = call i64 @write(i32 2, ptr %msg, i64 %n)
  %b = call i64 @write(i32 2, ptr @sx..nl, i64 1)
  call void @abort()
  unreachable
}
`,
    [],
    [WRITE, ABORT, STRLEN],
  ),

  // An empty handler for SIGPIPE (13 everywhere). Not SIG_IGN, which children would inherit.
  sx_quiet_sigpipe: routine(
    `define internal void @sx.sigpipe(i32 %signal) nounwind {
  ret void
}
define internal void @sx_quiet_sigpipe() nounwind {
  %old = call ptr @signal(i32 13, ptr @sx.sigpipe)
  ret void
}
`,
    [],
    [SIGNAL],
  ),

  // Truncation toward zero to 64 bits; out of range and NaN give the smallest integer.
  'sx.f2i': routine(
    `define internal i64 @sx.f2i(double %x) nounwind {
  %s = call i64 @llvm.fptosi.sat.i64.f64(double %x)
  %in = fcmp olt double %x, 0x43E0000000000000
  %r = select i1 %in, i64 %s, i64 -9223372036854775808
  ret i64 %r
}
`,
    [],
    [['llvm.fptosi.sat.i64.f64', 'declare i64 @llvm.fptosi.sat.i64.f64(double)']],
  ),
  // The same for u64: [2^63, 2^64) keeps its value.
  'sx.f2u': routine(
    `define internal i64 @sx.f2u(double %x) nounwind {
  %s = call i64 @sx.f2i(double %x)
  %u = call i64 @llvm.fptoui.sat.i64.f64(double %x)
  %big = fcmp oge double %x, 0x43E0000000000000
  %fits = fcmp olt double %x, 0x43F0000000000000
  %use = and i1 %big, %fits
  %r = select i1 %use, i64 %u, i64 %s
  ret i64 %r
}
`,
    ['sx.f2i'],
    [['llvm.fptoui.sat.i64.f64', 'declare i64 @llvm.fptoui.sat.i64.f64(double)']],
  ),

  'sx.trace.state': routine(RING),
  sx_trace_push: routine(
    `define linkonce_odr void @sx_trace_push(i64 %frame) noinline nounwind {
  %n = load i64, ptr @sx.trace.count
  %i = and i64 %n, 31
  %p = getelementptr [32 x i64], ptr @sx.trace.ring, i64 0, i64 %i
  store i64 %frame, ptr %p
  %m = add i64 %n, 1
  store i64 %m, ptr @sx.trace.count
  ret void
}
`,
    ['sx.trace.state'],
  ),
  sx_trace_clear: routine(
    `define linkonce_odr void @sx_trace_clear() nounwind {
  store i64 0, ptr @sx.trace.count
  ret void
}
`,
    ['sx.trace.state'],
  ),
  sx_trace_len: routine(
    `define linkonce_odr i32 @sx_trace_len() nounwind {
  %n = load i64, ptr @sx.trace.count
  %few = icmp ult i64 %n, 32
  %k = select i1 %few, i64 %n, i64 32
  %r = trunc i64 %k to i32
  ret i32 %r
}
`,
    ['sx.trace.state'],
  ),
  sx_trace_truncated: routine(
    `define linkonce_odr i32 @sx_trace_truncated() nounwind {
  %n = load i64, ptr @sx.trace.count
  %many = icmp ugt i64 %n, 32
  %r = zext i1 %many to i32
  ret i32 %r
}
`,
    ['sx.trace.state'],
  ),
  sx_trace_frame_at: routine(
    `define linkonce_odr i64 @sx_trace_frame_at(i32 %at) nounwind {
  %n = load i64, ptr @sx.trace.count
  %many = icmp ugt i64 %n, 32
  %first = select i1 %many, i64 %n, i64 0
  %i = zext i32 %at to i64
  %s = add i64 %first, %i
  %k = and i64 %s, 31
  %p = getelementptr [32 x i64], ptr @sx.trace.ring, i64 0, i64 %k
  %r = load i64, ptr %p
  ret i64 %r
}
`,
    ['sx.trace.state'],
  ),

  // Frames are ptr to { string file, i32 line, i32 col, string func, string line_text }.
  sx_trace_report_unhandled: routine(
    `${cstring('sx.rep.err', 'error: unhandled error reached main: error.%.*s\n')}${cstring(
      'sx.rep.head',
      'error return trace (most recent call last):\n',
    )}${cstring('sx.rep.cut', '  ... older frames omitted (buffer full)\n')}${cstring(
      'sx.rep.frame',
      '  %.*s at %.*s:%d:%d\n    %.*s\n    %*s^\n',
    )}${cstring('sx.rep.none', '')}define linkonce_odr void @sx_trace_report_unhandled(i32 %tag, ptr %name, i64 %len) cold noinline nounwind {
  %len32 = trunc i64 %len to i32
  %a = call i32 (i32, ptr, ...) @dprintf(i32 2, ptr @sx.rep.err, i32 %len32, ptr %name)
  %n = call i32 @sx_trace_len()
  %empty = icmp eq i32 %n, 0
  br i1 %empty, label %done, label %head
head:
  %b = call i32 (i32, ptr, ...) @dprintf(i32 2, ptr @sx.rep.head)
  %t = call i32 @sx_trace_truncated()
  %whole = icmp eq i32 %t, 0
  br i1 %whole, label %loop, label %cut
cut:
  %c = call i32 (i32, ptr, ...) @dprintf(i32 2, ptr @sx.rep.cut)
  br label %loop
loop:
  %i = phi i32 [ 0, %head ], [ 0, %cut ], [ %next, %loop ]
  %raw = call i64 @sx_trace_frame_at(i32 %i)
  %f = inttoptr i64 %raw to ptr
  %file = load ptr, ptr %f
  %p1 = getelementptr i8, ptr %f, i64 8
  %filelen = load i64, ptr %p1
  %p2 = getelementptr i8, ptr %f, i64 16
  %line = load i32, ptr %p2
  %p3 = getelementptr i8, ptr %f, i64 20
  %col = load i32, ptr %p3
  %p4 = getelementptr i8, ptr %f, i64 24
  %func = load ptr, ptr %p4
  %p5 = getelementptr i8, ptr %f, i64 32
  %funclen = load i64, ptr %p5
  %p6 = getelementptr i8, ptr %f, i64 40
  %text = load ptr, ptr %p6
  %p7 = getelementptr i8, ptr %f, i64 48
  %textlen = load i64, ptr %p7
  %fl = trunc i64 %filelen to i32
  %nl = trunc i64 %funclen to i32
  %tl = trunc i64 %textlen to i32
  %indent = add i32 %col, -1
  %d = call i32 (i32, ptr, ...) @dprintf(i32 2, ptr @sx.rep.frame, i32 %nl, ptr %func, i32 %fl, ptr %file, i32 %line, i32 %col, i32 %tl, ptr %text, i32 %indent, ptr @sx.rep.none)
  %next = add i32 %i, 1
  %more = icmp ult i32 %next, %n
  br i1 %more, label %loop, label %done
done:
  ret void
}
`,
    ['sx_trace_len', 'sx_trace_truncated', 'sx_trace_frame_at'],
    [DPRINTF],
  ),
};
