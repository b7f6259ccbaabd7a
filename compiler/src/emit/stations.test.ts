// A result that is built in a local: its bytes are copied once, from the local to the caller's memory.
import { readModule } from '../ir/read.ts';
import { Types } from '../types/types.ts';
import { emitModule } from './emit.ts';

/** The `memcpy` calls of a function that returns 32 bytes, by destination and source. */
function copies(code: string): string[] {
  const r = readModule(`sig s1 = sx(ptr, u1) -> mem 0 32 8\nfn f1 "f" "f" s1 export {\n${code}\n}`);
  if (!r.ok) throw new Error(`line ${r.line}: ${r.message}`);
  const text = Buffer.from(emitModule(r.module, new Types(), { triple: 'x86_64-linux-gnu', arch: 'x86_64', roots: [1], entry: null, debug: null })).toString('latin1');
  return [...text.matchAll(/memcpy\.p0\.p0\.i64\(ptr (\S+), ptr (\S+), i64 32/g)].map((m) => `${m[1]} <- ${m[2]}`);
}

test('a slot between a local and the result', () => {
  expect(copies(`b0:
  %1 = ret_slot ptr
  %2 = slot ptr 32, 8
  zero %2, 32
  %4 = slot ptr 32, 8
  copy %4, %2, 32
  copy %1, %4, 32
  ret _`)).toEqual(['%r <- %0']);
});

test('memory that is not the function’s own may be the result’s: it is copied first', () => {
  expect(copies(`b0:
  %1 = ret_slot ptr
  %2 = param ptr 0
  %3 = slot ptr 32, 8
  copy %3, %2, 32
  copy %1, %3, 32
  ret _`)).toEqual(['%0 <- %p0', '%r <- %0']);
});

test('a slot that other code looks at keeps its bytes', () => {
  expect(copies(`b0:
  %1 = ret_slot ptr
  %2 = param u1 1
  %3 = slot ptr 32, 8
  cond_br %2, b1, b2
b1:
  %5 = slot ptr 32, 8
  copy %5, %3, 32
  copy %1, %5, 32
  ret _
b2:
  zero %5, 32
  copy %1, %5, 32
  ret _`)).toEqual(['%1 <- %0', '%r <- %1', '%r <- %1']);
});

test('what happens between the copies may change the local', () => {
  expect(copies(`b0:
  %1 = ret_slot ptr
  %2 = slot ptr 32, 8
  %3 = slot ptr 32, 8
  copy %3, %2, 32
  zero %2, 32
  copy %1, %3, 32
  ret _`)).toEqual(['%1 <- %0', '%r <- %1']);
});
