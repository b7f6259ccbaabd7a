// Takes functions with atomic operations; checks that the verifier accepts every legal one and names what is wrong with the others.
import { readModule } from './read.ts';
import { faultText, verifyModule } from './verify.ts';

/** The first fault of a function with a pointer parameter %1 and an i64 parameter %2. */
function fault(code: string): string | null {
  const text = `sig s1 = sx(ptr, i64)\nglobal g1 "cell" size 8 align 4 mutable internal\nfn f1 "f" "f" s1 internal {\nb0:\n  %1 = param ptr 0\n  %2 = param i64 1\n${code}\n  ret _\n}`;
  const r = readModule(text);
  if (!r.ok) throw new Error(`line ${r.line}: ${r.message}`);
  const [first] = verifyModule(r.module);
  return first === undefined ? null : faultText(r.module, first);
}

const ORDERS = ['relaxed', 'acquire', 'release', 'acq_rel', 'seq_cst'];
const LOAD = [0, 1, 4];
const STORE = [0, 2, 4];
/** Failure orderings that each success ordering allows: no releasing ones, none stronger (acquire and release are equally strong). */
const FAILURE = [[0], [0, 1], [0, 1], [0, 1], [0, 1, 4]];

test('legal orderings of every operation', () => {
  for (const o of LOAD) expect(fault(`  %3 = atomic_load i64 %1, ${o}`)).toBeNull();
  for (const o of STORE) expect(fault(`  atomic_store %1, %2, ${o}`)).toBeNull();
  for (const o of LOAD) for (const size of [1, 2, 4, 8, 16]) expect(fault(`  %3 = slot ptr 16, 16\n  atomic_load_mem %3, %1, ${o | (size << 8)}`)).toBeNull();
  for (const o of STORE) for (const size of [1, 2, 4, 8, 16]) expect(fault(`  %3 = slot ptr 16, 16\n  atomic_store_mem %1, %3, ${o | (size << 8)}`)).toBeNull();
  for (const o of ORDERS.keys()) {
    for (let kind = 0; kind <= 9; kind++) expect(fault(`  %3 = atomic_rmw i64 %1, %2, ${o | (kind << 8)}`)).toBeNull();
    for (const failure of FAILURE[o]!) for (const weak of [0, 256]) expect(fault(`  %3 = cmpxchg i64 %1, %2, i64 9, ${o | (failure << 4) | weak}`)).toBeNull();
    if (o > 0) expect(fault(`  fence ${o}`)).toBeNull();
  }
  expect(fault('  %3 = atomic_rmw ptr %1, %1, 2308')).toBeNull();
  expect(fault('  %3 = cmpxchg ptr %1, %1, null, 4')).toBeNull();
  expect(fault('  %3 = atomic_rmw f64 %1, f64 1.5, 2308')).toBeNull();
});

test.each([
  ['atomic_load i64 %1, 2', "ordering release is none of a load's"],
  ['atomic_load i64 %1, 3', "ordering acq_rel is none of a load's"],
  ['atomic_load i64 %1, 5', '5 is no ordering'],
  ['atomic_store %1, %2, 1', "ordering acquire is none of a store's"],
  ['atomic_store %1, %2, 3', "ordering acq_rel is none of a store's"],
  ['fence 0', "ordering relaxed is none of a fence's"],
  ['fence 7', '7 is no ordering'],
  ['atomic_rmw i64 %1, %2, 2564', '10 is no read-modify-write'],
  ['atomic_rmw i64 %1, %2, 6', '6 is no ordering'],
  ['atomic_rmw f64 %1, f64 1.5, 0', 'add works on integers, not f64'],
  ['atomic_rmw ptr %1, %1, 1028', 'xor works on integers, not ptr'],
  ['atomic_rmw i24 %1, i24 1, 4', 'add needs an integer that fills its bytes, not i24'],
  ['atomic_rmw u3 %1, u3 1, 260', 'sub needs an integer that fills its bytes, not u3'],
  ['cmpxchg i64 %1, %2, i64 9, 36', 'failure ordering release'],
  ['cmpxchg i64 %1, %2, i64 9, 52', 'failure ordering acq_rel'],
  ['cmpxchg i64 %1, %2, i64 9, 16', 'failure ordering acquire is stronger than relaxed'],
  ['cmpxchg i64 %1, %2, i64 9, 67', 'failure ordering seq_cst is stronger than acq_rel'],
  ['cmpxchg i64 %1, %2, i64 9, 516', 'unknown flags'],
  ['cmpxchg f64 %1, f64 1, f64 2, 4', 'cmpxchg compares integers and pointers, not f64'],
])('%s', (code, message) => {
  expect(fault(`  ${/^(fence|atomic_store)/.test(code) ? '' : '%3 = '}${code}`)).toContain(message);
});

test.each([
  ['%3 = slot ptr 16, 16\n  atomic_load_mem %3, %1, 769', '3 bytes are no atomic size'],
  ['%3 = slot ptr 16, 16\n  atomic_load_mem %3, %1, 4098', "ordering release is none of a load's"],
  ['%3 = slot ptr 16, 16\n  atomic_store_mem %1, %3, 4097', "ordering acquire is none of a store's"],
])('in memory: %s', (code, message) => {
  expect(fault(`  ${code}`)).toContain(message);
});
