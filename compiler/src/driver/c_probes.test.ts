//! ref: 12.5
import { probesOf } from './c_probes.ts';

const of = (text: string): unknown => probesOf(text);
const none = { beside: [], anywhere: [], untold: false };

test('quoted includes and what __has_include names, also in lines that are joined', () => {
  expect(of('#include <a.h>\nint x;\n')).toEqual(none);
  expect(of('# include "b/c.h"\n#  import "d.h"\n')).toEqual({ beside: ['b/c.h', 'd.h'], anywhere: [], untold: false });
  expect(of('#if defined(X) && \\\n __has_include ( <e.h> ) || __has_include_next("f.h")\n')).toEqual({ beside: ['f.h'], anywhere: ['e.h', 'f.h'], untold: false });
  expect(of('#elif __has_include(<a>) && !__has_include(<b>)\n')).toEqual({ ...none, anywhere: ['a', 'b'] });
});

test('comments, code and the question whether there is such a thing ask for nothing', () => {
  expect(of('/* #include "a.h"\n#if __has_include(X) */\n// #include "b.h"\nchar *s = "__has_include(y)";\n')).toEqual(none);
  expect(of('#ifdef __has_include\n#endif\n#if defined(__has_include)\n#endif /* __has_include */\n#ifndef __has_include\n#define __has_include(x) 0\n#endif\n')).toEqual(none);
});

test('what a macro names is not told', () => {
  expect(of('#if __has_include(CONFIG)\n')).toEqual({ ...none, untold: true });
  expect(of('#define HAS(x) __has_include(x)\n')).toEqual({ ...none, untold: true });
  expect(of('#define HAS __has_include\n')).toEqual({ ...none, untold: true });
});
