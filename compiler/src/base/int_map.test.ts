// Tables by numbers: keys of one and of two integers, in insertion order.
import fc from 'fast-check';
import { IntMap } from './int_map.ts';

test('finds what was stored under one key or two, and nothing else', () => {
  const m = new IntMap<string>();
  m.set(7, 'seven');
  m.set(-1, 'minus one');
  m.set(7, 'seven, two', 2);
  expect([m.get(7), m.get(-1), m.get(7, 2), m.get(7, 1), m.get(0)]).toEqual(['seven', 'minus one', 'seven, two', undefined, undefined]);
  expect([m.has(7, 2), m.has(2, 7), m.size]).toEqual([true, false, 3]);
});

test('a key that is set again keeps its place', () => {
  const m = new IntMap<number>();
  for (const key of [30, 10, 20]) m.set(key, key);
  m.set(10, 11);
  expect([...m]).toEqual([[30, 30], [10, 11], [20, 20]]);
  expect([...m.keys()]).toEqual([30, 10, 20]);
  expect(m.values()).toEqual([30, 11, 20]);
});

test('keys that fall into one row are told apart, also after growing', () => {
  const m = new IntMap<number>();
  for (let i = 0; i < 2000; i++) m.set(i * 65536, i);
  for (let i = 0; i < 2000; i++) expect(m.get(i * 65536)).toBe(i);
  expect(m.get(2000 * 65536)).toBeUndefined();
});

test('is a Map of pairs', () => {
  const key = fc.tuple(fc.oneof(fc.integer(), fc.nat(20)), fc.nat(3));
  fc.assert(fc.property(fc.array(fc.tuple(key, fc.nat())), (entries) => {
    const map = new Map<string, number>();
    const m = new IntMap<number>();
    for (const [[a, b], value] of entries) {
      map.set(`${a},${b}`, value);
      m.set(a, value, b);
    }
    expect(m.size).toBe(map.size);
    expect(m.values()).toEqual([...map.values()]);
    for (const [[a, b]] of entries) expect(m.get(a, b)).toBe(map.get(`${a},${b}`));
  }));
});
