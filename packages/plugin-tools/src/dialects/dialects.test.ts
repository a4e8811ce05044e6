import { describe, expect, test } from 'vitest'
import { dialects, readEveryWay, readText, toolsNamed } from '../parser/read.test.fixture.ts'

const tools = toolsNamed(
  ['plot', { type: 'object', properties: { file: { type: 'string' }, bins: { type: 'integer' } }, required: ['file'] }],
  'stop',
  'ns.list',
)
const plot = { name: 'plot', arguments: { file: 'a b.csv', bins: 5 } }
const stop = { name: 'stop', arguments: {} }
const json = '{"name": "plot", "arguments": {"file": "a b.csv", "bins": 5}}'
const args = '{"file": "a b.csv", "bins": 5}'

/** What stands between the tags of an `invoke`, in the format with this prefix. */
function invoke(prefix: string): string {
  const parameters = `<${prefix}parameter name="file">a b.csv</${prefix}parameter>\n<${prefix}parameter name="bins">5</${prefix}parameter>`
  return `<${prefix}invoke name="plot">\n${parameters}\n</${prefix}invoke>`
}

function deepseekCall(head: string, tail: string): string {
  return `<｜tool▁call▁begin｜>${head}${tail}<｜tool▁call▁end｜>`
}

/** Dialect, text, content, calls. */
const whole: [string, string, string, unknown[]][] = [
  ['hermes', `So: <tool_call>${json}</tool_call>!`, 'So: !', [plot]],
  ['hermes', `So: <tool_call>\n\`\`\`json\n${json}\n\`\`\`\n</tool_call>!`, 'So: !', [plot]],
  ['hermes', `So: <tool_call>\`\`\`${json}\`\`\``, 'So: ', [plot]],
  ['fenced-json', `So:\n\`\`\`json\n${json}\n\`\`\`\n.`, 'So:\n\n.', [plot]],
  ['fenced-json', '```\n[{"name": "stop"}, {"name": "stop"}]\n```', '', [stop, stop]],
  ['bare-json', `So ${json.replace('arguments', 'parameters')} then`, 'So  then', [plot]],
  ['bare-json', 'So [{"name": "stop", "arguments": {}}, {"name": "stop", "arguments": {}}]', 'So ', [stop, stop]],
  ['mistral', `Yes. [TOOL_CALLS] [${json}]`, 'Yes.', [plot]],
  ['mistral', `[TOOL_CALLS]plot[ARGS]${args}[TOOL_CALLS]stop[ARGS]{}`, '', [plot, stop]],
  ['mistral', '[TOOL_CALLS]stop[CALL_ID]abc123[ARGS]{}', '', [stop]],
  ['llama3', `<|python_tag|>${json}; {"name": "stop"}<|eom_id|>`, '', [plot, stop]],
  [
    'qwen3-coder',
    'a<tool_call>\n<function=plot>\n<parameter=file>\na b.csv\n</parameter>\n<parameter=bins>\n5\n</parameter>\n</function>\n</tool_call>b',
    'ab',
    [plot],
  ],
  ['qwen3-coder', 'a<function=stop></function>b', 'ab', [stop]],
  [
    'glm',
    'a <tool_call>plot\n<arg_key>file</arg_key>\n<arg_value>a b.csv</arg_value>\n<arg_key>bins</arg_key>\n<arg_value>5</arg_value>\n</tool_call>\n<tool_call>stop</tool_call> b',
    'a  b',
    [plot, stop],
  ],
  [
    'anthropic',
    `a\n<function_calls>\n${invoke('')}\n<invoke name="stop">\n</invoke>\n</function_calls>\nb`,
    'a\n\nb',
    [plot, stop],
  ],
  ['anthropic', 'a <invoke name="stop"></invoke> b', 'a  b', [stop]],
  ['anthropic', `<${'antml'}:function_calls>\n${invoke('antml:')}\n</${'antml'}:function_calls>`, '', [plot]],
  ['minimax', `a <minimax:tool_call>\n${invoke('')}\n</minimax:tool_call> and its made-up result`, 'a ', [plot]],
  [
    'step3',
    `a <｜tool_calls_begin｜>\n<｜tool_call_begin｜>function<｜tool_sep｜>${invoke('steptml:')}<｜tool_call_end｜>\n<｜tool_calls_end｜>b`,
    'a ',
    [plot],
  ],
  ['deepseek-dsml', `a <｜DSML｜function_calls>\n${invoke('｜DSML｜')}\n</｜DSML｜function_calls> b`, 'a  b', [plot]],
  [
    'anthropic-leak',
    `I look:{'id': 'toolu_01', 'input': {'file': 'a b.csv', 'bins': 5}, 'name': 'plot', 'type': 'tool_use'}now`,
    'I look:now',
    [{ ...plot, id: 'toolu_01' }],
  ],
  [
    'deepseek',
    `a <｜tool▁calls▁begin｜>${deepseekCall('function<｜tool▁sep｜>plot\n', `\`\`\`json\n${args}\n\`\`\``)}\n${deepseekCall('stop<｜tool▁sep｜>', '{}')}<｜tool▁calls▁end｜><｜end▁of▁sentence｜>b`,
    'a b',
    [plot, stop],
  ],
  ['cogito', ` <｜tool▁calls▁begin｜>${deepseekCall('stop<｜tool▁sep｜>', '{}')}<｜tool▁calls▁end｜>`, ' ', [stop]],
  [
    'kimi',
    `a <|tool_calls_section_begin|><|tool_call_begin|>functions.plot:0<|tool_call_argument_begin|>${args}<|tool_call_end|><|tool_call_begin|>functions.ns.list:1<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>made up`,
    'a ',
    [plot, { name: 'ns.list', arguments: {} }],
  ],
  ['gemma', 'a <|tool_call>call:plot{file:<|"|>a b.csv<|"|>,bins:5}<tool_call|> b', 'a  b', [plot]],
  [
    'functiongemma',
    'a <start_function_call>call:plot{file:<escape>a b.csv<escape>,bins:5}<end_function_call>',
    'a ',
    [plot],
  ],
  ['gigachat', `a <|message_sep|>\n\nfunction call<|role_sep|>\n${json}</s>`, 'a ', [plot]],
  [
    'cohere',
    `<|START_RESPONSE|>a<|END_RESPONSE|>\n<|START_ACTION|>\n${json.replace('"name"', '"tool_name"')}\n<|END_ACTION|>`,
    'a',
    [plot],
  ],
  ['lfm2', 'a <|tool_call_start|>[plot(file="a b.csv", bins=5), stop()]<|tool_call_end|> b', 'a  b', [plot, stop]],
  ['lfm2', `<|tool_call_start|>[${json}]<|tool_call_end|>`, '', [plot]],
  ['olmo3', "a <function_calls>plot(file='a b.csv', bins=5)\nstop()</function_calls> b", 'a  b', [plot, stop]],
  ['pythonic', "a [plot(file='a b.csv', bins=5), stop()] b", 'a  b', [plot, stop]],
  ['xml-tag-per-tool', 'a <plot>\n<file>a b.csv</file>\n<bins> 5 </bins>\n</plot> <stop/> b', 'a   b', [plot, stop]],
  ['yaml-in-xml', 'a <plot>\nfile: a b.csv\nbins: 5\n</plot> <stop /> b', 'a   b', [plot, stop]],
]

/** What begins as a call of the dialect and is none. */
const none: [string, string][] = [
  ['hermes', 'the tag <tool_call>```xml``` is'],
  ['fenced-json', 'Here:\n```json\n{"name": "plot"\n```\nand ```python\nprint()\n```'],
  ['fenced-json', `\`\`\`json\n${json}`.slice(0, -3)],
  ['bare-json', 'a {"name": "plot"} and {"arguments": {}} and {"name": "plot", "arguments": {},} and [1, 2]'],
  ['mistral', 'a [TOOL_CALLS] and that was it'],
  ['mistral', '[TOOL_CALLS][{"name": "plot", "argu'],
  ['llama3', 'a <|python_tag|>print("hello")'],
  ['qwen3-coder', '<tool_call><function=plot><parameter=file>a b'],
  ['qwen3-coder', 'the tag <function> and <function=x'],
  ['qwen3-coder', '<tool_call><function=stop></function><function broken></function></tool_call>'],
  ['glm', 'a <tool_call>plot it now'],
  ['glm', '<tool_call>plot<arg_key>file</arg_key><arg_value>a b'],
  ['anthropic', 'a <function_calls> b <invoke name="plot"> c'],
  ['anthropic', '<invoke name="plot"><parameter name="file">a b.csv</parameter>'],
  ['anthropic-leak', "a dict: {'id': 'toolu_1', 'input': {'file': 'a"],
  ['anthropic-leak', "{'id': 'toolu_1', 'name': 'plot', 'input': [1]} and {'name': 'plot', 'input': {}}"],
  ['deepseek', 'a <｜tool▁calls▁begin｜> b'],
  ['deepseek', `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>stop<｜tool▁sep｜>{"a": `],
  ['cogito', `a <｜tool▁calls▁begin｜>${deepseekCall('stop<｜tool▁sep｜>', '{}')}<｜tool▁calls▁end｜>`],
  ['kimi', '<|tool_calls_section_begin|><|tool_call_begin|>functions.plot:0<|tool_call_argument_begin|>{"file": "a'],
  ['gemma', '<|tool_call>call:plot{file:<|"|>a b'],
  ['gigachat', '<|message_sep|>\n\nsomething else'],
  ['cohere', '<|START_ACTION|>{"tool_name": "plot", "parameters": {"file": "a<|END_ACTION|>'],
  ['lfm2', '<|tool_call_start|>[plot(file="a'],
  ['pythonic', 'a [link](https://example.org) and [1, 2] and [f(x)] and [plot(file=name)] and [plot(file="a"'],
  ['xml-tag-per-tool', 'a <plots> b <plot c="d"> <plot'],
  ['xml-tag-per-tool', '<plot><file>a b.csv'],
  ['yaml-in-xml', '<plot>\nfile: a b'],
  ['yaml-in-xml', '<plot>\n[1, 2]\n</plot>'],
]

