// A client of a real `sx lsp` process, as an editor is one: sends frames (cut where a test wants), gives answers and diagnostics.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Diagnostic, Position, Range } from 'vscode-languageserver/node';

export const SX = process.env['SX_BIN'] ?? resolve(__dirname, '../../bin/sx');

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A folder of its own with these files. */
export class Folder {
  readonly dir = mkdtempSync(join(tmpdir(), 'sx-lsp-'));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.dir, name)), { recursive: true });
    writeFileSync(join(this.dir, name), text);
  }

  uri(name: string): string {
    return pathToFileURL(join(this.dir, name)).href;
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export class LspClient {
  readonly child: ChildProcess;
  log = '';
  /** Diagnostics by URI, the last ones of each. */
  readonly diagnostics = new Map<string, { readonly version?: number; readonly diagnostics: Diagnostic[] }>();
  readonly ended: Promise<number | null>;
  /** How frames are cut on their way to the server. */
  cut: (frame: Buffer) => Buffer[] = (frame) => [frame];
  private readonly waiting = new Map<number, (a: Answer) => void>();
  private readonly watchers = new Set<() => void>();
  private input = Buffer.alloc(0);
  private id = 0;
  private version = 0;

  constructor(
    readonly cwd: string,
    args: readonly string[] = [],
  ) {
    this.child = spawn(process.execPath, [SX, 'lsp', ...args], { cwd, stdio: 'pipe' });
    this.child.stdout!.on('data', (chunk: Buffer) => this.receive(chunk));
    this.child.stderr!.on('data', (text: Buffer) => void (this.log += text));
    this.ended = new Promise((done) => this.child.on('close', (code) => done(code)));
  }

  async start(capabilities: unknown = {}): Promise<{ readonly capabilities: Record<string, unknown> }> {
    const uri = pathToFileURL(this.cwd).href;
    const result = await this.request('initialize', { processId: process.pid, rootUri: uri, capabilities, workspaceFolders: [{ uri, name: 'work' }] });
    this.notify('initialized', {});
    return result as { capabilities: Record<string, unknown> };
  }

  /** The answer's result; an error of the protocol is thrown. */
  async request(method: string, params: unknown): Promise<unknown> {
    const a = await this.ask(method, params).answer;
    if (a.error !== undefined) throw new Error(`${method}: ${a.error.message} (${a.error.code})`);
    return a.result;
  }

  ask(method: string, params: unknown): { readonly id: number; readonly answer: Promise<Answer> } {
    const id = ++this.id;
    const answer = new Promise<Answer>((done) => this.waiting.set(id, done));
    void this.ended.then(() => this.waiting.get(id)?.({ error: { code: 0, message: `the server ended: ${this.log}` } }));
    this.send({ jsonrpc: '2.0', id, method, params });
    return { id, answer };
  }

  notify(method: string, params: unknown): void {
    this.send({ jsonrpc: '2.0', method, params });
  }

  open(uri: string, text: string): void {
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'sx', version: ++this.version, text } });
  }

  /** Gives the version that diagnostics of this text carry. */
  change(uri: string, text: string): number {
    this.notify('textDocument/didChange', { textDocument: { uri, version: ++this.version }, contentChanges: [{ text }] });
    return this.version;
  }

  /** What the server says of the last text that was sent. */
  async diagnosticsOf(uri: string): Promise<Diagnostic[]> {
    const wanted = this.version;
    for (;;) {
      const known = this.diagnostics.get(uri);
      if (known !== undefined && (known.version ?? -1) >= wanted) {
        // What is said of other files at the same time has come when an answer has.
        await this.request('textDocument/codeAction', { textDocument: { uri }, context: { diagnostics: [] } });
        return known.diagnostics;
      }
      await new Promise<void>((done) => {
        this.watchers.add(done);
        void this.ended.then(() => done());
      });
      if (this.child.exitCode !== null) throw new Error(`the server ended: ${this.log}`);
    }
  }

  async stop(): Promise<number | null> {
    await this.request('shutdown', null);
    this.notify('exit', null);
    return this.ended;
  }

  send(message: unknown): void {
    const body = Buffer.from(JSON.stringify(message));
    for (const part of this.cut(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]))) this.child.stdin!.write(part);
  }

  private receive(chunk: Buffer): void {
    this.input = Buffer.concat([this.input, chunk]);
    for (;;) {
      const head = this.input.indexOf('\r\n\r\n');
      const length = head < 0 ? -1 : Number(/Content-Length: (\d+)/i.exec(this.input.toString('latin1', 0, head))?.[1]);
      if (head < 0 || this.input.length < head + 4 + length) return;
      const message = JSON.parse(this.input.toString('utf8', head + 4, head + 4 + length)) as { id?: number; method?: string; params?: never } & Answer;
      this.input = this.input.subarray(head + 4 + length);
      if (message.method === 'textDocument/publishDiagnostics') {
        const p = message.params as unknown as { uri: string; version?: number; diagnostics: Diagnostic[] };
        this.diagnostics.set(p.uri, p);
        for (const w of this.watchers) w();
        this.watchers.clear();
      } else if (message.method !== undefined && message.id !== undefined) this.send({ jsonrpc: '2.0', id: message.id, result: null });
      else if (message.id !== undefined) {
        this.waiting.get(message.id)?.(message);
        this.waiting.delete(message.id);
      }
    }
  }
}

/** A text with places marked `‹name›`: the text without the marks, and where each was (in UTF-16 columns). */
export function marked(text: string): { readonly text: string; readonly at: Record<string, Position> } {
  const at: Record<string, Position> = {};
  let out = '';
  let last = 0;
  for (const m of text.matchAll(/‹(\w+)›/g)) {
    out += text.slice(last, m.index);
    last = m.index + m[0].length;
    const lines = out.split('\n');
    at[m[1]] = { line: lines.length - 1, character: lines[lines.length - 1].length };
  }
  return { text: out + text.slice(last), at };
}

/** The text of a range, of one line or several. */
export function textAt(text: string, r: Range): string {
  const lines = text.split('\n').slice(r.start.line, r.end.line + 1);
  lines[lines.length - 1] = lines[lines.length - 1].slice(0, r.end.character);
  lines[0] = lines[0].slice(r.start.character);
  return lines.join('\n');
}
