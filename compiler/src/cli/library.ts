// Takes the library beside the compiler; gives its trees from the image that an earlier run left beside the bundle, and leaves one.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Kept } from '../driver/kept.ts';
import { packLibrary, unpackLibrary } from '../driver/library_image.ts';
import { writeFileAtomic } from '../host/files.ts';

/** The library's files are below this folder of its root; imports begin with it. */
const MODULES = 'modules';
/** The image begins with whose it is and how long; a file written by `writeFileAtomic` is whole. */
const HEAD = 64;
/** Where the image is, '' where there is none. */
let place = '';

/**
 * The launcher (compiler/bin/sx) says where the image is. A bundle that a build system runs has no such place: its actions leave
 * nothing but their outputs. Programs that `sx run` starts get the user's environment, without it.
 */
export function takeImagePlace(): void {
  place = process.env['SX_LIBRARY_IMAGE'] ?? '';
  delete process.env['SX_LIBRARY_IMAGE'];
}

/** The image on disk behind its head; null when there is none of this compiler; read once. */
let image: Uint8Array | null | undefined;

/** This process's bundle; at its end there may be another one in the file. */
let bundle: { readonly size: number; readonly mtimeMs: number } | undefined;

/** The bundle is known by its size and time, as the launcher knows it: a digest of it would take longer than the image saves. */
function head(length: number): string {
  bundle ??= statSync(__filename);
  return `${bundle.size} ${bundle.mtimeMs} ${length}`.padEnd(HEAD);
}

function readImage(): Uint8Array | null {
  try {
    const file = readFileSync(place);
    const content = file.subarray(HEAD);
    if (file.toString('latin1', 0, HEAD) !== head(content.length)) return null;
    // Columns are views at multiples of 8; a small file shares its buffer with others and may begin anywhere.
    return content.byteOffset % 8 === 0 ? content : Uint8Array.from(content);
  } catch {
    return null;
  }
}

/** Names and trees to begin a compilation with; the library is looked for under the first of `roots` that has it. */
export function libraryKept(roots: readonly string[]): Kept {
  bundle ??= statSync(__filename);
  if (image === undefined) image = place === '' ? null : readImage();
  const root = rootOf(roots);
  if (image === null || root === null) return new Kept();
  const here = `${process.cwd()}/`;
  return unpackLibrary(image, (path) => {
    const full = `${root}/${path}`;
    return full.startsWith(here) ? [full, full.slice(here.length)] : [full];
  });
}

function rootOf(roots: readonly string[]): string | null {
  return roots.map((r) => resolve(r)).find((r) => existsSync(join(r, MODULES))) ?? null;
}

/**
 * Writes the image anew when a file of the library had to be parsed. Called when everything else is done; where nothing may be
 * written, the next run parses again.
 */
export function keepLibrary(kept: Kept, roots: readonly string[]): void {
  const root = rootOf(roots);
  if (place === '' || root === null || !kept.trees.parsed.some((path) => resolve(path).startsWith(`${join(root, MODULES)}/`))) return;
  try {
    const content = packLibrary(sources(root, MODULES));
    writeFileAtomic(place, Buffer.concat([Buffer.from(head(content.length)), content]));
  } catch {
    // Not ours to write.
  }
}

/** Files of the library by their path in it. */
function* sources(root: string, dir: string): Generator<[string, Uint8Array]> {
  for (const name of readdirSync(join(root, dir)).sort()) {
    const path = `${dir}/${name}`;
    if (statSync(join(root, path)).isDirectory()) yield* sources(root, path);
    else if (name.endsWith('.sx')) yield [path, readFileSync(join(root, path))];
  }
}
