// Takes a corpus directory and a compiler; gives the list of programs with their expectations, and the verdict on one program.
// Used by run.mjs (the runner), bless.mjs (re-records outputs) and the example runner. No dependencies.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';

/** Ways to execute a program. Error programs are judged through `sx check` (or their `command`), whatever the mode. */
export const MODES = ['run', 'aot-o0', 'aot-o2', 'vm', 'check'];

const DEFAULT_TIMEOUT_MS = 30_000;
const MAX_OUTPUT = 8 << 20;
const JSON_KEYS = new Set([
  'target',
  'opt',
  'needs',
  'modes',
  'serial',
  'timeout',
  'native',
  'args',
  'compile_only',
  'host_os',
  'aot',
  'command',
]);

/**
 * Finds the programs under `dir` (recursively, sorted by path). A .sx file is a program iff it has a sidecar
 * (.stdout .exit .stderr .json, beside it or in a folder `expected`) or carries `//~` annotations in itself; those of a
 * companion (in the folder of a program's name) are the program's.
 * @returns {Array<Program>} each with: file (path relative to root), name, dir, expectations (see readProgram)
 */
export function discover(root, dir) {
  const found = [];
  const walk = (at) => {
    for (const entry of readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'expected') walk(path);
      } else if (entry.name.endsWith('.sx')) {
        const program = readProgram(root, path);
        if (program !== null) found.push(program);
      }
    }
  };
  if (existsSync(dir)) walk(dir);
  return found.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
}

/** Reads one program and its sidecars; null when the file is a helper (no expectation at all). */
export function readProgram(root, path) {
  const base = path.slice(0, -3);
  const alternative = join(dirname(path), 'expected', basename(base));
  const sidecar = (ext) => {
    for (const stem of [base, alternative])
      if (existsSync(`${stem}.${ext}`)) return readFileSync(`${stem}.${ext}`, 'utf8');
    return null;
  };
  const text = readFileSync(path, 'utf8');
  const options = sidecar('json') ?? sidecar('build');
  const program = {
    file: relative(root, path),
    path,
    refs: refTags(text),
    stdout: sidecar('stdout'),
    stderr: sidecar('stderr'),
    exit: sidecar('exit'),
    stdin: sidecar('stdin'),
    args: (sidecar('args') ?? '').split('\n').filter((line) => line !== ''),
    options: options === null ? {} : JSON.parse(options),
    errors: annotations(text, relative(root, path)),
  };
  for (const key of Object.keys(program.options)) {
    if (!JSON_KEYS.has(key)) throw new Error(`${program.file}: unknown key '${key}' in its .json`);
  }
  if (program.options.args) program.args = program.options.args;
  // Annotations of companion files (folder of the same name) belong to the program too.
  if (existsSync(base)) {
    for (const name of readdirSync(base, { recursive: true }).map(String).sort()) {
      if (!name.endsWith('.sx')) continue;
      const helper = join(base, name);
      program.errors.push(...annotations(readFileSync(helper, 'utf8'), relative(root, helper)));
    }
  }
  const bare = program.stdout === null && program.stderr === null && program.exit === null && options === null;
  const companion = existsSync(`${dirname(path)}.sx`);
  return bare && (companion || program.errors.length === 0) ? null : program;
}

/** `//! ref: 4.7 5.2` tags of the leading comment lines, as an array of section numbers. */
export function refTags(text) {
  const refs = [];
  for (const line of text.split('\n')) {
    if (!line.startsWith('//')) break;
    const match = /^\/\/!\s*ref:\s*(.*)$/.exec(line);
    if (match) refs.push(...match[1].trim().split(/[\s,]+/));
  }
  return refs;
}

/**
 * `//~ ERROR CODE` (error on this line), `//~^ ERROR CODE` (on the line above, one `^` per line), `//~- ERROR CODE` (an
 * error without a place), optionally followed by `: text the message (or a note or help of it) must contain`. Several on
 * one line: `//~ ERROR A //~ ERROR B`. `WARNING` likewise.
 */
