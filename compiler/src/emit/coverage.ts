// Takes the functions being printed; gives them a counter for each line that a block enters, and the routine that writes LCOV at exit.
import type { Fn } from '../ir/module.ts';
import type { CoverageOptions, UnreachedFn } from './options.ts';
import type { EmitState } from './state.ts';
import { escapeName, type Text } from './text.ts';

/** What the counters of one function are about. */
interface Counted {
  readonly path: string;
  readonly name: string;
  readonly line: number;
  readonly lines: number[];
}

/**
 * A line may have several counters: one where each basic block comes to it. Each function is a record (SF to end_of_record) of
 * its own, so that whoever merges can take the largest count of a line within a function and add up functions.
 */
export class CoverageWriter {
  private readonly counted: Counted[] = [];
  private current: Counted | null = null;
  private line = 0;

  constructor(
    private readonly st: EmitState,
    private readonly opts: CoverageOptions,
  ) {}

  /** Starts `fn` (again); false when its lines are not counted. */
  beginFn(fn: Fn): boolean {
    this.current = null;
    this.line = 0;
    if (fn.pos === 0) return false;
    const at = this.opts.source.locate(fn.pos);
    if (!this.opts.counts(at.file.path)) return false;
    this.current = { path: at.file.path, name: fn.display === '' ? fn.symbol : fn.display, line: at.line, lines: [] };
    return true;
  }

  /** Every block counts its lines anew. */
  beginBlock(): void {
    this.line = 0;
  }

  /** Counts the line of `pos`, when the block has just come to it. */
  at(pos: number, out: Text): void {
    const { current } = this;
    if (current === null || pos === 0) return;
    const place = this.opts.source.locate(pos);
    if (place.line === this.line || place.file.path !== current.path) return;
    this.line = place.line;
    const n = current.lines.length;
    current.lines.push(place.line);
    out.str(`  %cv${n} = atomicrmw add ptr getelementptr inbounds (i8, ptr @sx.cov.n${this.counted.length}, i64 ${n * 8}), i64 1 monotonic\n`);
  }

  endFn(): void {
    const { current } = this;
    if (current === null || current.lines.length === 0) return;
    this.counted.push(current);
    this.current = null;
  }

  /** Counters, tables and the routine, after the last function. */
  finish(): void {
    const { out } = this.st;
    const rows: string[] = [];
    this.counted.forEach((c, i) => {
      const count = c.lines.length;
      out.str(`@sx.cov.n${i} = internal global [${count} x i64] zeroinitializer, align 8\n`);
      out.str(`@sx.cov.l${i} = private constant [${count} x i32] [${c.lines.map((l) => `i32 ${l}`).join(', ')}]\n`);
      out.str(text(`sx.cov.p${i}`, c.path) + text(`sx.cov.f${i}`, c.name));
      rows.push(`%sx.cov { ptr @sx.cov.p${i}, ptr @sx.cov.f${i}, ptr @sx.cov.n${i}, ptr @sx.cov.l${i}, i64 ${count}, i32 ${c.line} }`);
    });
    out.str('%sx.cov = type { ptr, ptr, ptr, ptr, i64, i32 }\n');
    out.str(`@sx.cov.table = private constant [${rows.length} x %sx.cov] [${rows.join(', ')}]\n`);
    out.str(text('sx.cov.s.unreached', this.opts.unreached.map(missed).join('')));
    out.str(ROUTINE.replaceAll('ROWS', String(rows.length)));
    for (const [name, declaration] of DECLARES) this.st.declare(name, declaration);
  }
}

/** The record of a function that has no counters. */
function missed(f: UnreachedFn): string {
  return `TN:\nSF:${f.path}\nFN:${f.line},${f.name}\nFNDA:0,${f.name}\n${f.lines.map((l) => `DA:${l},0\n`).join('')}end_of_record\n`;
}

function text(name: string, value: string): string {
  const bytes = Buffer.from(value, 'utf8').toString('latin1');
  return `@${name} = private unnamed_addr constant [${bytes.length + 1} x i8] c"${escapeName(bytes)}\\00"\n`;
}

const DECLARES: readonly (readonly [string, string])[] = [
  ['getenv', 'declare ptr @getenv(ptr)'],
  ['getpid', 'declare i32 @getpid()'],
  ['snprintf', 'declare i32 @snprintf(ptr, i64, ptr, ...)'],
  ['fopen', 'declare ptr @fopen(ptr, ptr)'],
  ['fprintf', 'declare i32 @fprintf(ptr, ptr, ...)'],
  ['fputs', 'declare i32 @fputs(ptr, ptr)'],
  ['fclose', 'declare i32 @fclose(ptr)'],
];

