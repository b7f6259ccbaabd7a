// Takes the protocol on stdin; gives answers and diagnostics on stdout until the client says exit: the language server (reference 15.7).
import type {
  Connection, Diagnostic, InitializeParams, InitializeResult, RequestMessage, ServerCapabilities, TextDocumentIdentifier, TextDocumentPositionParams,
} from 'vscode-languageserver/node';
import { diagnosticsByFile, type Fix } from './diagnostics.ts';
import { completion } from './completion.ts';
import { LineIndexes, type OpenDocument } from './documents.ts';
import { formatEdits } from './formatting.ts';
import { hover } from './hover.ts';
import { inlayHints } from './inlay_hints.ts';
import { lsp } from './library.ts';
import { definition, highlights, type Places, references, rename, renameTarget } from './navigation.ts';
import { outline } from './outline.ts';
import { type Encoding, LineIndex } from './positions.ts';
import type { ServerPorts } from './ports.ts';
import { semanticTokens, TOKEN_MODIFIERS, TOKEN_TYPES } from './semantic_tokens.ts';
import { signatureHelp } from './signature_help.ts';
import type { Site } from './symbols.ts';
import { Workspace } from './workspace.ts';

/** Typing goes on for this long before it is looked at, or for as long as the last look took. */
const PAUSE_MS = 80;
const LONGEST_PAUSE_MS = 1000;

/** Ends with the process: the client's exit notification, or its death, is the library's to see. */
export function serve(ports: ServerPorts): Promise<never> {
  const { LSPErrorCodes, ResponseError } = lsp;
  const connection = lsp.createConnection(process.stdin, process.stdout, {
    // A request that is cancelled while an earlier one is being worked at was never begun.
    cancelUndispatched: (message) => ({
      jsonrpc: '2.0', id: (message as RequestMessage).id,
      error: new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled').toJson(),
    }),
  });
  new Server(connection, ports).listen();
  return new Promise(() => {});
}

