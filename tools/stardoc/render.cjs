// Takes what starlark_doc_extract made of a .bzl file; gives it as a page of markdown. Something public without a docstring is an error.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const protobuf = require('protobufjs');

const [, , input, load, output] = process.argv;
if (output === undefined) {
  console.error('usage: node render.cjs MODULE.binaryproto LOAD_LABEL OUT.md  (started by the rule starlark_markdown)');
  process.exit(2);
}

const proto = protobuf.parse(readFileSync(join(__dirname, 'stardoc_output.proto'), 'utf8'), { keepCase: true }).root;
const Module = proto.lookupType('stardoc_output.ModuleInfo');
const module_ = Module.toObject(Module.decode(readFileSync(input)), { enums: String, defaults: true, arrays: true });

const undocumented = [];
/** The docstring of `what`, and a note when there is none. */
function doc(text, what) {
  const trimmed = (text ?? '').trim();
  if (trimmed === '') undocumented.push(what);
  return trimmed;
}

const TYPES = {
  NAME: 'name', INT: 'integer', LABEL: 'label', STRING: 'string', STRING_LIST: 'list of strings', INT_LIST: 'list of integers', LABEL_LIST: 'list of labels', BOOLEAN: 'boolean',
  LABEL_STRING_DICT: 'dict: label to string', STRING_DICT: 'dict: string to string', STRING_LIST_DICT: 'dict: string to list of strings', OUTPUT: 'output', OUTPUT_LIST: 'list of outputs',
};
const COMMON = new Set(['name']);
/** Bazel 7 does not say which parameter takes the rest: it is the one that is neither required nor has a default. */
const isRest = (p) => !p.mandatory && p.default_value === '';

/** Text inside a table. */
const cell = (text) => text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
const table = (head, rows) => (rows.length === 0 ? [] : [`| ${head.join(' | ')} |`, `|${head.map(() => '---|').join('')}`, ...rows.map((r) => `| ${r.map(cell).join(' | ')} |`), '']);
/** Labels as a user of the module writes them: a repository's canonical name is none of theirs. */
const label = (text) => text.replace(/@@?[\w.~+-]*?(rules_sx(?:_\w+)?)\/\//g, '@$1//').replace(/^"\/\//, '"@rules_sx//');
const value = (a) => (a.mandatory ? 'required' : `\`${label(a.default_value)}\``);

function attributes(of, list) {
  const rows = list.filter((a) => !COMMON.has(a.name)).sort((x, y) => Number(y.mandatory) - Number(x.mandatory) || (x.name < y.name ? -1 : 1)).map((a) => {
    const needs = a.provider_name_group.map((g) => g.provider_name.join(' and ')).join(', or ');
    return [`\`${a.name}\``, TYPES[a.type] ?? a.type, value(a), doc(a.doc_string, `attribute ${a.name} of ${of}`) + (needs === '' ? '' : ` (targets with ${needs})`)];
  });
  return table(['attribute', 'type', 'default', 'meaning'], rows);
}

function rule(r) {
  const kind = r.test ? 'A test rule.' : r.executable ? 'An executable rule.' : '';
  const gives = r.advertised_providers?.provider_name.length > 0 ? `Provides ${r.advertised_providers.provider_name.join(', ')}.` : '';
  const facts = [kind, gives].filter((s) => s !== '').join(' ');
  return [`## ${r.rule_name}`, '', doc(r.doc_string, `rule ${r.rule_name}`), '', ...(facts === '' ? [] : [facts, '']), ...attributes(r.rule_name, r.attribute)];
}

function macro(f) {
  const rows = f.parameter.map((p) => {
    const star = isRest(p) ? '**' : '';
    return [`\`${star}${p.name}\``, p.mandatory ? 'required' : star !== '' ? '' : `\`${p.default_value}\``, doc(p.doc_string, `parameter ${p.name} of ${f.function_name}`)];
  });
  const gives = f.return?.doc_string ? [`Returns ${f.return.doc_string.trim()}`, ''] : [];
  return [`## ${f.function_name}`, '', doc(f.doc_string, `function ${f.function_name}`), '', ...table(['parameter', 'default', 'meaning'], rows), ...gives];
}

const provider = (p) => [
  `## ${p.provider_name}`, '', doc(p.doc_string, `provider ${p.provider_name}`), '',
  ...table(['field', 'meaning'], [...p.field_info].sort((x, y) => (x.name < y.name ? -1 : 1)).map((f) => [`\`${f.name}\``, doc(f.doc_string, `field ${f.name} of ${p.provider_name}`)])),
];

const extension = (e) => [
  `## ${e.extension_name}`, '', doc(e.doc_string, `extension ${e.extension_name}`), '',
  ...e.tag_class.flatMap((t) => [`### ${e.extension_name}.${t.tag_name}`, '', doc(t.doc_string, `tag ${t.tag_name}`), '', ...attributes(`${e.extension_name}.${t.tag_name}`, t.attribute)]),
];

const named = (list, key, make) => [...list].sort((x, y) => (x[key] < y[key] ? -1 : 1)).map((x) => [x[key], make(x)]);
const parts = [
  ...named(module_.module_extension_info, 'extension_name', extension),
  ...[...named(module_.rule_info, 'rule_name', rule), ...named(module_.func_info, 'function_name', macro)].sort(([x], [y]) => (x < y ? -1 : 1)),
  ...named(module_.provider_info, 'provider_name', provider),
];
const text = [
  `<!-- Made of the docstrings of ${load} by \`bazel run //docs:update\`. -->`, '', `# ${load}`, '', doc(module_.module_docstring, 'the file'), '',
  ...parts.map(([name]) => `- [${name}](#${name.toLowerCase()})`), '', ...parts.flatMap(([, lines]) => lines),
].join('\n').replace(/\n+$/, '\n');

if (undocumented.length > 0) {
  console.error(`${load}: there is no docstring for\n${undocumented.map((w) => `  ${w}`).join('\n')}`);
  process.exit(1);
}
writeFileSync(output, text);