describe('a dialect reads its calls, however the text is cut', () => {
  test.each(whole)('%s: %s', async (name, text, content, calls) => {
    const read = readEveryWay(text, { dialects: await dialects(name), tools })
    expect(read.content).toBe(content)
    expect(read.calls.map((call) => ({ ...call, arguments: JSON.parse(call.arguments) }))).toEqual(calls)
  })
})

describe('a dialect leaves as text what is no call', () => {
  test.each(none)('%s: %s', async (name, text) => {
    expect(readEveryWay(text, { dialects: await dialects(name), tools })).toEqual({ content: text, calls: [] })
  })
})

describe('calls that are whole stand where the text ends within a section', () => {
  test.each([
    [
      'kimi',
      `<|tool_calls_section_begin|><|tool_call_begin|>functions.plot:0<|tool_call_argument_begin|>${args}<|tool_call_end|>`,
      '',
    ],
    [
      'kimi',
      `<|tool_calls_section_begin|><|tool_call_begin|>plot:0<|tool_call_argument_begin|>${args}<|tool_call_end|><|tool_call_begin|>st`,
      undefined,
    ],
    [
      'deepseek',
      `<｜tool▁calls▁begin｜>${deepseekCall('plot<｜tool▁sep｜>', args)}<｜tool▁call▁begin｜>st`,
      '<｜tool▁call▁begin｜>st',
    ],
    ['anthropic', `<function_calls>\n${invoke('')}\n<invoke name="st`, '\n<invoke name="st'],
    [
      'glm',
      '<tool_call>plot<arg_key>file</arg_key><arg_value>a b.csv</arg_value><arg_key>bins</arg_key><arg_value>5</arg_value>',
      '',
    ],
    ['qwen3-coder', '<tool_call><function=plot><parameter=file>a b.csv</parameter><parameter=bins>5</parameter>\n', ''],
    ['xml-tag-per-tool', '<plot><file>a b.csv</file><bins>5</bins>\n', ''],
    ['yaml-in-xml', '<plot>\nfile: a b.csv\nbins: 5\n', ''],
    ['bare-json', `[${json}, {"name": "st`, ', {"name": "st'],
  ])('%s: %s', async (name, text, content) => {
    const read = readEveryWay(text, { dialects: await dialects(name), tools })
    expect(read.calls.map((call) => ({ ...call, arguments: JSON.parse(call.arguments) }))).toEqual([plot])
    if (content !== undefined) expect(read.content).toBe(content)
  })
})

