// Takes sx sources in tests; gives what the program prints under the evaluator and the diagnostics of checking it.
import { check } from '../driver/pipeline.ts';
import { Session } from '../driver/session.ts';
import { MemoryVfs } from '../source/vfs.ts';

/** A small library: context with an allocator that counts, printing of numbers, strings and truth values. */
const PRELUDE = `
libc :: #library "c";
libc_write :: (fd: i32, p: *void, n: i64) -> i64 extern libc "write";
libc_malloc :: (n: i64) -> *void extern libc "malloc";
libc_free :: (p: *void) extern libc "free";
Allocator :: protocol #inline #identity {
    alloc_bytes :: (self: *Self, size: i64) -> *void;
    dealloc_bytes :: (self: *Self, ptr: *void);
}
Into :: protocol(Target: Type) { convert :: (self: *Self) -> Target; }
ClosureRaw :: struct { fn_ptr: *void; env: *void; }
ProtocolRaw :: struct { ctx: *void; type_id: Type; }
CAllocator :: struct { count: i64; }
impl Allocator for CAllocator {
    alloc_bytes :: (self: *CAllocator, size: i64) -> *void { self.count += 1; libc_malloc(size) }
    dealloc_bytes :: (self: *CAllocator, ptr: *void) { self.count -= 1; libc_free(ptr); }
}
c_allocator : CAllocator = .{ count = 0 };
out :: (s: string) { libc_write(1, s.ptr, s.len); }
digits :: (n: i64) {
    if n < 0 { out("-"); digits(-n); return; }
    if n >= 10 { digits(n / 10); }
    i := n % 10;
    out("0123456789"[i..i + 1]);
}
say :: (n: i64) { digits(n); out(" "); }
text :: (s: string) { out(s); out(" "); }
truth :: (b: bool) { if b { out("true "); } else { out("false "); } }
`;
const CONTEXT = `
Context :: struct {}
#context_extend allocator: Allocator = c_allocator;
`;

export interface Outcome {
  /** What main printed, without the last blank. */
  readonly output: string;
  /** `file:line CODE message` of every diagnostic, in order. */
  readonly errors: readonly string[];
}

export interface Sources {
  readonly [path: string]: string;
}

/** Runs `main` of the program; the prelude is imported as "std.sx". */
export function runProgram(main: string, more: Sources = {}, withContext = true): Outcome {
  const root = `#import "std.sx";\n${main}`;
  const chunks: Uint8Array[] = [];
  const vfs = new MemoryVfs({ 'main.sx': root, 'std.sx': PRELUDE + (withContext ? CONTEXT : ''), ...more });
  const session = new Session(
    {
      vfs,
      write: (_fd, bytes) => {
        chunks.push(bytes.slice());
      },
      now: () => 0,
    },
    {
      file: 'main.sx',
      triple: 'x86_64-linux-gnu',
      opt: 0,
      cpu: '', cc: '', cflags: [], sysroot: '',
      features: '',
      stdlibRoots: [],
      sanitizer: null,
      debug: false, comptimeFfi: false, comptimeSteps: 1_000_000, comptimeMemory: 64 << 20, libs: [], libDirs: [],
      coverage: false,
      checks: true,
      dumpAfter: [],
    },
  );
  const checked = check(session, new TextEncoder().encode(root));
  const errors = session.sink.diags
    .filter((d) => d.severity === 'error')
    .map((d) => {
      const at = session.sources.locate(d.start);
      return `${at.file.path}:${at.line} ${d.code} ${d.message}`;
    });
  if (checked === null || checked.entry === null) return { output: '', errors };
  const { comptime } = checked.checker;
  const { mainFn, defaultContext } = checked.entry;
  const result = comptime.call(mainFn, defaultContext === 0 ? [] : [comptime.globalAddress(defaultContext)]);
  const output = new TextDecoder().decode(Buffer.concat(chunks)).trimEnd();
  return result.ok ? { output, errors } : { output: `${output} [${result.reason}]`, errors };
}
