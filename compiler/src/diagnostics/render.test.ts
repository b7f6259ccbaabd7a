// The layout of reference 15.3, to the byte.
import { SourceMap } from '../source/source_map.ts';
import { renderHuman } from './render_human.ts';
import { renderJson } from './render_json.ts';
import { renderSarif } from './render_sarif.ts';
import { Sink } from './sink.ts';

const TEXT = 'alpha\nbeta gamma\n\n\tdelta\n';

function setup() {
  const map = new SourceMap();
  const file = map.addFile('dir/a.sx', new TextEncoder().encode(TEXT));
  return { map, sink: new Sink(), at: (offset: number) => file.base + offset };
}

test('primary, note, help with replacement', () => {
  const { map, sink, at } = setup();
  sink
    .error('UNRESOLVED', at(6), at(10), "unresolved 'beta'")
    .note(at(0), at(5), 'declared here')
    .help('write it so', 'zeta')
    .help('or think');
  sink.warning('UNUSED-FAILABLE', 0, 0, 'no place');
  expect(renderHuman(sink.diags, map)).toBe(
    [
      "error: unresolved 'beta'",
      '  --> dir/a.sx:2:1',
      '   |',
      ' 2 | beta gamma',
      '   | ^^^^',
      '',
      'note: declared here',
      '  --> dir/a.sx:1:1',
      '   |',
      ' 1 | alpha',
      '   | ^^^^^',
      '',
      'help: write it so',
      '   |',
      ' 2 | zeta gamma',
      '   | ^^^^',
      '',
      'help: or think',
      '',
      'warning: no place',
      '',
    ].join('\n'),
  );
});

test('spans over lines, tabs are one column, empty spans get one caret', () => {
  const { map, sink, at } = setup();
  sink.error('SYNTAX', at(11), at(21), 'many lines');
  sink.error('SYNTAX', at(19), at(19), 'empty');
  expect(renderHuman(sink.diags, map)).toBe(
    [
      'error: many lines',
      '  --> dir/a.sx:2:6',
      '   |',
      ' 2 | beta gamma',
      '   |      ^^^^^',
      ' 3 | ',
      '   | ^',
      ' 4 | \tdelta',
      '   | ^^^',
      '',
      'error: empty',
      '  --> dir/a.sx:4:2',
      '   |',
      ' 4 | \tdelta',
      '   |  ^',
      '',
    ].join('\n'),
  );
});

test('line numbers wider than two digits widen the gutter', () => {
  const map = new SourceMap();
  const file = map.addFile('a.sx', new TextEncoder().encode('\n'.repeat(122) + 'xy'));
  const sink = new Sink();
  sink.error('SYNTAX', file.base + 122, file.base + 123, 'm');
  expect(renderHuman(sink.diags, map)).toBe('error: m\n   --> a.sx:123:1\n    |\n123 | xy\n    | ^\n');
});

test('equal reports are kept once', () => {
  const { sink, at } = setup();
  sink.error('SYNTAX', at(0), at(1), 'm');
  sink.error('SYNTAX', at(0), at(1), 'm').note(at(1), at(2), 'lost');
  expect(sink.errorCount).toBe(1);
  expect(sink.diags[0].notes).toEqual([]);
});

test('json and sarif carry the same span', () => {
  const { map, sink, at } = setup();
  sink.error('FIELD', at(6), at(10), 'm').note(at(0), at(5), 'n');
  expect(JSON.parse(renderJson(sink.diags, map))).toMatchObject({
    severity: 'error',
    code: 'FIELD',
    span: { path: 'dir/a.sx', line: 2, col: 1, endLine: 2, endCol: 5 },
  });
  const log = JSON.parse(renderSarif(sink.diags, map, '1.0'));
  expect(log.version).toBe('2.1.0');
  expect(log.runs[0].results[0].locations[0].physicalLocation.region).toEqual({
    startLine: 2,
    startColumn: 1,
    endLine: 2,
    endColumn: 5,
  });
});
