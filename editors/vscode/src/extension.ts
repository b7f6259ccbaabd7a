// The extension's entry: takes the settings of the workspace; runs `sx lsp` for its files, and programs in a terminal.
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from 'vscode-languageclient/node';

let client: LanguageClient | null = null;

function setting<T>(name: string, otherwise: T): T {
  return vscode.workspace.getConfiguration('sx').get<T>(name, otherwise);
}

/** The sx command with variables of the settings put in. */
function command(): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  return setting('path', 'sx').replaceAll(`\${workspaceFolder}`, folder).replace(/^~(?=\/)/, homedir());
}

async function start(): Promise<void> {
  const server: ServerOptions = { command: command(), args: ['lsp', ...setting<string[]>('lsp.arguments', [])] };
  const options: LanguageClientOptions = {
    documentSelector: [{ language: 'sx' }],
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/*.sx') },
  };
  client = new LanguageClient('sx', 'sx', server, options);
  try {
    await client.start();
  } catch (e) {
    client = null;
    const answer = await vscode.window.showErrorMessage(`${server.command} lsp cannot be started: ${(e as Error).message}`, 'Settings');
    if (answer === 'Settings') await vscode.commands.executeCommand('workbench.action.openSettings', 'sx.path');
  }
}

async function stop(): Promise<void> {
  const running = client;
  client = null;
  await running?.stop();
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    vscode.commands.registerCommand('sx.restart', async () => {
      await stop();
      await start();
    }),
    vscode.commands.registerCommand('sx.runFile', async () => {
      const document = vscode.window.activeTextEditor?.document;
      if (document === undefined || document.languageId !== 'sx') return;
      await document.save();
      const folder = vscode.workspace.getWorkspaceFolder(document.uri);
      const task = new vscode.Task({ type: 'sx', file: document.uri.fsPath }, folder ?? vscode.TaskScope.Workspace, `run ${vscode.workspace.asRelativePath(document.uri)}`, 'sx',
        new vscode.ProcessExecution(command(), ['run', document.uri.fsPath], { cwd: folder?.uri.fsPath }), '$sx');
      await vscode.tasks.executeTask(task);
    }),
    vscode.workspace.onDidChangeConfiguration(async (e) => {
      if (!e.affectsConfiguration('sx.path') && !e.affectsConfiguration('sx.lsp')) return;
      await stop();
      await start();
    }),
  );
  await start();
}

export const deactivate = stop;
