import type { Cursor, Reading } from '../parser/cursor.ts'
import type { Dialect, ReadCall, ReadContext } from '../parser/dialect.ts'
import { createNamedArguments, type NamedArguments } from '../parser/named-arguments.ts'
import { oneOf, type Terminator } from '../parser/terminator.ts'

const open = '<tool_call>'
const close = '</tool_call>'
/** How a call without its wrapper begins. */
const bareStart = '<function'
/** What models write in the place of `function`, and it itself. */
const words = ['function', 'call', 'tool', 'invoke']
const tagEnd = oneOf('>', '<', '\n')
const parameterClose = '</parameter>'
const rules = { unknown: 'structures', typeless: 'string' } as const

/**
 * `<tool_call><function=name><parameter=key>value</parameter></function></tool_call>`: Qwen3-Coder, Nemotron, K-EXAONE.
 * The wrapper may be missing, several functions may share one, and the next tag may stand for a missing end tag.
 */
export const qwen3Coder: Dialect = {
  name: 'qwen3-coder',
  starts: [
    { text: open, read: readWrapped },
    { text: bareStart, included: true, read: readBare },
    { text: close, read: readStrayClose },
  ],
}

function* readWrapped(input: Cursor, context: ReadContext): Reading<ReadCall[] | undefined> {
  yield* input.skipSpace()
  const calls: ReadCall[] = []
  for (;;) {
    const found = yield* readFunction(input, context)
    if (!found || found.next === 'text') {
      context.asText(calls.length > 0 ? input.position : 0)
      return undefined
    }
    calls.push(found.call)
    yield* input.skipSpace()
    if (found.next === 'closed' && (yield* input.close(close))) return calls
    if (found.next === 'wrapper') return calls
    if (input.ended) return calls
  }
}

function* readBare(input: Cursor, context: ReadContext): Reading<ReadCall[] | undefined> {
  const found = yield* readFunction(input, context)
  return found?.call && [found.call]
}

/** A wrapper's end tag on its own is dropped before a call without a wrapper. The call is read again behind it. */
function* readStrayClose(input: Cursor, context: ReadContext): Reading<ReadCall[] | undefined> {
  if (context.unclosed === close) return []
  yield* input.skipSpace()
  if (!(yield* input.take(bareStart))) return undefined
  input.unread(bareStart)
  const found = yield* readFunction(input, context)
  input.endAt(0)
  return found && (context.tools?.has(found.call.name) ?? true) ? [] : undefined
}

/** What ended a function: its own end tag, the wrapper's, the next function, other text, or the end of all text. */
type Next = 'closed' | 'wrapper' | 'function' | 'text' | 'end'

function* readFunction(input: Cursor, context: ReadContext): Reading<{ call: ReadCall; next: Next } | undefined> {
  const word = yield* takeWord(input)
  if (!word) return undefined
  const name = yield* readName(input)
  if (!name) return undefined
  context.claim()
  const list = createNamedArguments(name, context.tools, rules)
  const finish = (next: Next) => ({ call: { name, arguments: list.json() }, next })
  const valueEnd = oneOf(parameterClose, '<parameter=', '<parameter ', `</${word}>`, `<${word}=`)
  for (;;) {
    // White space belongs to the call only where another of its tags follows.
    const end = input.position
    yield* input.skipSpace()
    const tag = yield* input.takeAny([
      `</${word}>`,
      close,
      '<parameter',
      parameterClose,
      ...words.map((other) => `<${other}=`),
    ])
    if (tag === `</${word}>`) return finish('closed')
    if (tag === close) return finish('wrapper')
    if (tag === '<parameter') {
      if (!(yield* readParameter(input, word, valueEnd, list))) return undefined
    } else if (tag === undefined) {
      if (input.ended) return list.hasRequired() && !context.cutOff ? finish('end') : undefined
      if (list.json() === '{}') return undefined
      input.endAt(end)
      return finish('text')
    } else if (tag !== parameterClose) {
      input.unread(tag)
      return finish('function')
    }
  }
}

function* takeWord(input: Cursor): Reading<string | undefined> {
  const found = yield* input.takeAny(words.flatMap((word) => [`<${word}=`, `<${word} name=`]))
  return found?.slice(1).split(/[= ]/)[0]
}

/** The rest of an opening tag: `name>`, `"name">`. */
function* readName(input: Cursor): Reading<string | undefined> {
  const found = yield* input.until(tagEnd)
  const name = found?.text
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .trim()
  return found?.terminator === '>' && name && !name.endsWith('/') ? name : undefined
}

/** Reads on behind `<parameter`. */
function* readParameter(input: Cursor, word: string, valueEnd: Terminator, list: NamedArguments): Reading<boolean> {
  if (yield* input.take('/>')) return true
  if (yield* input.take('>')) return yield* readNameless(input, word, list)
  if (!(yield* input.takeAny(['=', ' name=']))) return false
  const name = yield* readName(input)
  if (!name) return false
  const found = yield* input.until(valueEnd)
  if (!found) return false
  if (found.terminator !== parameterClose) input.unread(found.terminator)
  list.add(name, unwrapped(found.text, list.mayBeString(name)))
  return true
}

/** `<parameter>name</parameter>value`, where the value ends at the next tag that cannot be a part of it. */
function* readNameless(input: Cursor, word: string, list: NamedArguments): Reading<boolean> {
  const named = yield* input.until(oneOf(parameterClose, `</${word}>`))
  if (named?.terminator !== parameterClose) return false
  const found = yield* input.until(oneOf('<parameter>', '<parameter=', '<parameter ', `</${word}>`, `<${word}=`, close))
  if (!found) return false
  input.unread(found.terminator)
  const name = named.text.trim()
  // An end tag behind the value is a slip where the schema declares this argument; otherwise it may be text.
  const value = list.declares(name) ? found.text.trimEnd().replace(/<\/parameter>$/, '') : found.text
  if (/^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(name)) list.add(name, unwrapped(value, list.mayBeString(name)))
  return true
}

/**
 * A value without the line breaks that the format puts around it; a single line without any white space around it. The
 * format has no escapes: only `&lt;/parameter&gt;` is decoded, since a model cannot write that end tag otherwise.
 */
function unwrapped(text: string, mayBeString: boolean): string {
  const inner = text.replace(/^[ \t]*\r?\n/, '').replace(/\r?\n[ \t]*$/, '')
  const value = inner.includes('\n') ? inner : inner.trim()
  const element = mayBeString ? null : /^<value>(.*)<\/value>$/s.exec(value)
  if (element?.[1] !== undefined) return element[1]
  return value.replaceAll('&lt;/parameter&gt;', parameterClose)
}
