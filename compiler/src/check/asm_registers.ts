// Takes operand constraints and clobbers; reports those that name no register of the architecture: LLVM says so without a place, or not at all.
import type { NodeId } from '../base/ids.ts';
import { AsmOperandKind } from '../parse/node.ts';
import type { FnCtx } from './fn_ctx.ts';
import { errorAt } from './report.ts';

/** Registers as constraints and clobbers name them, per architecture. */
const REGISTERS: Readonly<Record<string, RegExp>> = {
  x86_64:
    /^(?:[re]?(?:ax|bx|cx|dx|si|di|bp|sp)|[abcd][lh]|(?:si|di|bp|sp)l|r(?:[89]|1[0-5])[dwb]?|[re]?ip|[xyz]mm(?:[0-9]|[12][0-9]|3[01])|mm[0-7]|st(?:\([0-7]\))?|st[0-7]|k[0-7]|[cdefgs]s|cr[0-8]|dr[0-7]|[re]?flags|dirflag|fpsr|fpcr|mxcsr)$/i,
  aarch64:
    /^(?:[xw](?:[0-9]|[12][0-9]|30|zr)|w?sp|fp|lr|xzr|wzr|[vqdshbz](?:[0-9]|[12][0-9]|3[01])|p(?:[0-9]|1[0-5])|nzcv|fpcr|fpsr|ffr|vg|za|za[0-9]+.*|zt0)$/i,
};
/** Clobbers that are no registers. */
const OTHERS: ReadonlySet<string> = new Set(['memory', 'cc']);

/** A result in memory without the address of that memory. `Q` is memory on AArch64; on x86-64 it is the registers whose second byte has a name. */
const NO_ADDRESS: Readonly<Record<string, RegExp>> = { x86_64: /^[=+][&%]*[moV]+$/, aarch64: /^[=+][&%]*[moVQ]+$/ };

/** `=`, `+`, `&`, `*`, then a register in braces, letters of the target, or the number of an output. */
const FORM = /^[=+]?[&%]*\*?(?:\{[^{}]+\}|[A-Za-z^]+|\d+)$/;

/** What the constraint of each kind of operand begins with. */
const DIRECTION: Readonly<Record<AsmOperandKind, { readonly form: RegExp; readonly rule: string }>> = {
  [AsmOperandKind.input]: { form: /^[^=+]/, rule: "an input has neither '=' nor '+'" },
  [AsmOperandKind.output]: { form: /^=/, rule: "an output that gives a value begins with '='" },
  [AsmOperandKind.place]: { form: /^[=+]/, rule: "an output into a place begins with '=', or with '+' where the asm reads it, too" },
};

/** One name for all names of a register's parts, of those that operands can share by mistake. */
const WHOLE: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {
  x86_64: [[/^[re]?(ax|bx|cx|dx|si|di|bp|sp)$/, '$1'], [/^([abcd])l$/, '$1x'], [/^(si|di|bp|sp)l$/, '$1'], [/^r(8|9|1[0-5])[dwb]?$/, 'r$1'], [/^[xyz]mm(\d+)$/, 'mm$1']],
  aarch64: [[/^fp$/, 'x29'], [/^lr$/, 'x30'], [/^[xw](\d+)$/, 'x$1'], [/^[vqdshbz](\d+)$/, 'v$1']],
};

/** The registers that inputs and outputs are pinned to so far. */
export class Pinned {
  private readonly inputs = new Set<string>();
  private readonly outputs = new Set<string>();

  constructor(private readonly f: FnCtx) {}

  /** A register takes one input and gives one output; `+` is both. */
  add(node: NodeId, constraint: string, kind: AsmOperandKind): boolean {
    const name = /\{([^{}]+)\}/.exec(constraint)?.[1];
    if (name === undefined) return true;
    let register = name.toLowerCase();
    for (const [form, whole] of WHOLE[this.f.c.options.target.arch] ?? []) if (form.test(register)) register = register.replace(form, whole);
    const uses: [Set<string>, string][] = [];
    if (kind === AsmOperandKind.input || constraint.startsWith('+')) uses.push([this.inputs, 'inputs']);
    if (kind !== AsmOperandKind.input) uses.unshift([this.outputs, 'outputs']);
    for (const [used, what] of uses) {
      if (used.has(register)) {
        errorAt(this.f, 'ASM-REG', node, `two ${what} are pinned to '${name}'`);
        return false;
      }
      used.add(register);
    }
    return true;
  }
}

export function checkConstraint(f: FnCtx, node: NodeId, constraint: string, kind: AsmOperandKind): boolean {
  if (!FORM.test(constraint)) {
    errorAt(f, 'ASM-CONSTRAINT', node, `'${constraint}' is no operand constraint`)
      .help('an operand has one of "r", "{register}", "m" with "=" for an output or "+" for reading and writing; memory outputs are "=*m"');
    return false;
  }
  const { form, rule } = DIRECTION[kind];
  if (!form.test(constraint)) {
    errorAt(f, 'ASM-CONSTRAINT', node, `'${constraint}' says the wrong direction: ${rule}`);
    return false;
  }
  if (NO_ADDRESS[f.c.options.target.arch]?.test(constraint) === true) {
    errorAt(f, 'ASM-CONSTRAINT', node, `'${constraint}' passes no address: a memory output is '=*${constraint.at(-1)}'`);
    return false;
  }
  const pinned = /\{([^{}]+)\}/.exec(constraint)?.[1];
  return pinned === undefined || checkRegister(f, node, pinned);
}

/** A name in `clobbers(…)`. */
export function checkClobber(f: FnCtx, node: NodeId): void {
  const name = f.c.text(f.tree.a[node]!);
  if (!OTHERS.has(name)) checkRegister(f, node, name);
}

function checkRegister(f: FnCtx, node: NodeId, name: string): boolean {
  const { arch } = f.c.options.target;
  if (REGISTERS[arch]?.test(name) !== false) return true;
  errorAt(f, 'ASM-REG', node, `${arch} has no register '${name}'`);
  return false;
}