export function annotations(text, file) {
  const out = [];
  text.split('\n').forEach((line, index) => {
    for (const match of line.matchAll(
      /\/\/~(\^*|-)\s*(ERROR|WARNING)\s+([A-Z][A-Z0-9-]*)(?:\s*:\s*((?:(?!\/\/~).)*))?/g,
    )) {
      out.push({
        file: match[1] === '-' ? '' : file,
        line: match[1] === '-' ? 0 : index + 1 - match[1].length,
        severity: match[2].toLowerCase(),
        code: match[3],
        contains: match[4]?.trim() || null,
      });
    }
  });
  return out;
}

/** Spec 15.5: trailing newlines are trimmed, addresses masked. */
export function normalise(text) {
  return text.replace(/0x[0-9a-f]{4,}/g, '0xADDR').replace(/\n+$/, '');
}

/** What Bazel tells a test is for the runner that is the test, not for the programs that it runs: they would take a shard of themselves. */
const BAZEL_TEST = /^(TEST_(SHARD|TOTAL_SHARDS|FILTER|RANDOM_SEED|RUN_NUMBER|TARGET|UNDECLARED)|TESTBRIDGE_|XML_OUTPUT_FILE$)/;
export const programEnv = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !BAZEL_TEST.test(name)));

/** Runs a command; gives {stdout, stderr, code} with code as a shell shows it (128+signal), 'timeout' when killed. */
export function execute(command, args, { cwd, stdin = '', timeout = DEFAULT_TIMEOUT_MS, env = programEnv() } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    const out = [];
    const err = [];
    let size = 0;
    let timedOut = false;
    const kill = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, timeout);
    const take = (list) => (chunk) => {
      size += chunk.length;
      if (size <= MAX_OUTPUT) list.push(chunk);
      else kill();
    };
    child.stdout.on('data', take(out));
    child.stderr.on('data', take(err));
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
    child.on('error', (error) => {
      clearTimeout(timer);
      done({ stdout: '', stderr: `cannot start ${command}: ${error.message}`, code: 127 });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const status = timedOut ? 'timeout' : signal ? 128 + (SIGNALS[signal] ?? 0) : code;
      done({ stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8'), code: status });
    });
  });
}

const SIGNALS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

/** The command that starts the compiler: a script is run by this node, anything else is executed as it is. */
export function compilerCommand(sx) {
  return /\.(c|m)?js$/.test(sx) ? [process.execPath, sx] : [sx];
}

