// Gives the notice that the checks of recorded IR and assembly print: what they prove of atomics, and what they do not.

export const PROVES_WHAT = `
******************************************************************************************************
** NOTE on atomics: recorded .ir proves that the ordering KEYWORD is emitted, recorded .s that the   **
** expected INSTRUCTION is. Neither proves behaviour under weak memory, nor that a program's         **
** orderings are enough. What covers that: tools/litmus/run.mjs (real threads, counted outcomes,      **
** with and without ThreadSanitizer, each with a weakened twin that must be caught).                  **
** Not covered anywhere here: runs on real weakly ordered hardware (aarch64 runs under qemu-user      **
** on this host) and outcomes that the C11 model allows but the host's memory never shows.            **
******************************************************************************************************`;
