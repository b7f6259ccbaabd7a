// Takes bytes at an opening `'`; gives the character literal's code point or the reason why it is none.

export interface CharToken {
  /** Offset after the literal (after the best guess when malformed). */
  readonly end: number;
  readonly value: number;
  readonly error: string | null;
}

export function lexChar(bytes: Uint8Array, start: number): CharToken {
  const first = bytes[start + 1];
  if (first === undefined || first === 10) return bad(bytes, start, 'unterminated character literal');
  if (first === 0x27) return { end: start + 2, value: 0, error: 'empty character literal' };
  const scalar = first === 0x5c ? escapeAt(bytes, start + 1) : utf8(bytes, start + 1);
  if (typeof scalar === 'string') return bad(bytes, start, scalar);
  if (bytes[scalar.end] !== 0x27) {
    const closed = closing(bytes, start) > 0;
    return bad(
      bytes,
      start,
      closed ? 'character literal holds more than one character' : 'unterminated character literal',
    );
  }
  return { end: scalar.end + 1, value: scalar.value, error: null };
}

interface Scalar {
  end: number;
  value: number;
}

function escapeAt(bytes: Uint8Array, at: number): Scalar | string {
  const code = bytes[at + 1];
  switch (code) {
    case 0x6e:
      return { end: at + 2, value: 10 };
    case 0x74:
      return { end: at + 2, value: 9 };
    case 0x72:
      return { end: at + 2, value: 13 };
    case 0x5c:
      return { end: at + 2, value: 0x5c };
    case 0x27:
      return { end: at + 2, value: 0x27 };
    case 0x30:
      return { end: at + 2, value: 0 };
    case 0x78: {
      const high = hex(bytes[at + 2]);
      if (high < 0) return "'\\x' needs one or two hex digits";
      const low = hex(bytes[at + 3]);
      return low < 0 ? { end: at + 3, value: high } : { end: at + 4, value: high * 16 + low };
    }
    case 0x75:
      return unicode(bytes, at);
    default:
      return `unknown escape '\\${code === undefined ? '' : String.fromCharCode(code)}' in character literal`;
  }
}

function unicode(bytes: Uint8Array, at: number): Scalar | string {
  if (bytes[at + 2] !== 0x7b) return "'\\u' must be followed by '{'";
  let i = at + 3;
  let value = 0;
  let digits = 0;
  while (hex(bytes[i]) >= 0) {
    value = Math.min(value * 16 + hex(bytes[i]), 0xffffffff);
    digits++;
    i++;
  }
  if (bytes[i] !== 0x7d || digits === 0) return "'\\u{…}' needs one to six hex digits and a closing '}'";
  if (digits > 6 || value > 0x10ffff) return "code point in '\\u{…}' is out of range (at most 10FFFF)";
  if (value >= 0xd800 && value <= 0xdfff) return "'\\u{…}' names a surrogate";
  return { end: i + 1, value };
}

/** Strict UTF-8: no overlong forms, no surrogates. */
function utf8(bytes: Uint8Array, at: number): Scalar | string {
  const first = bytes[at];
  if (first < 0x80) return { end: at + 1, value: first };
  const length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || first >= 0xf5) return 'invalid UTF-8 in character literal';
  let value = first & (0xff >> (length + 1));
  for (let k = 1; k < length; k++) {
    const byte = bytes[at + k];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return 'invalid UTF-8 in character literal';
    value = (value << 6) | (byte & 0x3f);
  }
  const least = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
  if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
    return 'invalid UTF-8 in character literal';
  return { end: at + length, value };
}

function hex(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}

/** Offset of the closing quote on the same line, 0 = none. */
function closing(bytes: Uint8Array, start: number): number {
  for (let i = start + 1; i < bytes.length && bytes[i] !== 10; i++) {
    if (bytes[i] === 0x5c) i++;
    else if (bytes[i] === 0x27) return i;
  }
  return 0;
}

function bad(bytes: Uint8Array, start: number, error: string): CharToken {
  const close = closing(bytes, start);
  if (close > 0) return { end: close + 1, value: 0, error };
  let end = start + 1;
  while (end < bytes.length && bytes[end] !== 10) end++;
  return { end, value: 0, error };
}
