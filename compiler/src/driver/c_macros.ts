// Takes the object-like macros of C headers; gives the C text that makes clang evaluate them, and sx constants from its answer.
import { type Ast, constantValue } from './c_decls.ts';
import { PROBE, probed } from './c_probe.ts';
import { quoted, spellConstant } from './c_spell.ts';

export interface CMacros {
  /** Names that may be constants. */
  readonly values: readonly string[];
  /** Names that stand for something else. */
  readonly others: readonly string[];
  /** Names with parameters. */
  readonly calls: readonly string[];
}

/** The macros in the output of `clang -E -dM`, but for those in `own`, the output without any header. Names with `_` first are nobody's to use. */
export function macrosOf(text: string, own: string): CMacros {
  const builtin = new Set(own.split('\n'));
  const values: string[] = [];
  const others: string[] = [];
  const calls: string[] = [];
  for (const line of text.split('\n')) {
    const m = builtin.has(line) ? null : /^#define ([A-Za-z]\w*)(\(?)(.*)$/.exec(line);
    if (m === null) continue;
    if (m[2] === '(') calls.push(m[1]!);
    else if (m[3]!.trim() !== '') (askable(m[3]!) ? values : others).push(m[1]!);
  }
  return { values, others, calls };
}

/** Whether the text can stand in a question to clang without breaking the others. */
const askable = (text: string): boolean => !/[{};#]/.test(text) && balanced(text);

function balanced(text: string): boolean {
  let depth = 0;
  for (const ch of text.replace(/"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/g, '')) {
    if (ch === '(') depth++;
    if (ch === ')' && --depth < 0) return false;
  }
  return depth === 0;
}

/** One line for each macro and kind of value: what does not fit is an error that nobody sees. */
export const macroProbe = (names: readonly string[]): string => names.map((n) => `enum { ${PROBE}i_${n} = (${n}) };\n__auto_type ${PROBE}v_${n} = (${n});\n`).join('');

/** What to say of a name that is a macro and nothing else. */
export const callRefusal = (name: string): string => `'${name}' is a C macro with parameters, which only C text can use: write a C function that does, in a \`#source\` file`;
export const valueRefusal = (name: string): string => `'${name}' is a C macro, and its value is no integer, float or string that is constant: write a C function that gives it, in a \`#source\` file`;

/** sx constants by name. */
export function macroConstants(dump: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const d of probed(dump)) {
    const name = d.name?.slice(PROBE.length + 2) ?? '';
    if (d.kind === 'EnumConstantDecl') {
      const v = constantValue(d);
      if (v !== null) out.set(name, spellConstant(name, v));
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
