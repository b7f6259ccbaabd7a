// Takes a message about a broken invariant; gives an InternalCompilerError (caught once, in driver).

/** A bug of the compiler itself, never a user's mistake. */
export class InternalCompilerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InternalCompilerError';
  }
}

export function ice(message: string): never {
  throw new InternalCompilerError(message);
}
