// Takes a folder; gives a server of the Remote Execution API there, with what it was asked: {url, actions, calls, stop()}.
import { mkdirSync, openSync, closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from './execute.mjs';
import { CODE, RpcError, startGrpc } from './grpc.mjs';
import { decode, encode } from './schema.mjs';
import { MissingBlobs, Store } from './store.mjs';

const V2 = 'build.bazel.remote.execution.v2';
const SHA256 = 1;
const SYMLINKS_ALLOWED = 2;
const BATCH = 4 * 1024 * 1024 - 65536; // a client takes messages of 4 MiB
const READ = 1024 * 1024;

/** `uploads/UUID/blobs/HASH/SIZE` or `blobs/HASH/SIZE`, after an instance's name: the digest. */
function digestOfResource(name) {
  const m = /(?:^|\/)blobs\/([0-9a-f]{64})\/(\d+)(?:\/|$)/.exec(name);
  if (m === null) throw new RpcError(CODE.invalidArgument, `not a blob's name: ${name}`);
  return { hash: m[1], sizeBytes: Number(m[2]) };
}

/** A method with one request and one answer. */
function unary(request, response, body) {
  return async function* (requests, call) {
    for await (const bytes of requests) {
      yield encode(response, await body(decode(request, bytes), call));
      return;
    }
    throw new RpcError(CODE.invalidArgument, 'no request came');
  };
}

/** A method with one request and many answers. */
function streaming(request, response, body) {
  return async function* (requests, call) {
    for await (const bytes of requests) {
      for await (const value of body(decode(request, bytes), call)) yield encode(response, value);
      return;
    }
    throw new RpcError(CODE.invalidArgument, 'no request came');
  };
}

/** The google.rpc.Status of a failure; missing blobs are named, so that the client sends them and asks again. */
function statusOf(e) {
  if (!(e instanceof RpcError)) return { code: CODE.internal, message: String(e.stack) };
  if (!(e instanceof MissingBlobs)) return { code: e.code, message: e.message };
  const violations = e.digests.map((d) => ({ type: 'MISSING', subject: `blobs/${d.hash}/${d.sizeBytes}` }));
  return { code: e.code, message: e.message, details: [{ typeUrl: 'type.googleapis.com/google.rpc.PreconditionFailure', value: encode('PreconditionFailure', { violations }) }] };
}

function storage(store) {
  return {
    FindMissingBlobs: unary('FindMissingBlobsRequest', 'FindMissingBlobsResponse', (q) => ({ missingBlobDigests: q.blobDigests.filter((d) => !store.has(d)) })),
    BatchUpdateBlobs: unary('BatchUpdateBlobsRequest', 'BatchUpdateBlobsResponse', (q) => ({
      responses: q.requests.map(({ digest, data }) => {
        try {
          const to = store.writer(digest);
          to.write(data);
          to.done();
          return { digest, status: { code: 0 } };
        } catch (e) {
          return { digest, status: statusOf(e) };
        }
      }),
    })),
    BatchReadBlobs: unary('BatchReadBlobsRequest', 'BatchReadBlobsResponse', (q) => ({
      responses: q.digests.map((digest) => (store.has(digest) ? { digest, data: store.get(digest), status: { code: 0 } } : { digest, status: { code: CODE.notFound, message: 'not in the store' } })),
    })),
    GetTree: streaming('GetTreeRequest', 'GetTreeResponse', function* (q) {
      const waiting = [q.rootDigest];
      for (let at = 0; at < waiting.length; at++) {
        const directory = decode('Directory', store.get(waiting[at]));
        waiting.push(...directory.directories.map((d) => d.digest));
        yield { directories: [directory] };
      }
    }),
  };
}

function byteStream(store) {
  return {
    Read: streaming('ReadRequest', 'ReadResponse', function* (q) {
      const digest = digestOfResource(q.resourceName);
      if (!store.has(digest)) throw new RpcError(CODE.notFound, `not in the store: ${q.resourceName}`);
      const end = q.readLimit > 0 ? Math.min(q.readOffset + q.readLimit, digest.sizeBytes) : digest.sizeBytes;
      const from = openSync(store.path(digest), 'r');
      try {
        for (let at = q.readOffset; at < end; ) {
          const data = Buffer.alloc(Math.min(READ, end - at));
          at += readSync(from, data, 0, data.length, at);
          yield { data };
        }
      } finally {
        closeSync(from);
      }
    }),
    async *Write(requests) {
      let to;
      for await (const bytes of requests) {
        const q = decode('WriteRequest', bytes);
        to ??= store.writer(digestOfResource(q.resourceName));
        if (q.writeOffset !== to.size()) throw new RpcError(CODE.invalidArgument, `bytes at ${q.writeOffset} after ${to.size()}`);
        to.write(q.data);
        if (q.finishWrite) {
          yield encode('WriteResponse', { committedSize: to.done() });
          return;
        }
      }
      throw new RpcError(CODE.invalidArgument, 'the upload ends without its last piece');
    },
    QueryWriteStatus: unary('QueryWriteStatusRequest', 'QueryWriteStatusResponse', (q) => {
      const digest = digestOfResource(q.resourceName);
      return store.has(digest) ? { committedSize: digest.sizeBytes, complete: true } : { committedSize: 0, complete: false };
    }),
  };
}

/** Results by the digest of their action. A result whose files are gone would be a lie: nothing is removed here. */
function actionCache(results) {
  return {
    GetActionResult: unary('GetActionResultRequest', 'ActionResult', (q) => {
      const found = results.get(q.actionDigest.hash);
      if (found === undefined) throw new RpcError(CODE.notFound, 'no such result');
      return found;
    }),
    UpdateActionResult: unary('UpdateActionResultRequest', 'ActionResult', (q) => {
      results.set(q.actionDigest.hash, q.actionResult);
      return q.actionResult;
    }),
  };
}

const propertiesOf = (platform) => Object.fromEntries((platform?.properties ?? []).map((p) => [p.name, p.value]));

function metadataOf(call) {
  const header = call.headers[`${V2}.requestmetadata-bin`];
  return decode('RequestMetadata', Buffer.from(header ?? '', 'base64'));
}

function execution(store, results, dir, actions) {
  const operation = (hash, response) => ({ name: `operations/${hash}`, done: true, response: { typeUrl: `type.googleapis.com/${V2}.ExecuteResponse`, value: encode('ExecuteResponse', response) } });
  return {
    Execute: streaming('ExecuteRequest', 'Operation', async function* (q, call) {
      const { hash } = q.actionDigest;
      const known = q.skipCacheLookup ? undefined : results.get(hash);
      if (known !== undefined) {
        yield operation(hash, { result: known, cachedResult: true, status: { code: 0 } });
        return;
      }
      try {
        const action = decode('Action', store.get(q.actionDigest));
        const { actionMnemonic: mnemonic, targetId: target } = metadataOf(call);
        const { command, result } = await execute(store, action, join(dir, 'actions', String(execution.count++)), call.signal);
        actions.push({ mnemonic, target, arguments: command.arguments, environment: command.environmentVariables.map((v) => v.name), properties: propertiesOf(action.platform ?? command.platform), exitCode: result.exitCode });
        if (result.exitCode === 0 && !action.doNotCache) results.set(hash, result);
        yield operation(hash, { result, status: { code: 0 } });
      } catch (e) {
        yield operation(hash, { status: statusOf(e) });
      }
    }),
    // Execute holds its call open until the end, so a client has nothing to wait for that it does not hear of there.
    WaitExecution: streaming('WaitExecutionRequest', 'Operation', () => {
      throw new RpcError(CODE.notFound, 'no operation outlives its call here');
    }),
  };
}
execution.count = 0;

const CAPABILITIES = {
  cacheCapabilities: { digestFunctions: [SHA256], actionCacheUpdateCapabilities: { updateEnabled: true }, maxBatchTotalSizeBytes: BATCH, symlinkAbsolutePathStrategy: SYMLINKS_ALLOWED },
  executionCapabilities: { digestFunction: SHA256, execEnabled: true, digestFunctions: [SHA256] },
  lowApiVersion: { major: 2 },
  highApiVersion: { major: 2, minor: 1 },
};

/** `actions`: one entry for each that was executed, {mnemonic, target, arguments, environment, properties, exitCode}. */
export async function startRemote(dir) {
  mkdirSync(join(dir, 'actions'), { recursive: true });
  const store = new Store(dir);
  const results = new Map();
  const actions = [];
  const services = {
    [`${V2}.Capabilities`]: { GetCapabilities: unary('GetCapabilitiesRequest', 'ServerCapabilities', () => CAPABILITIES) },
    [`${V2}.ContentAddressableStorage`]: storage(store),
    [`${V2}.ActionCache`]: actionCache(results),
    [`${V2}.Execution`]: execution(store, results, dir, actions),
    'google.bytestream.ByteStream': byteStream(store),
  };
  const methods = {};
  for (const [service, table] of Object.entries(services)) {
    for (const [name, method] of Object.entries(table)) methods[`/${service}/${name}`] = method;
  }
  const { port, stop } = await startGrpc(methods);
  return { url: `grpc://127.0.0.1:${port}`, store, actions, stop };
}
