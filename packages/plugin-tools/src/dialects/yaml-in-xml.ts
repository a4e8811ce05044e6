import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml'
import { argumentValue } from '../parser/argument-value.ts'
import { textOf, wholeJson } from '../parser/call-object.ts'
import type { Dialect, OfferedTools } from '../parser/dialect.ts'
import {
  declaredProperties,
  invitesMore,
  requiredProperties,
  resolveSchema,
  schemaTypes,
} from '../parser/schema-types.ts'
import { readJsonCalls } from './json-calls.ts'
import { type ReadBody, toolTagStarts } from './tool-tag.ts'

/**
 * YAML between tags with the tool's name. Arguments that the schema does not declare are dropped, unless it explicitly
 * allows others; also those of a call as JSON in `<tool_call>`.
 */
export const yamlInXml: Dialect = {
  name: 'yaml-in-xml',
  starts: (tools) => [
    ...toolTagStarts(tools, readBody),
    {
      text: '<tool_call>',
      *read(input, context) {
        yield* input.skipSpace()
        if ((yield* input.peek()) !== '{') return undefined
        context.claim()
        const read = yield* readJsonCalls(input)
        if (!read) return undefined
        yield* input.skipSpace()
        if (!(yield* input.close('</tool_call>'))) return undefined
        return read.calls.map((call) => ({
          ...call,
          arguments: onlyDeclared(call.name, call.arguments, context.tools),
        }))
      },
    },
  ],
}

const readBody: ReadBody = (name, body, closed, tools) => {
  const schema = tools?.get(name)?.parameters
  const text = body.replace(/^[ \t]*\r?\n/, '')
  if (text.trim() === '') return closed ? '{}' : undefined
  const document = parseDocument(text, { logLevel: 'silent', stringKeys: true })
  const { contents } = document
  if (document.errors.length > 0 || !isMap(contents)) return closed ? salvage(text, schema) : undefined
  if (
    !closed &&
    !isComplete(
      text,
      contents.items.map(({ key, value }) => [keyOf(key), value]),
      schema,
    )
  )
    return undefined
  return nodeText(contents, schema, schema) ?? (closed ? salvage(text, schema) : undefined)
}

/** Whether the last line is whole, its value is there, and no required argument is missing. */
function isComplete(
  text: string,
  pairs: readonly (readonly [string | undefined, unknown])[],
  schema: unknown,
): boolean {
  const last = pairs.at(-1)?.[1]
  const required = requiredProperties(schema, schema)
  const given = new Set(pairs.map(([key]) => key))
  const valued = !(isScalar(last) && last.value === null)
  return text.endsWith('\n') && valued && required.length > 0 && required.every((name) => given.has(name))
}

/** The JSON text of a node, by its schema; `undefined` for what JSON cannot express. */
function nodeText(node: unknown, schema: unknown, root: unknown): string | undefined {
  if (isMap(node)) {
    const declared = declaredProperties(schema, root)
    const dropsOthers = declared !== undefined && !invitesMore(schema, root)
    const members: string[] = []
    for (const { key, value } of node.items) {
      const name = keyOf(key)
      if (name === undefined) return undefined
      if (dropsOthers && !declared.has(name)) continue
      const text = nodeText(value, declared?.get(name), root)
      if (text === undefined) return undefined
      members.push(`${JSON.stringify(name)}: ${text}`)
    }
    return `{${members.join(', ')}}`
  }
  if (isSeq(node)) {
    const items = resolveSchema(schema, root)?.items
    const texts = node.items.map((item) => nodeText(item, items, root))
    return texts.includes(undefined) ? undefined : `[${texts.join(', ')}]`
  }
  if (node === null) return 'null'
  return isScalar(node) ? scalarText(node, schema, root) : undefined
}

function scalarText(node: Node & { value: unknown; source?: string }, schema: unknown, root: unknown): string {
  const { value, source } = node
  const types = schemaTypes(schema, root)
  if (types.length === 0 || (value === null && types.includes('null'))) return JSON.stringify(value) ?? 'null'
  const text = typeof value === 'string' ? value : (source ?? String(value))
  return argumentValue(text, schema, root, { unknown: 'string', typeless: 'string' })
}

function keyOf(key: unknown): string | undefined {
  return isScalar(key) && typeof key.value === 'string' ? key.value : undefined
}

/**
 * Reads what is not YAML because a text of several lines was written without `|`: a line that begins with a declared
 * name begins its value, which goes on, as it is, up to the next such line. `undefined` where that does not work.
 */
function salvage(text: string, schema: unknown): string | undefined {
  const declared = declaredProperties(schema, schema)
  if (!declared) return undefined
  const values = new Map<string, string>()
  let current: string | undefined
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const [head, name] = /^([\p{L}_][\p{L}\p{N}_.-]*):(?: |(?=\r?\n|$))/u.exec(line) ?? []
    if (head !== undefined && name !== undefined && declared.has(name)) {
      if (values.has(name)) return undefined
      current = name
      values.set(name, line.slice(head.length))
    } else if (current === undefined) return undefined
    else values.set(current, (values.get(current) ?? '') + line)
  }
  const members = [...values].map(([name, value]) => {
    const single = value.trimEnd().includes('\n') ? value : value.trim()
    return `${JSON.stringify(name)}: ${argumentValue(single, declared.get(name), schema, { unknown: 'string', typeless: 'string' })}`
  })
  return members.length > 0 ? `{${members.join(', ')}}` : undefined
}

function onlyDeclared(name: string, args: string, tools: OfferedTools): string {
  const schema = tools?.get(name)?.parameters
  const declared = declaredProperties(schema, schema)
  const json = wholeJson(args)
  if (!declared || !json || invitesMore(schema, schema)) return args
  if (json.members.every(({ key }) => declared.has(key))) return args
  const kept = json.members.filter(({ key }) => declared.has(key))
  return `{${kept.map((member) => `${JSON.stringify(member.key)}: ${textOf(json, member)}`).join(', ')}}`
}
