// In-process code generation: errors are values (also from inline assembly), both targets, verifier, missing libraries.
import { spawnSync } from 'node:child_process';
import { compileText, verifyText } from './codegen.ts';

const X86 = 'x86_64-unknown-linux-gnu';
const error = (text: string, triple = X86): string => {
  const r = compileText(text, { triple, opt: 0, kind: 'obj' });
  return r.ok ? 'compiled' : r.error;
};

test('objects and assembly for both architectures', () => {
  for (const triple of [X86, 'aarch64-unknown-linux-gnu']) {
    const text = `target triple = "${triple}"\ndefine i32 @f() { ret i32 7 }`;
    const object = compileText(text, { triple, opt: 0, kind: 'obj' });
    if (!object.ok) throw new Error(object.error);
    expect([...object.bytes.subarray(0, 4)]).toEqual([0x7f, 69, 76, 70]);
    const asm = compileText(text, { triple, opt: 2, kind: 'asm' });
    if (!asm.ok) throw new Error(asm.error);
    expect(Buffer.from(asm.bytes).toString()).toContain('f:');
  }
});

test('the optimiser runs', () => {
  const text = 'define i32 @f(i32 %a) { %p = alloca i32\n store i32 %a, ptr %p\n %v = load i32, ptr %p\n ret i32 %v }';
  const asm = compileText(text, { triple: X86, opt: 2, kind: 'asm' });
  if (!asm.ok) throw new Error(asm.error);
  expect(Buffer.from(asm.bytes).toString()).not.toContain('(%rsp)');
});

test('mistakes are error values and the process lives on', () => {
  expect(error('define i32 @f() { ret i64 0 }')).toContain("value doesn't match function result type 'i32'");
  expect(error('define void @f() { call void asm sideeffect "frobnicate", ""()\n ret void }')).toContain(
    "invalid instruction mnemonic 'frobnicate'",
  );
  expect(error('module asm "frobnicate"')).toContain("invalid instruction mnemonic 'frobnicate'");
  expect(error('define void @f() { ret void }', 'vax-dec-vms')).toContain('vax-dec-vms');
  expect(
    verifyText('define i32 @f() { b0:\n br label %b1\nb1:\n %x = add i32 %y, 1\n %y = add i32 %x, 1\n ret i32 %y }'),
  ).toContain('does not dominate');
  expect(verifyText('define void @f() { ret void }')).toBeNull();
  expect(error('define void @f() { ret void }')).toBe('compiled');
});

test('a missing or wrong library is an error value', () => {
  const probe = (path: string): string => {
    const script =
      "const { transformSync } = require('@swc/core'); const { readFileSync } = require('fs');" +
      "const options = { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } };" +
      "require.extensions['.ts'] = (module, file) => module._compile(transformSync(readFileSync(file, 'utf8'), options).code, file);" +
      `console.log(require(${JSON.stringify(require.resolve('./binding.ts'))}).loadLlvm().error);`;
    return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env: { ...process.env, SX_LLVM_LIB: path } })
      .stdout;
  };
  expect(probe('/nonexistent/libLLVM.so')).toContain("no such file '/nonexistent/libLLVM.so'");
  expect(
    probe(process.arch === 'x64' ? '/usr/lib/x86_64-linux-gnu/libm.so.6' : '/usr/lib/aarch64-linux-gnu/libm.so.6'),
  ).toContain('is not libLLVM 19');
});
