// Types of the messages of worker_protocol.proto, as protobufjs' static module holds them.

/** An encoded message; `finish` gives its bytes, without a length before them. */
interface Encoded {
  finish(): Uint8Array;
}

interface MessageType<T> {
  create(fields: Partial<T>): T;
  encode(message: Partial<T>): Encoded;
  /** Throws when the bytes are no such message. */
  decode(bytes: Uint8Array): T;
}

export namespace blaze.worker {
  interface Input {
    path: string;
    digest: Uint8Array;
  }
  interface WorkRequest {
    arguments: string[];
    inputs: Input[];
    request_id: number;
    cancel: boolean;
    verbosity: number;
    sandbox_dir: string;
  }
  interface WorkResponse {
    exit_code: number;
    output: string;
    request_id: number;
    was_cancelled: boolean;
  }
  export const Input: MessageType<Input>;
  export const WorkRequest: MessageType<WorkRequest>;
  export const WorkResponse: MessageType<WorkResponse>;
}
