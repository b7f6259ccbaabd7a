// `#import c`: a real C front end (clang's AST) reads the headers; each function declaration becomes an sx extern declaration in a
// synthetic file, and `#source` files become objects of the link (reference 12.5).
import { compileC } from '../link/cc.ts';
import type { LinkHost } from '../link/host_port.ts';
import type { CImportRequest, CImportResult } from '../resolve/c_unit.ts';

export interface CImportHost extends LinkHost {
  /** A fresh folder that is removed when the compiler ends. */
  tempDir(): string;
  writeFile(path: string, text: string): void;
}

const CLANGS = ['clang-19', 'clang'];

export function importC(host: CImportHost, triple: string, q: CImportRequest): CImportResult {
  const clang = CLANGS.map((n) => host.findCommand(n)).find((p) => p !== null) ?? null;
  if (clang === null) return { error: `\`#import c\` needs clang 19 to read C headers (looked for ${CLANGS.join(', ')}; Debian: clang-19)` };
  const dir = host.tempDir();
  const flags = [...q.defines.map((d) => `-D${d}`), ...q.flags, `--target=${triple}`];
  const declarations: string[] = [];
  if (q.includes.length > 0) {
    const main = `${dir}/headers.c`;
    host.writeFile(main, q.includes.map((h) => `#include "${h}"\n`).join(''));
    const r = host.run(clang, ['-x', 'c', '-fsyntax-only', '-Xclang', '-ast-dump=json', ...flags, main]);
    if (r.status !== 0) return { error: `the C headers do not compile:\n${r.stderr.trim()}` };
    declarations.push(...externs(JSON.parse(r.stdout) as Ast));
  }
  const objects: string[] = [];
  const symbols: { name: string; source: string }[] = [];
  for (const [i, source] of q.sources.entries()) {
    const object = `${dir}/unit${i}.o`;
    const error = compileC(host, { arch: triple.startsWith('aarch64') ? 'aarch64' : 'x86_64', source, output: object, flags: [...q.defines.map((d) => `-D${d}`), ...q.flags] });
    if (error !== null) return { error };
    objects.push(object);
  }
  return { text: declarations.join(''), objects, symbols };
}

interface Ast {
  readonly kind: string;
  readonly name?: string;
  readonly type?: { readonly qualType: string; readonly desugaredQualType?: string };
  readonly inner?: readonly Ast[];
  readonly storageClass?: string;
  readonly variadic?: boolean;
}

/** One sx extern declaration for each function that the headers declare. */
function externs(root: Ast): string[] {
  const seen = new Set<string>();
  const out: string[] = [];
  for (const d of root.inner ?? []) {
    if (d.kind !== 'FunctionDecl' || d.name === undefined || d.storageClass === 'static' || seen.has(d.name) || d.name.startsWith('__builtin')) continue;
    seen.add(d.name);
    const full = d.type?.desugaredQualType ?? d.type?.qualType ?? '';
    const result = typeOf(full.slice(0, full.indexOf('(')).trim());
    const params = (d.inner ?? []).filter((p) => p.kind === 'ParmVarDecl').map((p, i) => `a${i}: ${typeOf(p.type?.desugaredQualType ?? p.type?.qualType ?? 'int')}`);
    if (d.variadic === true) params.push('..args: []i64');
    out.push(`\`${d.name} :: (${params.join(', ')})${result === 'void' ? '' : ` -> ${result}`} extern "${d.name}";\n`);
  }
  return out;
}

const SCALARS: Readonly<Record<string, string>> = {
  int: 'i32', 'unsigned int': 'u32', unsigned: 'u32', long: 'i64', 'long long': 'i64', 'unsigned long': 'u64', 'unsigned long long': 'u64', short: 'i16', 'unsigned short': 'u16',
  char: 'u8', 'signed char': 'u8', 'unsigned char': 'u8', _Bool: 'u8', bool: 'u8', float: 'f32', double: 'f64', void: 'void',
};

const POINTERS: Readonly<Record<string, string>> = {
  char: '[*]u8', 'unsigned char': '[*]u8', 'signed char': '[*]u8', void: '*void', int: '*i32', 'unsigned int': '*u32', unsigned: '*u32', float: '*f32', double: '*f64', short: '*i16',
};

/** The mapping table of reference 12.5; anything else by pointer is `*void`, unknown scalars are i64. */
function typeOf(c: string): string {
  const bare = c.replace(/\b(const|volatile|restrict|__restrict)\b/g, '').replace(/\s+/g, ' ').trim();
  const array = /^(.*)\[\d*\]$/.exec(bare);
  if (array !== null) return pointer(array[1]!.trim());
  if (bare.endsWith('*')) return pointer(bare.slice(0, -1).trim());
  if (bare.includes('(')) return '*void';
  return SCALARS[bare] ?? (bare.startsWith('enum ') ? 'u32' : 'i64');
}

const pointer = (target: string): string => POINTERS[target] ?? '*void';