/** Executes a program in a mode; gives {stdout, stderr, code}. A failing build gives the build's own output. */
export async function runProgram(program, { root, sx, mode, timeout }) {
  const [command, ...prefix] = compilerCommand(sx);
  const limit = { cwd: root, timeout: program.options.timeout ? program.options.timeout * 1000 : timeout };
  const compile = (args, stdin) => execute(command, [...prefix, ...args], { ...limit, stdin });
  const passed = program.args.length > 0 ? ['--', ...program.args] : [];
  if (mode === 'check') return compile(['check', program.file]);
  if (mode === 'run' || mode === 'vm') {
    const opt = program.options.opt === undefined ? [] : ['--opt', String(program.options.opt)];
    const how = mode === 'vm' ? ['--exec', 'vm'] : [];
    return compile(['run', ...how, ...opt, program.file, ...passed], program.stdin ?? '');
  }
  const scratch = mkdtempSync(join(tmpdir(), 'sx-corpus-'));
  try {
    const binary = join(scratch, basename(program.file, '.sx'));
    const level = mode === 'aot-o2' ? '2' : '0';
    const built = await compile(['build', program.file, '-o', binary, '--opt', level]);
    if (built.code !== 0) return built;
    return await execute(binary, program.args, { ...limit, stdin: program.stdin ?? '' });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Judges one program in one mode: null when it is as expected, else the text that explains the difference. */
export async function judge(program, settings) {
  if (program.errors.some((e) => e.severity === 'error')) return judgeErrors(program, settings);
  const result = await runProgram(program, settings);
  if (settings.mode === 'check' && result.code !== 0) return `sx check: exit ${result.code}\n${excerpt(result.stderr)}`;
  const outcome = settings.mode === 'check' ? null : compareOutcome(program, result);
  return outcome ?? (program.errors.length > 0 ? judgeErrors(program, settings) : null);
}

/** Compares stdout, stderr (when recorded) and the exit status with the sidecars. */
export function compareOutcome(program, result) {
  const parts = [];
  if (result.code === 'timeout') parts.push('timed out');
  const expected = program.exit === null ? 0 : Number.parseInt(program.exit, 10);
  if (result.code !== 'timeout' && result.code !== expected) parts.push(`exit ${result.code}, expected ${expected}`);
  if (program.stdout !== null) {
    const difference = diff(normalise(program.stdout), normalise(result.stdout));
    if (difference !== '') parts.push(`stdout differs (- expected, + actual)\n${difference}`);
  }
  if (program.stderr !== null) {
    const difference = diff(normalise(program.stderr), normalise(result.stderr));
    if (difference !== '') parts.push(`stderr differs (- expected, + actual)\n${difference}`);
  } else if (parts.length > 0 && result.stderr.trim() !== '') {
    parts.push(`stderr:\n${excerpt(result.stderr)}`);
  }
  return parts.length === 0 ? null : parts.join('\n');
}

/**
 * Reports against annotations: the first error is announced, every annotation met, no other error; exit 1, or 0 when only
 * warnings are announced. The sidecar's `command` (default `["check"]`) is what reports: `["run"]` for what is found later.
 */
async function judgeErrors(program, { root, sx, timeout }) {
  const [command, ...prefix] = compilerCommand(sx);
  const how = program.options.command ?? ['check'];
  const status = program.errors.some((e) => e.severity === 'error') ? 1 : 0;
  const result = await execute(command, [...prefix, ...how, '--error-format=json', program.file], { cwd: root, timeout });
  if (result.code !== status) return `sx ${how[0]}: exit ${result.code}, expected ${status}\n${excerpt(result.stderr + result.stdout)}`;
  const parts = [];
  let diagnostics;
  try {
    diagnostics = readDiagnostics(result.stderr, result.stdout);
  } catch (error) {
    return `unreadable JSON diagnostics: ${error.message}\n${excerpt(result.stderr + result.stdout)}`;
  }
  const where = (d) => (d.line === 0 ? 'no place' : `${d.file}:${d.line}`);
  for (const severity of ['error', 'warning']) {
    const wanted = program.errors.filter((e) => e.severity === severity);
    const got = diagnostics.filter((d) => d.severity === severity);
    if (severity === 'error' && got.length > 0 && !wanted.some((w) => matches(w, got[0]))) {
      parts.push(
        `the first error is at ${where(got[0])} (${got[0].code}: ${got[0].message}), which no //~ line announces`,
      );
    }
    for (const w of wanted) {
      if (!got.some((d) => matches(w, d))) {
        parts.push(`missing ${severity} ${w.code} at ${where(w)}${w.contains ? ` naming "${w.contains}"` : ''}`);
      }
    }
    if (severity === 'error') {
      for (const d of got) {
        if (!wanted.some((w) => matches(w, d))) parts.push(`unexpected error ${d.code} at ${where(d)}: ${d.message}`);
      }
    }
  }
  if (how[0] === 'run' && program.stdout !== null) {
    const difference = diff(normalise(program.stdout), normalise(result.stdout));
    if (difference !== '') parts.push(`stdout differs (- expected, + actual)\n${difference}`);
  }
  if (status === 1 && program.stderr !== null) {
    const human = await execute(command, [...prefix, ...how, program.file], { cwd: root, timeout });
    const difference = diff(normalise(program.stderr), normalise(human.stderr));
    if (difference !== '') parts.push(`stderr differs (- expected, + actual)\n${difference}`);
  }
  return parts.length === 0 ? null : parts.join('\n');
}

function matches(wanted, got) {
  if (wanted.code !== got.code || wanted.line !== got.line || wanted.file !== got.file) return false;
  return wanted.contains === null || got.text.includes(wanted.contains);
}

/** Diagnostics of `--error-format=json`: one object per line, or one array, or {diagnostics: [...]}; flattened. */
export function readDiagnostics(...streams) {
  const out = [];
  const push = (d) => {
    const loc = d.location ?? d.loc ?? d.span ?? d;
    const start = loc.start ?? loc;
    out.push({
      severity: d.severity ?? d.level ?? 'error',
      code: d.code ?? '',
      message: d.message ?? '',
      text: [d.message, ...(d.notes ?? []), ...(d.helps ?? [])].map((part) => part?.message ?? part ?? '').join('\n'),
      file: loc.path ?? loc.file ?? d.path ?? d.file ?? '',
      line: start.line ?? d.line ?? 0,
      col: start.col ?? start.column ?? d.col ?? 0,
    });
  };
  for (const text of streams) {
    const trimmed = text.trim();
    if (trimmed === '') continue;
    const whole = tryJson(trimmed);
    const list =
      whole === undefined
        ? trimmed
            .split('\n')
            .filter((l) => l.startsWith('{'))
            .map((l) => JSON.parse(l))
        : whole;
    const items = Array.isArray(list) ? list : (list.diagnostics ?? [list]);
    for (const item of items) push(item);
  }
  return out;
}

function tryJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** First lines of a text, indented. */
export function excerpt(text, lines = 12) {
  const all = text.replace(/\n+$/, '').split('\n');
  const shown = all.slice(0, lines).map((line) => `    ${line}`);
  if (all.length > lines) shown.push(`    … ${all.length - lines} more lines`);
  return shown.join('\n');
}

/** Line difference of two texts ('' when equal): common lines are shown only near a change. */
export function diff(expected, actual) {
  if (expected === actual) return '';
  const a = expected.split('\n');
  const b = actual.split('\n');
  if (a.length * b.length > 4_000_000) return `    (${a.length} lines against ${b.length})`;
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  const rows = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      rows.push([' ', a[i++]]);
      j++;
    } else if (i < a.length && (j >= b.length || table[i + 1][j] >= table[i][j + 1])) rows.push(['-', a[i++]]);
    else rows.push(['+', b[j++]]);
  }
  const near = (k) => rows.slice(Math.max(0, k - 1), k + 2).some((row) => row[0] !== ' ');
  const lines = rows.map((row, k) => [k, row]).filter(([k]) => near(k));
  const shown = lines.slice(0, 24).map(([, [mark, line]]) => `    ${mark} ${line}`);
  if (lines.length > 24) shown.push(`    … ${lines.length - 24} more`);
  return shown.join('\n');
}

