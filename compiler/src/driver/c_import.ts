// Takes an `#import c` block; gives its sx declarations as clang reads the headers, and the objects of its `#source` files (reference 12.5).
import { definedSymbols } from '../link/elf_symbols.ts';
import type { CFile, CImportRequest, CImportResult, CMessage, CSymbol } from '../resolve/c_unit.ts';
import { cached, type CImportHost, type CSettings, findCompiler, messagesOf } from './c_compiler.ts';
import { type Ast, declarations, inlineSymbol } from './c_decls.ts';
import { layoutProbe, layoutsFrom } from './c_layout.ts';
import { callRefusal, macroConstants, macroProbe, macrosOf, valueRefusal } from './c_macros.ts';
import { PROBE_ARGS } from './c_probe.ts';

const decoder = new TextDecoder();

/** Texts made here, which begin with the `#include` lines of the block. */
const HEADERS_FILE = 'sx_headers.c';
const INLINE_FILE = 'sx_inline.c';
const HEADER_TEXTS = new Set([HEADERS_FILE, INLINE_FILE]);

interface Failed { readonly error: string; readonly messages: readonly CMessage[] }

export function importC(host: CImportHost, settings: CSettings, q: CImportRequest): CImportResult {
  const found = findCompiler(host, settings);
  if ('error' in found) return { error: found.error, messages: [] };
  const unit = new Unit(host, found.command, settings, q);
  const headers = unit.headers();
  if ('error' in headers) return headers;
  const objects: string[] = [];
  const symbols: CSymbol[] = [];
  for (const source of q.sources) {
    const bytes = unit.object(source);
    if ('error' in bytes) return bytes;
    for (const name of definedSymbols(bytes)) symbols.push({ name, source: source.shown });
    objects.push(unit.keep(bytes));
  }
  if (headers.inline.length > 0) {
    const bytes = unit.inlineObject(headers.inline);
    if ('error' in bytes) return bytes;
    objects.push(unit.keep(bytes));
  }
  const refused = new Map([
    ...headers.macroCalls.map((n) => [n, callRefusal(n)] as const), ...headers.macroValues.map((n) => [n, valueRefusal(n)] as const), ...headers.refused,
  ]);
  return { text: headers.text, refused, objects, symbols };
}

interface Headers {
  readonly text: string;
  readonly refused: readonly (readonly [string, string])[];
  readonly inline: readonly string[];
  /** Macros that sx cannot have: with parameters, and without a value that is constant. */
  readonly macroCalls: readonly string[];
  readonly macroValues: readonly string[];
}

class Unit {
  /** Of every run: target, definitions, flags. */
  private readonly flags: readonly string[];

  constructor(
    private readonly host: CImportHost,
    private readonly command: string,
    private readonly settings: CSettings,
    private readonly q: CImportRequest,
  ) {
    const clang = /clang[^/]*$/.test(command);
    this.flags = [
      ...(clang ? [`--target=${settings.triple}`] : []), ...(settings.sysroot === '' ? [] : [`--sysroot=${settings.sysroot}`]), ...settings.cflags, ...q.defines.map((d) => `-D${d}`), ...q.flags,
    ];
  }

  /** A file of the object's bytes for the linker. */
  keep(bytes: Uint8Array): string {
    const path = `${this.host.tempDir()}/unit.o`;
    this.host.writeFile(path, bytes);
    return path;
  }

  private includes(): string {
    return this.q.includes.map((h) => (h.path.startsWith('<') ? `#include ${h.path}\n` : `#include "${h.path}"\n`)).join('');
  }

  headers(): Headers | Failed {
    if (this.q.includes.length === 0) return { text: '', refused: [], inline: [], macroCalls: [], macroValues: [] };
    const text = this.includes();
    const made = cached(this.host, this.command, {
      args: ['headers', ...this.flags], flags: this.flags, text,
      run: (dir, deps) => {
        const main = `${dir}/${HEADERS_FILE}`;
        this.host.writeFile(main, text);
        const r = this.run(['-x', 'c', '-fsyntax-only', '-w', '-MD', '-MF', deps, '-Xclang', '-ast-dump=json', ...this.flags, main]);
        if (r.status !== 0) return { failed: r.stderr };
        return JSON.stringify(this.declared(JSON.parse(r.stdout) as Ast, dir, text));
      },
    });
    if ('failed' in made) return this.failed(made.failed, 'the C headers do not compile');
    return JSON.parse(decoder.decode(made)) as Headers;
  }

