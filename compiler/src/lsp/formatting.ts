// Takes a text; gives the edit that brings it into canonical layout: what `sx fmt` does.
import type { TextEdit } from 'vscode-languageserver/node';
import { formatSource } from '../fmt/format.ts';
import type { OpenDocument } from './documents.ts';
import { type Encoding, LineIndex } from './positions.ts';

/** null when the text has syntax errors; lines that stay as they are, are not part of the edit. */
export function formatEdits(doc: OpenDocument, encoding: Encoding): TextEdit[] | null {
  const { text } = formatSource(doc.path, doc.bytes);
  if (text === null) return null;
  const old = Buffer.from(doc.bytes);
  const made = Buffer.from(text);
  if (old.equals(made)) return [];
  const lines = new LineIndex(doc.bytes, encoding);
  const shorter = Math.min(old.length, made.length);
  let same = 0;
  while (same < shorter && old[same] === made[same]) same++;
  const from = old.lastIndexOf(10, same - 1) + 1;
  let tail = 0;
  while (tail < shorter - from && old[old.length - 1 - tail] === made[made.length - 1 - tail]) tail++;
  // The end of the edit is the begin of a line, too: characters of several bytes are not cut.
  const line = old.indexOf(10, old.length - tail);
  const kept = line < 0 || tail === 0 ? 0 : old.length - line - 1;
  return [{ range: lines.range(from, old.length - kept), newText: made.toString('utf8', from, made.length - kept) }];
}