/**
 * Reads an expected-failure list: one entry per line, `PATH [mode,mode] reason`; `#` starts a comment line.
 * @returns {Map<string, {modes: string[] | null, reason: string}>}
 */
export function readXfail(path) {
  const map = new Map();
  if (!existsSync(path)) return map;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const match = /^([^#\s]\S*)(?:\s+\[([a-z0-9,-]+)\])?\s*(.*)$/.exec(line);
    if (match) map.set(match[1], { modes: match[2] ? match[2].split(',') : null, reason: match[3] });
  }
  return map;
}

/** Runs `work(item)` over items with at most `width` at a time; results in the order of the items. */
export async function inParallel(items, width, work) {
  const results = new Array(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index], index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}

/** A JUnit XML report of `{name, ms, failure, skipped}` cases. */
export function junit(suite, cases) {
  const quote = (s) =>
    s
      .replace(/[^\t\n\r\x20-\uFFFD]/g, '?')
      .replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);
  const rows = cases.map((c) => {
    const head = `  <testcase classname="${quote(suite)}" name="${quote(c.name)}" time="${(c.ms / 1000).toFixed(3)}"`;
    if (c.failure)
      return `${head}><failure message="${quote(c.failure.split('\n')[0])}">${quote(c.failure)}</failure></testcase>`;
    return c.skipped ? `${head}><skipped message="${quote(c.skipped)}"/></testcase>` : `${head}/>`;
  });
  const failures = cases.filter((c) => c.failure).length;
  const open = `<testsuite name="${quote(suite)}" tests="${cases.length}" failures="${failures}">`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${open}\n${rows.join('\n')}\n</testsuite>\n`;
}
