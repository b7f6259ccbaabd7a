// When a program is compiled in parts and how large they are. `node tools/build.mjs --small-parts` puts other numbers here, for the suite.

/** From this many instructions on, an unoptimised module is compiled in parts; below, one thread is done before two have begun. */
export const PARTED_FROM = 50_000;

/** A part ends after the function that takes its text beyond this many bytes. */
export const PART_BYTES = 1 << 19;
