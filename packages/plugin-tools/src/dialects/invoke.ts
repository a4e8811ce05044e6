import type { UntypedRules } from '../parser/argument-value.ts'
import type { Cursor, Reading } from '../parser/cursor.ts'
import type { Dialect, ReadCall, ReadContext, Start } from '../parser/dialect.ts'
import { createNamedArguments, type NamedArguments } from '../parser/named-arguments.ts'
import { oneOf } from '../parser/terminator.ts'
import { decodeEntities } from '../parser/xml-body.ts'

/** A format of `<invoke name="..."><parameter name="...">value</parameter></invoke>` in a wrapper. */
interface InvokeFormat {
  /** What follows the `<` or `</` of each tag: `steptml:`. */
  prefix?: string
  /** What stands around the calls. */
  wrappers: readonly { open: string; close: string }[]
  /** What may stand around a single call. */
  before?: string
  after?: string
  /** Whether a call may come without a wrapper. */
  bare?: boolean
  /** Values are written with XML entities. */
  entities?: boolean
  rules: UntypedRules
}

/** Claude's own format, with and without its wrapper and its namespace. */
export const anthropic: Dialect = {
  name: 'anthropic',
  starts: ['', 'antml:'].flatMap((prefix) =>
    starts({
      prefix,
      wrappers: [{ open: `<${prefix}function_calls>`, close: `</${prefix}function_calls>` }],
      bare: true,
      rules: { unknown: 'structures', typeless: 'structures' },
    }),
  ),
}

/** MiniMax M2. */
export const minimax: Dialect = {
  name: 'minimax',
  starts: starts({
    wrappers: [{ open: '<minimax:tool_call>', close: '</minimax:tool_call>' }],
    entities: true,
    rules: { unknown: 'string', typeless: 'string' },
  }),
  endsTurn: true,
}

/** Step 3. */
export const step3: Dialect = {
  name: 'step3',
  starts: starts({
    prefix: 'steptml:',
    wrappers: [{ open: '<｜tool_calls_begin｜>', close: '<｜tool_calls_end｜>' }],
    before: '<｜tool_call_begin｜>function<｜tool_sep｜>',
    after: '<｜tool_call_end｜>',
    rules: { unknown: 'json', typeless: 'json' },
  }),
  endsTurn: true,
}

/** DeepSeek V3.2: `string="true"` on a parameter says that its value is text. */
export const deepseekDsml: Dialect = {
  name: 'deepseek-dsml',
  starts: starts({
    prefix: '｜DSML｜',
    wrappers: [{ open: '<｜DSML｜function_calls>', close: '</｜DSML｜function_calls>' }],
    rules: { unknown: 'json', typeless: 'json' },
  }),
}

function starts(format: InvokeFormat): Start[] {
  const wrapped = format.wrappers.map(({ open, close }) => ({
    text: open,
    read: (input: Cursor, context: ReadContext) => readAll(input, context, format, close),
  }))
  if (!format.bare) return wrapped
  const text = `<${format.prefix ?? ''}invoke name=`
  return [...wrapped, { text, included: true, read: (input, context) => readAll(input, context, format) }]
}

/** The calls of a wrapper up to the last complete one, or a single call. */
function* readAll(
  input: Cursor,
  context: ReadContext,
  format: InvokeFormat,
  close?: string,
): Reading<ReadCall[] | undefined> {
  const calls: ReadCall[] = []
  let end = 0
  for (;;) {
    yield* input.skipSpace()
    if (format.before) yield* input.take(format.before)
    const call = yield* readInvoke(input, context, format)
    if (!call) break
    calls.push(call)
    if (format.after) yield* input.close(format.after)
    end = input.position
    if (close === undefined) return calls
    yield* input.skipSpace()
    if (yield* input.close(close)) return calls
  }
  if (calls.length === 0) return undefined
  input.endAt(end)
  if (close !== undefined) context.lacks(close)
  return calls
}

function* readInvoke(input: Cursor, context: ReadContext, format: InvokeFormat): Reading<ReadCall | undefined> {
  const prefix = format.prefix ?? ''
  if (!(yield* input.take(`<${prefix}invoke name=`))) return undefined
  const attributes = yield* readAttributes(input)
  if (!attributes) return undefined
  context.claim()
  const list = createNamedArguments(attributes.name, context.tools, format.rules)
  for (;;) {
    yield* input.skipSpace()
    const tag = yield* input.takeAny([`</${prefix}invoke>`, `<${prefix}parameter name=`])
    if (tag === `</${prefix}invoke>`) return { name: attributes.name, arguments: list.json() }
    if (tag === undefined) return undefined
    if (!(yield* readParameter(input, prefix, format, list))) return undefined
  }
}

/** Reads on behind `<parameter name=`. An end tag that no other tag of the call follows is a part of the value. */
function* readParameter(input: Cursor, prefix: string, format: InvokeFormat, list: NamedArguments): Reading<boolean> {
  const attributes = yield* readAttributes(input)
  if (!attributes) return false
  const closing = `</${prefix}parameter>`
  const parts: string[] = []
  for (;;) {
    const found = yield* input.until(oneOf(closing))
    if (!found) return false
    parts.push(found.text)
    const space = yield* input.takeWhile(/\s/)
    const next = yield* input.takeAny([`</${prefix}invoke>`, `<${prefix}parameter name=`])
    if (next !== undefined) {
      input.unread(next)
      break
    }
    if (input.ended) return false
    parts.push(closing, space)
  }
  const text = parts.join('')
  list.add(attributes.name, format.entities ? decodeEntities(text) : text, attributes.rest.includes('string="true"'))
  return true
}

/** The rest of an opening tag: `"name" more="...">`. */
function* readAttributes(input: Cursor): Reading<{ name: string; rest: string } | undefined> {
  const found = yield* input.until(oneOf('>', '<'))
  const [, , name, rest] = /^\s*(["'])(.*?)\1(.*)$/s.exec(found?.text ?? '') ?? []
  return found?.terminator === '>' && name && rest !== undefined ? { name: name.trim(), rest } : undefined
}
