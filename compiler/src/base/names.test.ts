// Interning: one id per text, from strings and from bytes.
import { Names } from './names.ts';

test('ids are stable over growth', () => {
  const names = new Names();
  const ids = Array.from({ length: 20000 }, (_, i) => names.intern(`name_${i}`));
  expect(new Set(ids).size).toBe(20000);
  const bytes = new TextEncoder().encode('xx name_777 yy');
  expect(names.internBytes(bytes, 3, 11)).toBe(ids[777]);
  expect(names.text(ids[19999])).toBe('name_19999');
  expect(names.intern('')).toBe(0);
});
