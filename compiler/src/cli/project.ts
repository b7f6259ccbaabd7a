// Takes a folder; gives the import roots that its sx-project.json names for editors: what a build system knows and a file alone does not say.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PROJECT = 'sx-project.json';

/** Folders in their order, relative to `dir` or absolute; none without the file. A string is why it cannot be used. */
export function projectRoots(dir: string): readonly string[] | string {
  let text: string;
  try {
    text = readFileSync(join(dir, PROJECT), 'utf8');
  } catch (e) {
    return (e as NodeJS.ErrnoException).code === 'ENOENT' ? [] : `${PROJECT}: ${(e as Error).message}`;
  }
  let project: { readonly module_roots?: unknown };
  try {
    project = JSON.parse(text) as typeof project;
  } catch (e) {
    return `${PROJECT}: not JSON: ${(e as Error).message}`;
  }
  const roots = project?.module_roots ?? [];
  return Array.isArray(roots) && roots.every((r) => typeof r === 'string') ? roots : `${PROJECT}: module_roots has to be a list of folders`;
}