  /** What the headers declare, and their macros. Clang answers questions about both in one run. */
  private declared(root: Ast, dir: string, text: string): Headers {
    const main = `${dir}/macros.c`;
    this.host.writeFile(main, text);
    const macros = macrosOf(this.run(['-x', 'c', '-E', '-dM', ...this.flags, main]).stdout, this.run(['-x', 'c', '-E', '-dM', ...this.flags, '/dev/null']).stdout);
    let answers = '';
    const d = declarations(root, (records) => {
      this.host.writeFile(main, text + macroProbe(macros.values) + layoutProbe(records));
      answers = this.run([...PROBE_ARGS, ...this.flags, main]).stdout;
      return layoutsFrom(answers, records);
    });
    // Macros hide no function and no variable.
    const isFree = (n: string): boolean => !d.text.has(n) && !d.refused.has(n);
    const constants = [...macroConstants(answers)].filter(([n]) => isFree(n));
    const out = new Map([...d.text, ...constants]);
    const unnamed = (names: readonly string[]): string[] => names.filter((n) => isFree(n) && !out.has(n));
    return {
      text: [...out.values()].join(''), refused: [...d.refused].filter(([n]) => !out.has(n)), inline: d.inline,
      macroCalls: unnamed(macros.calls), macroValues: unnamed([...macros.values, ...macros.others]),
    };
  }

  /** The object of a `#source` file. */
  object(source: CFile): Uint8Array | Failed {
    return this.compile(source.path, null, `compiling '${source.shown}' failed`);
  }

  /** Weak symbols for functions that headers define: several units may make the same. */
  inlineObject(names: readonly string[]): Uint8Array | Failed {
    const aliases = names.map((n) => `extern __typeof__(${n}) ${inlineSymbol(n)} __attribute__((weak, alias("${n}")));\n`);
    return this.compile('', this.includes() + aliases.join(''), 'the inline functions of the C headers do not compile');
  }

  private compile(path: string, text: string | null, what: string): Uint8Array | Failed {
    const { sanitizer } = this.settings;
    const args = ['-fPIC', ...(sanitizer === null ? [] : [`-fsanitize=${sanitizer}`]), ...this.flags];
    const made = cached(this.host, this.command, {
      args: ['object', path, ...args], flags: args, text: text ?? undefined,
      run: (dir, deps) => {
        const source = text === null ? path : `${dir}/${INLINE_FILE}`;
        if (text !== null) this.host.writeFile(source, text);
        const r = this.run(['-c', source, '-o', `${dir}/out.o`, '-MD', '-MF', deps, ...args]);
        if (r.status !== 0) return { failed: r.stderr };
        return this.host.readOutput(`${dir}/out.o`) ?? { failed: 'the C compiler made no object' };
      },
    });
    return 'failed' in made ? this.failed(made.failed, what) : made;
  }

  private run(args: readonly string[]): { readonly status: number; readonly stdout: string; readonly stderr: string } {
    return this.host.run(this.command, args);
  }

  /** The text that asks for the headers has a line for each. */
  private aboutHeader(m: CMessage): CMessage {
    const own = HEADER_TEXTS.has(m.path.slice(m.path.lastIndexOf('/') + 1)) && !this.q.includes.some((h) => h.path === m.path);
    return own && m.line <= this.q.includes.length ? { ...m, header: m.line - 1 } : m;
  }

  private failed(stderr: string, what: string): Failed {
    if (/-Xclang|ast-dump/.test(stderr)) return { error: `'${this.command}' is not clang, which reading C headers takes: name one with --cc or SX_CC`, messages: [] };
    return { error: `${what}: ${stderr.trim().split('\n')[0] ?? ''}`, messages: messagesOf(stderr).map((m) => this.aboutHeader(m)) };
  }
}
