// Takes nothing; gives the time for measuring how long things take.

/** Milliseconds since some moment. `performance.now()` would load a module of Node.js first, 2 ms of a short run. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