/**
 * Called by the C library at exit, through .fini_array itself: for llvm.global_dtors the LLVM C API makes the old .dtors, which not
 * every linker carries over. Appends to $SX_COVERAGE_FILE, else to $COVERAGE_DIR/sx-<pid>.dat; nothing when neither is set or the file cannot be opened.
 */
const ROUTINE = `${text('sx.cov.s.file', 'SX_COVERAGE_FILE')}${text('sx.cov.s.dir', 'COVERAGE_DIR')}${text('sx.cov.s.path', '%s/sx-%d.dat')}${text('sx.cov.s.mode', 'a')}\
${text('sx.cov.s.head', 'TN:\nSF:%s\nFN:%d,%s\n')}${text('sx.cov.s.hits', 'FNDA:%lld,%s\n')}${text('sx.cov.s.line', 'DA:%d,%lld\n')}${text('sx.cov.s.end', 'end_of_record\n')}\
define internal void @sx.cov.write() nounwind {
entry:
  %buf = alloca [4096 x i8], align 16
  %named = call ptr @getenv(ptr @sx.cov.s.file)
  %has = icmp ne ptr %named, null
  br i1 %has, label %open, label %bydir
bydir:
  %dir = call ptr @getenv(ptr @sx.cov.s.dir)
  %hasdir = icmp ne ptr %dir, null
  br i1 %hasdir, label %join, label %done
join:
  %pid = call i32 @getpid()
  %len = call i32 (ptr, i64, ptr, ...) @snprintf(ptr %buf, i64 4096, ptr @sx.cov.s.path, ptr %dir, i32 %pid)
  br label %open
open:
  %path = phi ptr [ %named, %entry ], [ %buf, %join ]
  %file = call ptr @fopen(ptr %path, ptr @sx.cov.s.mode)
  %opened = icmp ne ptr %file, null
  br i1 %opened, label %rows, label %done
rows:
  %r = phi i64 [ 0, %open ], [ %rnext, %rowend ]
  %more = icmp ult i64 %r, ROWS
  br i1 %more, label %row, label %close
row:
  %at = getelementptr [ROWS x %sx.cov], ptr @sx.cov.table, i64 0, i64 %r
  %pathp = load ptr, ptr %at, align 8
  %namea = getelementptr %sx.cov, ptr %at, i64 0, i32 1
  %name = load ptr, ptr %namea, align 8
  %countsa = getelementptr %sx.cov, ptr %at, i64 0, i32 2
  %counts = load ptr, ptr %countsa, align 8
  %linesa = getelementptr %sx.cov, ptr %at, i64 0, i32 3
  %lines = load ptr, ptr %linesa, align 8
  %na = getelementptr %sx.cov, ptr %at, i64 0, i32 4
  %n = load i64, ptr %na, align 8
  %fna = getelementptr %sx.cov, ptr %at, i64 0, i32 5
  %fn = load i32, ptr %fna, align 4
  %h = call i32 (ptr, ptr, ...) @fprintf(ptr %file, ptr @sx.cov.s.head, ptr %pathp, i32 %fn, ptr %name)
  %first = load i64, ptr %counts, align 8
  %g = call i32 (ptr, ptr, ...) @fprintf(ptr %file, ptr @sx.cov.s.hits, i64 %first, ptr %name)
  br label %each
each:
  %i = phi i64 [ 0, %row ], [ %inext, %one ]
  %left = icmp ult i64 %i, %n
  br i1 %left, label %one, label %rowend
one:
  %ca = getelementptr i64, ptr %counts, i64 %i
  %c = load i64, ptr %ca, align 8
  %la = getelementptr i32, ptr %lines, i64 %i
  %l = load i32, ptr %la, align 4
  %d = call i32 (ptr, ptr, ...) @fprintf(ptr %file, ptr @sx.cov.s.line, i32 %l, i64 %c)
  %inext = add i64 %i, 1
  br label %each
rowend:
  %e = call i32 (ptr, ptr, ...) @fprintf(ptr %file, ptr @sx.cov.s.end)
  %rnext = add i64 %r, 1
  br label %rows
close:
  %u = call i32 @fputs(ptr @sx.cov.s.unreached, ptr %file)
  %z = call i32 @fclose(ptr %file)
  br label %done
done:
  ret void
}
@sx.cov.fini = internal global ptr @sx.cov.write, section ".fini_array", align 8
@llvm.used = appending global [1 x ptr] [ptr @sx.cov.fini], section "llvm.metadata"
`;
