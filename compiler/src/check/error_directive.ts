// `#error("…")`: fires when it survives pruning; in a generic body it is located at the user's outermost call (reference 11.5).
import type { NodeId } from '../base/ids.ts';
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
  if (site !== null) {
    f.c.sink.error('ERROR-DIRECTIVE', site.start, site.end, message).note(f.pos(node), f.end(node), 'the `#error` is here');
  } else f.c.sink.error('ERROR-DIRECTIVE', f.pos(node), f.end(node), message);
}
