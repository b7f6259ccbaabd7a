// Takes nothing; gives the LLVM text of the child process that runs C code for the evaluator. It answers requests from
// descriptor 4 on descriptor 5; words are 64 bits, little-endian; see Request.

/** First word of a request: [op, a, b, n] and n words. A reply is [kind, value, errno, n] and n words. */
export const enum Request {
  /** Ends the process. */
  exit,
  /** Calls the thunk at a with the n words, errno = b; the reply carries the words back. */
  call,
  /** dlopen(a, b): the handle, or 0 and the address of dlerror's text as errno. */
  open,
  /** dlsym(a, b). */
  symbol,
  /** mmap(a, b, words...). */
  map,
  /** The words are the outcome of a callback. */
  outcome,
}

export const enum Reply {
  done,
  callback,
  /** The call that comes back is not the one that was made last: it changed the stack. The child is of no use any more. */
  switched,
}

/** The function that thunks of callbacks call: (function, words, n). */
export const CALLBACK_SYMBOL = 'sx_child_callback';

export const CHILD_TEXT = `
@pid = internal global i32 0
; Who holds it may talk to the compiler, which runs one thing at a time: other threads get their turn while the first one is in C.
; Within a callback it is kept, for the compiler's calls nest: depth counts them.
; (a recursive mutex of the GNU C library)
@turn = internal global [8 x i64] [i64 0, i64 0, i64 1, i64 0, i64 0, i64 0, i64 0, i64 0], align 16
@depth = internal global i32 0
; C calls that are being made. A signal handler may run outside of any: it cannot be served then.
@calls = internal global i32 0
@untimely = internal constant [72 x i8] c"sx: a signal came between two C calls; its handler runs at compile time\\0A"

declare i64 @read(i32, ptr, i64)
declare i64 @write(i32, ptr, i64)
declare void @_exit(i32)
declare i32 @close(i32)
declare void @abort()
declare ptr @mmap(ptr, i64, i32, i32, i32, i64)
declare ptr @dlopen(ptr, i32)
declare ptr @dlsym(ptr, ptr)
declare ptr @dlerror()
declare ptr @__errno_location()
declare i32 @fflush(ptr)
declare i32 @getpid()
declare i32 @pthread_mutex_lock(ptr)
declare i32 @pthread_mutex_unlock(ptr)
declare i32 @prctl(i32, ...)
declare i32 @fcntl(i32, i32, ...)
declare ptr @signal(i32, ptr)

; All n bytes, or the end of the process: without its compiler it has nothing to do.
define internal void @get(ptr %p, i64 %n) {
entry:
  br label %more
more:
  %at = phi i64 [ 0, %entry ], [ %next, %got ], [ %at, %retry ]
  %done = icmp uge i64 %at, %n
  br i1 %done, label %out, label %take
take:
  %to = getelementptr i8, ptr %p, i64 %at
  %left = sub i64 %n, %at
  %r = call i64 @read(i32 4, ptr %to, i64 %left)
  %bad = icmp sle i64 %r, 0
  br i1 %bad, label %none, label %got
none:
  %e = call ptr @__errno_location()
  %errno = load i32, ptr %e
  %interrupted = icmp eq i32 %errno, 4
  %failed = icmp slt i64 %r, 0
  %again = and i1 %interrupted, %failed
  br i1 %again, label %retry, label %gone
retry:
  br label %more
got:
  %next = add i64 %at, %r
  br label %more
gone:
  call void @_exit(i32 0)
  unreachable
out:
  ret void
}

define internal void @put(ptr %p, i64 %n) {
  %r = call i64 @write(i32 5, ptr %p, i64 %n)
  ret void
}

define internal void @reply(i64 %kind, i64 %value, i64 %errno, i64 %n, ptr %words) {
  %size = mul i64 %n, 8
  %total = add i64 %size, 32
  %h = alloca i8, i64 %total, align 16
  store i64 %kind, ptr %h
  %h1 = getelementptr i64, ptr %h, i64 1
  store i64 %value, ptr %h1
  %h2 = getelementptr i64, ptr %h, i64 2
  store i64 %errno, ptr %h2
  %h3 = getelementptr i64, ptr %h, i64 3
  store i64 %n, ptr %h3
  %h4 = getelementptr i64, ptr %h, i64 4
  call void @llvm.memcpy.p0.p0.i64(ptr %h4, ptr %words, i64 %size, i1 false)
  call void @put(ptr %h, i64 %total)
  ret void
}

define internal void @run(ptr %thunk, i64 %errno, i64 %n) {
  %size = mul i64 %n, 8
  %words = alloca i8, i64 %size, align 16
  call void @get(ptr %words, i64 %size)
  %e = call ptr @__errno_location()
  %e32 = trunc i64 %errno to i32
  store i32 %e32, ptr %e
  %c0 = load i32, ptr @calls
  %c1 = add i32 %c0, 1
  store i32 %c1, ptr @calls
  %d = load i32, ptr @depth
  %outer = icmp eq i32 %d, 0
  br i1 %outer, label %free, label %go
free:
  %u = call i32 @pthread_mutex_unlock(ptr @turn)
  br label %go
go:
  call void %thunk(ptr %words)
  %after = load i32, ptr %e
  %f = call i32 @fflush(ptr null)
  br i1 %outer, label %take, label %back
take:
  %l = call i32 @pthread_mutex_lock(ptr @turn)
  br label %back
back:
  ; Calls nest, and each has its number on its own stack: another stack has another.
  %last = load i32, ptr @calls
  %mine = icmp eq i32 %last, %c1
  br i1 %mine, label %here, label %elsewhere
elsewhere:
  call void @reply(i64 ${Reply.switched}, i64 0, i64 0, i64 0, ptr null)
  call void @serve(ptr null)
  unreachable
here:
  store i32 %c0, ptr @calls
  %now = call i32 @getpid()
  %was = load i32, ptr @pid
  %same = icmp eq i32 %now, %was
  br i1 %same, label %ok, label %forked
forked:
  call void @_exit(i32 127)
  unreachable
ok:
  %after64 = sext i32 %after to i64
  call void @reply(i64 0, i64 0, i64 %after64, i64 %n, ptr %words)
  ret void
}

define internal i64 @map(i64 %at, i64 %size) {
  %w = alloca [4 x i64], align 16
  call void @get(ptr %w, i64 32)
  %prot64 = load i64, ptr %w
  %w1 = getelementptr i64, ptr %w, i64 1
  %flags64 = load i64, ptr %w1
  %w2 = getelementptr i64, ptr %w, i64 2
  %fd64 = load i64, ptr %w2
  %w3 = getelementptr i64, ptr %w, i64 3
  %off = load i64, ptr %w3
  %prot = trunc i64 %prot64 to i32
  %flags = trunc i64 %flags64 to i32
  %fd = trunc i64 %fd64 to i32
  %p = inttoptr i64 %at to ptr
  %r = call ptr @mmap(ptr %p, i64 %size, i32 %prot, i32 %flags, i32 %fd, i64 %off)
  %v = ptrtoint ptr %r to i64
  ret i64 %v
}

; Answers requests until the outcome of the callback being made comes; it goes to %block.
define internal void @serve(ptr %block) {
entry:
  %h = alloca [4 x i64], align 16
  %h1 = getelementptr i64, ptr %h, i64 1
  %h2 = getelementptr i64, ptr %h, i64 2
  %h3 = getelementptr i64, ptr %h, i64 3
  br label %next
next:
  call void @get(ptr %h, i64 32)
  %op = load i64, ptr %h
  %a = load i64, ptr %h1
  %b = load i64, ptr %h2
  %n = load i64, ptr %h3
  %pa = inttoptr i64 %a to ptr
  %pb = inttoptr i64 %b to ptr
  switch i64 %op, label %exit [ i64 ${Request.call}, label %call i64 ${Request.open}, label %open i64 ${Request.symbol}, label %symbol i64 ${Request.map}, label %map i64 ${Request.outcome}, label %outcome ]
call:
  call void @run(ptr %pa, i64 %b, i64 %n)
  br label %next
open:
  %flags = trunc i64 %b to i32
  %lib = call ptr @dlopen(ptr %pa, i32 %flags)
  %lib64 = ptrtoint ptr %lib to i64
  %ok = icmp ne ptr %lib, null
  br i1 %ok, label %opened, label %unopened
opened:
  call void @reply(i64 0, i64 %lib64, i64 0, i64 0, ptr null)
  br label %next
unopened:
  %why = call ptr @dlerror()
  %why64 = ptrtoint ptr %why to i64
  call void @reply(i64 0, i64 0, i64 %why64, i64 0, ptr null)
  br label %next
symbol:
  %s = call ptr @dlsym(ptr %pa, ptr %pb)
  %s64 = ptrtoint ptr %s to i64
  call void @reply(i64 0, i64 %s64, i64 0, i64 0, ptr null)
  br label %next
map:
  %m = call i64 @map(i64 %a, i64 %b)
  call void @reply(i64 0, i64 %m, i64 0, i64 0, ptr null)
  br label %next
outcome:
  %size = mul i64 %n, 8
  call void @get(ptr %block, i64 %size)
  ret void
exit:
  call void @_exit(i32 0)
  unreachable
}

define void @${CALLBACK_SYMBOL}(i64 %fn, ptr %words, i64 %n) {
  %l = call i32 @pthread_mutex_lock(ptr @turn)
  %c = load i32, ptr @calls
  %d = load i32, ptr @depth
  %ok = icmp sgt i32 %c, %d
  br i1 %ok, label %timely, label %bad
bad:
  %w = call i64 @write(i32 2, ptr @untimely, i64 72)
  call void @abort()
  unreachable
timely:
  %in = load i32, ptr @depth
  %more = add i32 %in, 1
  store i32 %more, ptr @depth
  call void @reply(i64 1, i64 %fn, i64 0, i64 %n, ptr %words)
  call void @serve(ptr %words)
  store i32 %in, ptr @depth
  %u = call i32 @pthread_mutex_unlock(ptr @turn)
  ret void
}

define i32 @main(i32 %argc, ptr %argv) {
  %d = call i32 (i32, ...) @prctl(i32 1, i64 9)
  ; Node.js ignores SIGPIPE, which would be inherited.
  %s = call ptr @signal(i32 13, ptr null)
  ; What it was given came by way of these.
  %x100 = call i32 @close(i32 100)
  %x101 = call i32 @close(i32 101)
  %x102 = call i32 @close(i32 102)
  %x103 = call i32 @close(i32 103)
  ; Processes that the program starts have no part in this conversation.
  %f3 = call i32 (i32, i32, ...) @fcntl(i32 3, i32 2, i32 1)
  %f4 = call i32 (i32, i32, ...) @fcntl(i32 4, i32 2, i32 1)
  %f5 = call i32 (i32, i32, ...) @fcntl(i32 5, i32 2, i32 1)
  %p = call i32 @getpid()
  store i32 %p, ptr @pid
  %m = call i32 @pthread_mutex_lock(ptr @turn)
  %cb = ptrtoint ptr @${CALLBACK_SYMBOL} to i64
  call void @reply(i64 0, i64 %cb, i64 0, i64 0, ptr null)
  call void @serve(ptr null)
  ret i32 0
}

declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
`;
