// Which options and targets of reference 15.1 are refused here, and with what advice.
import { parseArgs } from './args.ts';
import { targetProblem } from './target_rules.ts';

const problem = (line: string): string | null => {
  const args = parseArgs(line.split(' '));
  return typeof args === 'string' ? `usage: ${args}` : targetProblem(args);
};

test.each([
  'run a.sx', 'build a.sx --target linux', 'build a.sx --target linux-x86', 'build a.sx --target linux-arm', 'build a.sx --target x86_64-unknown-linux-gnu',
  'build a.sx --target linux-musl --sysroot /opt/musl', 'build a.sx --target android --sysroot /ndk --apk app.apk --manifest m.xml --keystore k',
  'build a.sx --target macos --linker ld64.lld -F Frameworks -FMore --bundle A.app --bundle-id a.b --codesign-identity me --entitlements e --provisioning-profile p',
  'build a.sx --target macos --emit obj', 'build a.sx --target wasm --emit ir', 'check a.sx --target ios-sim', 'ir a.sx --target windows-gnu',
  'build a.sx --self-contained --emit-obj', 'build a.sx --no-self-contained --time --cache --lflags -s -L lib -Llib --cpu native --opt aggressive',
])('%s', (line) => expect(problem(line)).toBeNull());

test.each([
  ['run a.sx --target wasm', 'can be checked (sx check)'], ['build a.sx --target wasm64 --emit obj', 'code is generated for x86_64 and aarch64'],
  ['build a.sx --target macos', 'name one with --linker'], ['build a.sx --target windows', 'build an object (--emit obj)'], ['build a.sx --target ios-sim-x86', 'x86_64-apple-ios-simulator'],
  ['build a.sx --target linux-musl-arm', '--sysroot'], ['build a.sx --target android-x86_64', 'x86_64-linux-android'], ['check a.sx --target riscv64-linux-gnu', "unknown target 'riscv64-linux-gnu'"],
  ['build a.sx --bundle A.app', 'application bundle of an Apple target'], ['build a.sx --apk a.apk', 'Android target'], ['build a.sx -F x', 'only Apple targets'],
  ['build a.sx --target macos --bundle-id a.b', 'needs --bundle or --apk'], ['build a.sx --opt 7', 'usage: --opt takes'], ['build a.sx --bundle', 'usage: option'],
])('%s: %s', (line, text) => expect(problem(line)).toContain(text));
