// Inline assembly and naked functions: reference chapter 12; not built yet, and says so.
import type { NodeId } from '../base/ids.ts';
import type { TypeId } from '../types/types.ts';
import type { FnCtx } from './fn_ctx.ts';
import type { FnInst } from './fn_decl.ts';
import { errorAt } from './report.ts';
import type { Val } from './val.ts';
import { poison } from './value.ts';

export function asmExpr(f: FnCtx, node: NodeId, _want: TypeId): Val {
  errorAt(f, 'UNSUPPORTED', node, 'inline assembly is not supported by this version of the compiler');
  return poison(f);
}

export function nakedBody(f: FnCtx, _inst: FnInst, body: NodeId): void {
  errorAt(f, 'UNSUPPORTED', body, '`abi(.naked)` functions are not supported by this version of the compiler');
}