class Server {
  private workspace!: Workspace;
  private encoding: Encoding = 'utf-16';
  /** URIs with diagnostics that the client shows. */
  private shown = new Set<string>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly ports: ServerPorts,
  ) {}

  listen(): void {
    const { connection } = this;
    connection.onInitialize((p) => this.initialize(p));
    connection.onDidOpenTextDocument(({ textDocument: d }) => {
      this.workspace.documents.set(d.uri, d.version, d.text);
      this.changed(true);
    });
    connection.onDidChangeTextDocument(({ textDocument: d, contentChanges }) => {
      const last = contentChanges.at(-1);
      if (last === undefined) return;
      this.workspace.documents.set(d.uri, d.version, last.text);
      this.changed(false);
    });
    connection.onDidSaveTextDocument(() => this.changed(true));
    connection.onDidCloseTextDocument(({ textDocument: d }) => {
      this.workspace.documents.close(d.uri);
      this.changed(true);
    });
    connection.onDidChangeWatchedFiles(() => this.changed(true));
    this.listenToQuestions();
    connection.onDocumentFormatting(({ textDocument: d }) => {
      const doc = this.workspace.documents.open.get(this.workspace.documents.pathOf(d.uri));
      return doc === undefined ? null : formatEdits(doc, this.encoding);
    });
    connection.onCodeAction(({ textDocument: d, context }) =>
      context.diagnostics.flatMap((x) =>
        ((x.data ?? []) as Fix[]).map((fix) => ({
          title: fix.title, kind: lsp.CodeActionKind.QuickFix, diagnostics: [x], edit: { changes: { [d.uri]: [{ range: fix.range, newText: fix.text }] } },
        })),
      ),
    );
    connection.listen();
  }

  /** Requests about names and types. */
  private listenToQuestions(): void {
    const { connection } = this;
    connection.onDefinition((p) => this.at(p, (site, offset, x) => definition(x, site, offset)));
    connection.onHover((p) => this.at(p, (site, offset, x) => hover(x, site, offset)));
    connection.onReferences((p) => this.everywhere(p, (sites, offset, x) => references(x, sites, offset, p.context.includeDeclaration)));
    connection.onDocumentHighlight((p) => this.at(p, (site, offset, x) => highlights(x, site, offset).map((l) => ({ range: l.range }))));
    connection.onPrepareRename((p) =>
      this.at(p, (site, offset, x) => {
        const r = renameTarget(x, site, offset, (path) => this.workspace.isOurs(path));
        return typeof r === 'string' ? null : { range: r.location.range, placeholder: r.text };
      }),
    );
    connection.onRenameRequest((p) =>
      this.everywhere(p, (sites, offset, x) => {
        const r = rename(x, sites, offset, p.newName, (path) => this.workspace.isOurs(path));
        if (typeof r === 'string') throw new lsp.ResponseError(lsp.LSPErrorCodes.RequestFailed, `cannot rename: ${r}`);
        return r;
      }),
    );
    connection.onDocumentSymbol((p) => this.in(p, (site, lines) => outline(site.file.tree, site.analysis.session.names, lines)));
    connection.languages.inlayHint.on((p) => this.in(p, (site, lines) => inlayHints(site, lines.offset(p.range.start), lines.offset(p.range.end), lines)));
    connection.languages.semanticTokens.on((p) => ({ data: this.in(p, (site, lines) => semanticTokens(site, lines)) ?? [] }));
    connection.onCompletion((p) => {
      const doc = this.document(p);
      if (doc === undefined) return null;
      return completion(doc.bytes, new LineIndex(doc.bytes, this.encoding).offset(p.position), (bytes) => this.workspace.siteWith(doc.path, bytes));
    });
    connection.onSignatureHelp((p) => {
      const doc = this.document(p);
      if (doc === undefined) return null;
      const offset = new LineIndex(doc.bytes, this.encoding).offset(p.position);
      return signatureHelp(doc.bytes, offset, this.workspace.site(doc.path), (bytes) => this.workspace.siteWith(doc.path, bytes));
    });
  }

  private document(p: { readonly textDocument: TextDocumentIdentifier }): OpenDocument | undefined {
    const { documents } = this.workspace;
    return documents.open.get(documents.pathOf(p.textDocument.uri));
  }

  private places(): Places {
    return { cwd: this.workspace.cwd, documents: this.workspace.documents, lines: new LineIndexes(this.encoding) };
  }

  private in<T>(p: { readonly textDocument: TextDocumentIdentifier }, answer: (site: Site, lines: LineIndex) => T): T | null {
    const site = this.workspace.site(this.workspace.documents.pathOf(p.textDocument.uri));
    return site === null ? null : answer(site, new LineIndex(site.file.tree.file.bytes, this.encoding));
  }

  private at<T>(p: TextDocumentPositionParams, answer: (site: Site, offset: number, x: Places) => T): T | null {
    return this.in(p, (site, lines) => answer(site, lines.offset(p.position), this.places()));
  }

  /** For questions whose answer is wrong when a program of the folder is left out. */
  private everywhere<T>(p: TextDocumentPositionParams, answer: (sites: Site[], offset: number, x: Places) => T): T | null {
    const path = this.workspace.documents.pathOf(p.textDocument.uri);
    const sites = this.workspace.wholeSites(path);
    if (sites.length === 0) return null;
    return answer(sites, new LineIndex(sites[0].file.tree.file.bytes, this.encoding).offset(p.position), this.places());
  }

  private initialize(p: InitializeParams): InitializeResult {
    this.encoding = p.capabilities.general?.positionEncodings?.includes('utf-8') === true ? 'utf-8' : 'utf-16';
    const folder = p.workspaceFolders?.[0]?.uri ?? p.rootUri ?? null;
    this.enter(folder);
    this.ports.entered();
    this.workspace = new Workspace(this.ports);
    const watches = p.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    if (watches) this.connection.onInitialized(() => void this.connection.client.register(lsp.DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*.sx' }] }));
    const capabilities: ServerCapabilities = {
      positionEncoding: this.encoding,
      textDocumentSync: { openClose: true, change: lsp.TextDocumentSyncKind.Full, save: true },
      documentFormattingProvider: true,
      definitionProvider: true,
      referencesProvider: true,
      documentHighlightProvider: true,
      hoverProvider: true,
      renameProvider: { prepareProvider: true },
      documentSymbolProvider: true,
      completionProvider: { triggerCharacters: ['.'] },
      signatureHelpProvider: { triggerCharacters: ['(', ','] },
      semanticTokensProvider: { legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] }, full: true },
      inlayHintProvider: true,
      codeActionProvider: { codeActionKinds: [lsp.CodeActionKind.QuickFix] },
    };
    return { capabilities, serverInfo: { name: 'sx', version: this.ports.version } };
  }

  /** Imports are looked for in the working directory, too (13.2): in an editor that is the folder that it has opened. */
  private enter(uri: string | null): void {
    if (uri === null || !uri.startsWith('file:')) return;
    try {
      process.chdir(new URL(uri).pathname.split('/').map(decodeURIComponent).join('/'));
    } catch (e) {
      this.ports.log(`the workspace folder ${uri} cannot be entered: ${(e as Error).message}`);
    }
  }

  private changed(disk: boolean): void {
    this.workspace.changed(disk);
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.publish(), Math.min(Math.max(PAUSE_MS, this.workspace.lastRound / 2), LONGEST_PAUSE_MS));
  }

  /** Brings what the client shows up to date. */
  private publish(): void {
    this.timer = null;
    const { workspace, connection } = this;
    const { documents } = workspace;
    // Open files hear also that nothing is wrong with them; what is mended vanishes first.
    const found = new Map<string, Diagnostic[]>([...documents.open.keys()].map((path) => [path, []]));
    const all = diagnosticsByFile(workspace.cwd, workspace.current(), documents, new LineIndexes(this.encoding));
    for (const [path, list] of all) {
      found.delete(path);
      found.set(path, list);
    }
    const now = new Set([...found.keys()].map((path) => documents.uriOf(path)));
    for (const uri of this.shown) if (!now.has(uri)) void connection.sendDiagnostics({ uri, diagnostics: [] });
    for (const [path, diagnostics] of found) {
      const uri = documents.uriOf(path);
      const version = documents.open.get(path)?.version;
      void connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) });
    }
    this.shown = now;
  }
}
