// Takes bytes; gives the offset of the first byte that is not well-formed UTF-8, -1 when there is none (Unicode 15, table 3-7).

export function firstInvalidUtf8(b: Uint8Array): number {
  const n = b.length;
  const view = new DataView(b.buffer, b.byteOffset, n);
  let i = 0;
  while (i < n) {
    // Text is ASCII mostly: four bytes at a time.
    while (i + 4 <= n && (view.getInt32(i, true) & 0x80808080) === 0) i += 4;
    if (i === n) break;
    const c = b[i]!;
    if (c < 0x80) {
      i++;
      continue;
    }
    const length = c >= 0xc2 && c <= 0xdf ? 2 : c >= 0xe0 && c <= 0xef ? 3 : c >= 0xf0 && c <= 0xf4 ? 4 : 0;
    if (length === 0 || i + length > n) return i;
    const second = b[i + 1]!;
    const low = c === 0xe0 ? 0xa0 : c === 0xf0 ? 0x90 : 0x80;
    const high = c === 0xed ? 0x9f : c === 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) return i;
    for (let k = 2; k < length; k++) if ((b[i + k]! & 0xc0) !== 0x80) return i;
    i += length;
  }
  return -1;
}
