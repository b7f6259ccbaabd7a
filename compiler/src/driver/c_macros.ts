// Takes the object-like macros of C headers; gives the C text that makes clang evaluate them, and sx constants from its answer.
import { type Ast, constantValue } from './c_decls.ts';
import { quoted } from './c_spell.ts';

const PREFIX = 'sxm_';

/** Names of object-like macros that may be constants, from the output of `clang -E -dM`. */
export function constantMacros(text: string): string[] {
  const out: string[] = [];
  for (const line of text.split('\n')) {
    const m = /^#define ([A-Za-z]\w*) (.+)$/.exec(line);
    if (m !== null && !/[{};#]/.test(m[2]!) && balanced(m[2]!)) out.push(m[1]!);
  }
  return out;
}

function balanced(text: string): boolean {
  let depth = 0;
  for (const ch of text.replace(/"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/g, '')) {
    if (ch === '(') depth++;
    if (ch === ')' && --depth < 0) return false;
  }
  return depth === 0;
}

/** One line for each macro and kind of value: what does not fit is an error that nobody sees. */
export const macroProbe = (names: readonly string[]): string => names.map((n) => `enum { ${PREFIX}i_${n} = (${n}) };\n__auto_type ${PREFIX}v_${n} = (${n});\n`).join('');
export const MACRO_ARGS: readonly string[] = ['-ferror-limit=0', '-Xclang', '-ast-dump=json', '-Xclang', `-ast-dump-filter=${PREFIX}`];

/** sx constants by name. */
export function macroConstants(dump: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const piece of dump.split(/\n(?=\{\n)/)) {
    if (!piece.trimStart().startsWith('{')) continue;
    const d = JSON.parse(piece) as Ast;
    const name = d.name?.slice(PREFIX.length + 2) ?? '';
    if (d.kind === 'EnumConstantDecl') {
      const v = constantValue(d);
      if (v !== null) out.set(name, `${quoted(name)} :: ${v};\n`);
    } else if (d.kind === 'VarDecl' && !out.has(name)) {
      const v = literal(d.inner?.[0]);
      if (v !== null) out.set(name, `${quoted(name)} :: ${v};\n`);
    }
  }
  return out;
}

/** A string or a float behind parentheses, casts and signs. */
function literal(n: Ast | undefined): string | null {
  if (n === undefined) return null;
  switch (n.kind) {
    case 'ImplicitCastExpr': case 'ParenExpr': return n.inner?.length === 1 ? literal(n.inner[0]) : null;
    case 'UnaryOperator': {
      const of = (n as Ast & { opcode?: string }).opcode === '-' ? literal(n.inner?.[0]) : null;
      return of !== null && of[0] !== '"' ? `-${of}` : null;
    }
    case 'StringLiteral': return n.value !== undefined && n.value[0] === '"' ? escapes(n.value) : null;
    case 'FloatingLiteral': return n.value !== undefined && Number.isFinite(Number(n.value)) ? floatText(Number(n.value)) : null;
    default: return null;
  }
}

/** Decimal digits without an exponent, which sx has not. */
function floatText(v: number): string {
  const m = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(v));
  if (m === null) return '0.0';
  const whole = m[2]!;
  const digits = whole + (m[3] ?? '');
  const point = whole.length + Number(m[4] ?? 0);
  const left = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const right = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  return `${m[1]}${left}.${right === '' ? '0' : right}`;
}

/** clang prints other bytes in octal, which sx strings have not: those texts are left out. */
const escapes = (text: string): string | null => (/\\[^ntr"\\]/.test(text) ? null : text);