describe('nesting without end neither crashes nor takes long', () => {
  const deep = (open: string, close: string) => open.repeat(20_000) + close.repeat(20_000)
  test.each([
    ['hermes', `<tool_call>{"name": "stop", "arguments": {"a": ${deep('[', ']')}}}</tool_call>`],
    ['hermes', `<tool_call>{name: "stop", "arguments": {"a": ${deep('[', ']')}}}</tool_call>`],
    ['anthropic-leak', `{'id': 'toolu_1', 'name': 'stop', 'input': {'a': ${deep('[', ']')}}}`],
    ['pythonic', `[stop(a=${deep('[', ']')})]`],
    ['gemma', `<|tool_call>call:stop{a:${deep('[', ']')}}<tool_call|>`],
    ['xml-tag-per-tool', `<stop>${deep('<a>', '</a>')}</stop>`],
    ['xml-tag-per-tool', `<stop>${'<a>'.repeat(20_000)}</stop>`],
    ['yaml-in-xml', `<stop>\na: ${deep('[', ']')}\n</stop>`],
  ])('%s: %.60s', async (name, text) => {
    const begin = performance.now()
    const { content, calls } = readText([text], { dialects: await dialects(name), tools })
    expect(calls.length === 1 || content === text).toBe(true)
    expect(performance.now() - begin).toBeLessThan(5_000)
  })
})
