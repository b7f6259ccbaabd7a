// Where output of compile-time code goes.

/** Writes bytes to file descriptor 1 or 2 at once. */
export type BatchedWrite = (fd: number, bytes: Uint8Array) => void;
