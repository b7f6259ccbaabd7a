// Takes an architecture and a sysroot; gives where its startup files, libraries and dynamic linker are (probed once, no spawning).
import type { LinkHost } from './host_port.ts';

export type LinkArch = 'x86_64' | 'aarch64';

export interface CLibrary {
  readonly arch: LinkArch;
  /** Directory of crt1.o, crti.o, crtn.o. */
  readonly crtDir: string;
  /** Directory of crtbeginS.o and libgcc.a, '' when there is none. */
  readonly gccDir: string;
  readonly searchDirs: readonly string[];
  readonly dynamicLinker: string;
  readonly emulation: string;
}

const TRIPLES: Readonly<Record<LinkArch, readonly string[]>> = {
  x86_64: ['x86_64-linux-gnu', 'x86_64-redhat-linux', 'x86_64-pc-linux-gnu'],
  aarch64: ['aarch64-linux-gnu', 'aarch64-redhat-linux', 'aarch64-unknown-linux-gnu'],
};
const DYNAMIC_LINKER: Readonly<Record<LinkArch, string>> = {
  x86_64: '/lib64/ld-linux-x86-64.so.2',
  aarch64: '/lib/ld-linux-aarch64.so.1',
};
const EMULATION: Readonly<Record<LinkArch, string>> = { x86_64: 'elf_x86_64', aarch64: 'aarch64linux' };

const cache = new Map<string, CLibrary | null>();

/** The C library of `arch`, null when it is not installed. Cached for the life of the process. */
export function findCLibrary(host: LinkHost, arch: LinkArch, sysroot: string): CLibrary | null {
  const key = `${arch}|${sysroot}`;
  let hit = cache.get(key);
  if (hit === undefined) {
    hit = probe(host, arch, sysroot);
    cache.set(key, hit);
  }
  return hit;
}

function probe(host: LinkHost, arch: LinkArch, root: string): CLibrary | null {
  const libDirs: string[] = [];
  for (const t of TRIPLES[arch]) libDirs.push(`${root}/usr/lib/${t}`, `${root}/lib/${t}`, `${root}/usr/${t}/lib`);
  libDirs.push(`${root}/usr/lib64`, `${root}/lib64`, `${root}/usr/lib`, `${root}/lib`);
  const crtDir = libDirs.find((d) => host.exists(`${d}/Scrt1.o`) && fits(d, arch, host));
  if (crtDir === undefined) return null;
  const gccDir = findGcc(host, arch, root);
  const searchDirs = [
    ...(gccDir === '' ? [] : [gccDir]),
    ...libDirs.filter((d) => fits(d, arch, host) && host.exists(d)),
  ];
  return { arch, crtDir, gccDir, searchDirs, dynamicLinker: DYNAMIC_LINKER[arch], emulation: EMULATION[arch] };
}

/** Directories without a triple in their name hold one architecture: the one whose dynamic linker lies there. */
function fits(dir: string, arch: LinkArch, host: LinkHost): boolean {
  if (TRIPLES[arch].some((t) => dir.includes(t))) return true;
  const name = DYNAMIC_LINKER[arch].slice(DYNAMIC_LINKER[arch].lastIndexOf('/') + 1);
  return host.exists(`${dir}/${name}`);
}

/** The newest gcc directory. */
function findGcc(host: LinkHost, arch: LinkArch, root: string): string {
  for (const base of ['gcc', 'gcc-cross']) {
    for (const t of TRIPLES[arch]) {
      const dir = `${root}/usr/lib/${base}/${t}`;
      const versions = host
        .listDir(dir)
        .filter((v) => /^\d+(\.\d+)*$/.test(v) && host.exists(`${dir}/${v}/crtbeginS.o`));
      versions.sort((x, y) => Number.parseInt(y, 10) - Number.parseInt(x, 10));
      if (versions.length > 0) return `${dir}/${versions[0]}`;
    }
  }
  return '';
}
