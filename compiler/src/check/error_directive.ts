// `#error("…")`: fires when it survives pruning; in a generic body it is located at the user's outermost call (reference 11.5).
// A text that begins with a class of 15.4 and a colon is reported as that class: so the library names what it refuses.
import type { NodeId } from '../base/ids.ts';
import { type Code, isCode } from '../diagnostics/codes.ts';
import { Node } from '../parse/node.ts';
import { stringValue } from '../parse/string_value.ts';
import type { FnCtx } from './fn_ctx.ts';

const decoder = new TextDecoder();

export function reportDirective(f: FnCtx, node: NodeId): void {
  const { tree } = f;
  let text = tree.a[node]!;
  while (tree.kindOf(text) === Node.Paren) text = tree.a[text]!;
  const kind = tree.kindOf(text);
  const message = kind === Node.String || kind === Node.Heredoc ? decoder.decode(stringValue(tree, text)) : tree.text(text);
  const site = f.c.instantiationSite(f);
  const { code, said } = classOf(message);
  if (site === null) {
    f.c.sink.error(code, f.pos(node), f.end(node), said);
    return;
  }
  const inst = f.inst === null ? '' : `, in '${f.inst.decl.display}(${f.inst.params.map((t) => f.c.typeText(t)).join(', ')})'`;
  f.c.sink.error(code, site.start, site.end, said).note(f.pos(node), f.end(node), `the \`#error\` is here${inst}`);
}

function classOf(message: string): { code: Code; said: string } {
  const m = /^([A-Z][A-Z-]*): (.*)$/s.exec(message);
  return m !== null && isCode(m[1]!) ? { code: m[1], said: m[2]! } : { code: 'ERROR-DIRECTIVE', said: message };
}
