// The build's facts that programs can see: OS, ARCH, POINTER_SIZE, SANITIZER (reference 11.6).

export interface TargetFacts {
  readonly triple: string;
  readonly os: string; // a variant name of OperatingSystem
  readonly arch: string; // a variant name of Architecture
  readonly pointerSize: number;
  readonly sanitizer: string; // a variant name of Sanitizer
}

export const OS_NAMES: readonly string[] = ['macos', 'linux', 'windows', 'wasm', 'ios', 'android', 'unknown'];
export const ARCH_NAMES: readonly string[] = ['aarch64', 'x86_64', 'wasm32', 'wasm64', 'unknown'];
export const SANITIZER_NAMES: readonly string[] = ['none', 'address', 'thread'];

export function targetFacts(triple: string, sanitizer: string | null): TargetFacts {
  const arch = triple.startsWith('x86_64') ? 'x86_64' : triple.startsWith('aarch64') || triple.startsWith('arm64') ? 'aarch64'
    : triple.startsWith('wasm32') ? 'wasm32' : triple.startsWith('wasm64') ? 'wasm64' : 'unknown';
  const os = triple.includes('android') ? 'android' : triple.includes('linux') ? 'linux' : triple.includes('ios') ? 'ios'
    : triple.includes('darwin') || triple.includes('macos') ? 'macos' : triple.includes('windows') ? 'windows'
      : arch.startsWith('wasm') ? 'wasm' : 'unknown';
  return { triple, os, arch, pointerSize: arch === 'wasm32' ? 4 : 8, sanitizer: sanitizer ?? 'none' };
}
