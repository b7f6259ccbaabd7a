// Takes nothing; gives the part of the WebAssembly JavaScript API that the evaluator uses (the es library has no types for it).
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Table {
    constructor(descriptor: { element: 'anyfunc'; initial: number; maximum?: number });
    readonly length: number;
    grow(by: number): number;
    get(index: number): ((...args: (number | bigint)[]) => number | bigint | undefined) | null;
  }
  class RuntimeError extends Error {}
}
