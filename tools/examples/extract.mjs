// Takes docs/reference and docs/guides; gives their fenced sx examples as files of their own, with stable names, and what is expected of them.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HELP = `Usage: node tools/examples/extract.mjs [OUT-DIR]

Writes every \`\`\`sx block of docs/reference and docs/guides into OUT-DIR (default build/examples) and prints name, kind and line.

Names are CHAPTER-SECTION-INDEX (\`05-5.4-1\`: the first block of section 5.4; a guide's chapter is \`guide-NAME\`). Wrapping rules:
  program    the block declares main: as it stands; std.sx and std/mem.sx are imported when it imports nothing
  fragment   otherwise: top-level items (NAME ::, impl, # directives, inline if, private) go to the file level, all
             other statements into the body of main; the same imports are added
  file       a block that opens with \`\`\`sx NAME.sx or \`\`\`c NAME.c (or .h): a file beside the next block's program
  listing    blocks of chapters 16 to 18 without main: signatures of the library, not programs; not extracted
Expected output of a program: the comments at the ends of its print lines, when every line that prints has one;
\` / \` separates lines of output inside one comment.`;

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const FIRST_LISTING_CHAPTER = 16;
const STD = '#import "modules/std.sx";\n#import "modules/std/mem.sx";\n';

/** Splits source text into its top-level items (text up to a `;` or a closing brace at depth 0), comments included. */
export function items(text) {
  const out = [];
  let depth = 0;
  let start = 0;
  let i = 0;
  const heredoc = () => {
    const word = /^#string\s+(\w+)[^\n]*\n/.exec(text.slice(i));
    if (word === null) return false;
    const end = new RegExp(`^${word[1]}(?!\\w)`, 'm').exec(text.slice(i + word[0].length));
    i = end === null ? text.length : i + word[0].length + end.index + word[1].length;
    return true;
  };
  while (i < text.length) {
    const c = text[i];
    if (c === '/' && text[i + 1] === '/') {
      while (i < text.length && text[i] !== '\n') i++;
      continue;
    }
    if (c === '#' && heredoc()) continue;
    if (c === '"' || (c === "'" && /^'(\\.[^']*|[^'\\\n]+)'/u.test(text.slice(i)))) {
      i++;
      while (i < text.length && text[i] !== c) i += text[i] === '\\' ? 2 : 1;
      i++;
      continue;
    }
    if ('([{'.includes(c)) depth++;
    if (')]}'.includes(c)) depth--;
    i++;
    const ends = depth === 0 && (c === ';' || (c === '}' && !/^\s*(else|catch|;|\.|\)|,)/.test(text.slice(i))));
    if (!ends) continue;
    while (text[i] === ' ') i++;
    if (text.startsWith('//', i)) while (i < text.length && text[i] !== '\n') i++;
    out.push(text.slice(start, i));
    start = i;
  }
  if (
    text
      .slice(start)
      .replace(/\/\/[^\n]*/g, '')
      .trim() !== ''
  )
    out.push(text.slice(start));
  return out;
}

/** An item that stands at the file level. */
function isTopLevel(item) {
  const text = item.replace(/^(\s|\/\/[^\n]*\n)+/, '');
  return /^(private\s+)?(`?\w+\s*(::|:[^=;(]*:[^=:])|impl\b|#(import|context_extend|run|framework|library|error)\b|inline\s+if\b)/.test(
    text,
  );
}

/** What the comments of a program say it prints, or null when they do not say it all. */
export function printedComment(text) {
  const lines = [];
  for (const line of text.split('\n')) {
    if (!/\bprint\(/.test(line.replace(/\/\/.*$/, ''))) continue;
    const comment = /\/\/\s*(.*?)\s*$/.exec(line.replace(/"(\\.|[^"\\])*"/g, (s) => s.replaceAll('/', '_')));
    if (comment === null) return null;
    lines.push(...comment[1].split(' / '));
  }
  return lines.length === 0 ? null : lines;
}

/** The documents with examples: {file, chapter}, the file from the root. */
function documents() {
  const list = (folder, pattern) =>
    readdirSync(join(root, folder))
      .filter((n) => pattern.test(n))
      .sort()
      .map((n) => join(folder, n));
  return [
    ...list('docs/reference', /^\d\d-.*\.md$/).map((file) => ({ file, chapter: basename(file).slice(0, 2) })),
    ...list('docs/guides', /\.md$/).map((file) => ({ file, chapter: `guide-${basename(file, '.md')}` })),
  ];
}

/** All examples: {name, chapter, line, kind, text, expected, files}. */
export function examples() {
  const out = [];
  for (const { file, chapter } of documents()) {
    let section = '0';
    let index = 0;
    let block = null;
    let files = {};
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .forEach((line, at) => {
        if (block === null) {
          const heading = /^#{2,4}\s+(\d+(?:\.\d+)*)/.exec(line);
          if (heading) {
            section = heading[1];
            index = 0;
            files = {};
          }
          const fence = /^\s*```(?:sx(?: (\S+\.sx))?|c (\S+\.[ch]))\s*$/.exec(line);
          if (fence) block = { line: at + 1, body: [], file: fence[1] ?? fence[2] };
          return;
        }
        if (!/^\s*```\s*$/.test(line)) {
          block.body.push(line);
          return;
        }
        const source = `${block.body.join('\n')}\n`;
        if (block.file !== undefined) {
          files[block.file] = source;
          block = null;
          return;
        }
        index++;
        const isProgram = /^main\s*::/m.test(source);
        const kind = isProgram ? 'program' : Number(chapter) >= FIRST_LISTING_CHAPTER ? 'listing' : 'fragment';
        const example = {
          name: `${chapter}-${section}-${index}`,
          file,
          line: block.line,
          kind,
          expected: null,
          text: '',
          files,
        };
        files = {};
        if (isProgram) {
          example.text = source.includes('#import') ? source : STD + source;
          example.expected = printedComment(source);
        } else {
          const parts = items(source);
          const top = parts.filter(isTopLevel).join('');
          const rest = parts.filter((p) => !isTopLevel(p)).join('');
          example.text = `${/#import "modules\/std/.test(top) ? '' : STD}${top}\nmain :: () {\n${rest}\n}\n`;
        }
        out.push(example);
        block = null;
      });
  }
  return out;
}

/** Writes the examples that can be compiled into `dir`; returns them with `path`. */
export function writeExamples(dir) {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  return examples().map((example) => {
    if (example.kind === 'listing') return { ...example, path: null };
    const own = Object.keys(example.files).length === 0 ? dir : join(dir, example.name);
    mkdirSync(own, { recursive: true });
    for (const [name, text] of Object.entries(example.files)) {
      mkdirSync(dirname(join(own, name)), { recursive: true });
      writeFileSync(join(own, name), text);
    }
    const path = join(own, `${example.name}.sx`);
    writeFileSync(path, example.text);
    return { ...example, path };
  });
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const argv = process.argv.slice(2);
  if (argv.includes('--help') || argv.includes('-h')) {
    console.log(HELP);
    process.exit(0);
  }
  const written = writeExamples(resolve(argv[0] ?? join(root, 'build/examples')));
  for (const e of written) {
    const output = e.expected === null ? '' : '  (output compared)';
    console.log(`${e.name}  ${e.kind}  ${e.file}:${e.line}${output}`);
  }
}
