// Takes methods by path; gives a gRPC server (HTTP/2 without TLS) on a free port of this machine, as {port, stop()}.
import { createServer } from 'node:http2';

/** What gRPC's statuses are, of those that are given here. */
export const CODE = { cancelled: 1, invalidArgument: 3, deadlineExceeded: 4, notFound: 5, failedPrecondition: 9, unimplemented: 12, internal: 13 };

/** A failure with a status of gRPC's. */
export class RpcError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** The messages of a request: each is a byte for compression, four for the length, and the message. A chunk may hold several, or a piece of one. */
export async function* messages(chunks) {
  let held = Buffer.alloc(0);
  let pieces = [];
  let size = 0;
  for await (const chunk of chunks) {
    pieces.push(chunk);
    size += chunk.length;
    // A long message comes in many chunks: they are joined once, when it is whole.
    if (held.length >= 5 && size < 5 + held.readUInt32BE(1)) continue;
    held = Buffer.concat(pieces, size);
    while (held.length >= 5 && held.length >= 5 + held.readUInt32BE(1)) {
      if (held[0] !== 0) throw new RpcError(CODE.unimplemented, 'compressed messages are not taken');
      const end = 5 + held.readUInt32BE(1);
      yield held.subarray(5, end);
      held = held.subarray(end);
    }
    pieces = [held];
    size = held.length;
  }
  if (size > 0) throw new RpcError(CODE.invalidArgument, `the request ends within a message: ${size} bytes are left`);
}

export function framed(message) {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

async function answer(stream, headers, methods) {
  let status = { 'grpc-status': '0' };
  const stopped = new AbortController();
  stream.on('aborted', () => stopped.abort());
  stream.on('error', () => stopped.abort());
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(status));
  try {
    const method = methods[headers[':path']];
    if (method === undefined) throw new RpcError(CODE.unimplemented, `no method ${headers[':path']}`);
    // A method may end before its requests do; that is no end of the stream.
    const requests = messages(stream.iterator({ destroyOnReturn: false }));
    for await (const message of method(requests, { headers, signal: stopped.signal })) {
      if (stopped.signal.aborted) return;
      if (!stream.write(framed(message))) await new Promise((next) => stream.once('drain', next).once('close', next));
    }
  } catch (e) {
    const code = e instanceof RpcError ? e.code : CODE.internal;
    status = { 'grpc-status': String(code), 'grpc-message': encodeURIComponent(e instanceof RpcError ? e.message : String(e.stack)) };
  }
  if (stream.destroyed) return;
  stream.resume();
  stream.end();
}

/** `methods`: {'/package.Service/Method': async function* (requests, {headers, signal})}, bytes in and out. `signal` tells of a call that was given up. */
export function startGrpc(methods) {
  const server = createServer({ settings: { initialWindowSize: 1 << 22, maxConcurrentStreams: 256 } });
  const sessions = new Set();
  server.on('session', (session) => {
    sessions.add(session);
    session.setLocalWindowSize(1 << 24);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
  });
  server.on('stream', (stream, headers) => answer(stream, headers, methods));
  const stop = () =>
    new Promise((done) => {
      server.close(done);
      for (const session of sessions) session.destroy();
    });
  return new Promise((done, failed) => {
    server.on('error', failed);
    server.listen(0, '127.0.0.1', () => done({ port: server.address().port, stop }));
  });
}
