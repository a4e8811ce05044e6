import { argumentValue } from '../parser/argument-value.ts'
import type { Dialect } from '../parser/dialect.ts'
import {
  declaredProperties,
  invitesMore,
  requiredProperties,
  resolveSchema,
  schemaTypes,
} from '../parser/schema-types.ts'
import { plainText, readXmlBody, type XmlElement, xmlText } from '../parser/xml-body.ts'
import { type ReadBody, toolTagStarts } from './tool-tag.ts'

/**
 * `<name><key>value</key></name>`, with the names of the tool and of its arguments as tags. Arguments that the schema
 * does not declare are dropped, unless it explicitly allows others.
 */
export const xmlTagPerTool: Dialect = {
  name: 'xml-tag-per-tool',
  starts: (tools) => toolTagStarts(tools, readBody),
}

const readBody: ReadBody = (name, body, closed, tools) => {
  const schema = tools?.get(name)?.parameters
  const { elements, text } = readXmlBody(body)
  if (!closed) {
    const names = new Set(elements.map((element) => element.name))
    const complete = elements.length > 0 && elements.every((element) => element.closed) && text.trim() === ''
    const required = schema === undefined ? [name] : requiredProperties(schema, schema)
    if (!complete || required.length === 0 || !required.every((each) => names.has(each))) return undefined
  }
  const message = text.trim() === '' ? undefined : messageOf(body, elements, schema)
  if (message !== undefined) return message === '' ? '{}' : `{"message": ${JSON.stringify(message)}}`
  return objectText(elements, schema, schema)
}

/** A body of plain words is the `message` of a tool that has such an argument and requires no other. */
function messageOf(body: string, elements: readonly XmlElement[], schema: unknown): string | undefined {
  const message = declaredProperties(schema, schema)?.get('message')
  const wanted = requiredProperties(schema, schema).every((name) => name === 'message')
  if (!wanted || !schemaTypes(message, schema).includes('string')) return undefined
  return elements.some(({ name }) => name === 'message') ? undefined : plainText(body)
}

function objectText(elements: readonly XmlElement[], schema: unknown, root: unknown, depth = 0): string | undefined {
  const declared = declaredProperties(schema, root)
  const dropsOthers = declared !== undefined && !invitesMore(schema, root)
  const members = new Map<string, XmlElement[]>()
  for (const element of elements) {
    if (dropsOthers && !declared.has(element.name)) continue
    members.set(element.name, [...(members.get(element.name) ?? []), element])
  }
  const texts: string[] = []
  for (const [name, values] of members) {
    const text = memberText(values, declared?.get(name), root, depth)
    if (text === undefined) return undefined
    texts.push(`${JSON.stringify(name)}: ${text}`)
  }
  return `{${texts.join(', ')}}`
}

/** Several elements of one name are an array; `undefined` where the schema allows no array. */
function memberText(values: readonly XmlElement[], schema: unknown, root: unknown, depth: number): string | undefined {
  const [first] = values
  if (values.length === 1 && first) return valueText(first.inner, schema, root, depth + 1)
  const types = schemaTypes(schema, root)
  if (types.length > 0 && !types.includes('array')) return undefined
  const items = resolveSchema(schema, root)?.items
  return arrayText(values, items, root, depth)
}

function arrayText(values: readonly XmlElement[], items: unknown, root: unknown, depth: number): string | undefined {
  const texts = values.map(({ inner }) => valueText(inner, items, root, depth + 1))
  return texts.includes(undefined) ? undefined : `[${texts.join(', ')}]`
}

function valueText(inner: string, schema: unknown, root: unknown, depth: number): string | undefined {
  if (depth > deepest) return JSON.stringify(inner)
  const types = schemaTypes(schema, root)
  if (types.length === 0) return untypedText(inner, depth)
  const text = xmlText(inner)
  const body = types.includes('string') ? undefined : readXmlBody(inner)
  const children = body && body.text.trim() === '' ? body.elements : []
  const [only] = children
  if (types.includes('array')) {
    if (children.length > 0) return arrayText(children, resolveSchema(schema, root)?.items, root, depth)
    const value = argumentValue(text, schema, root, untypedRules)
    return value.startsWith('[')
      ? value
      : `[${argumentValue(text, resolveSchema(schema, root)?.items, root, untypedRules)}]`
  }
  if (types.includes('object') && children.length > 0) return objectText(children, schema, root, depth)
  if (only?.name === 'item' && children.length === 1) return valueText(only.inner, schema, root, depth + 1)
  return argumentValue(text, schema, root, untypedRules)
}

/** Elements below this depth stay text. */
const deepest = 50
const untypedRules = { unknown: 'string', typeless: 'string' } as const

/** A value without a schema: elements are objects, repeated ones and `item`s arrays; numbers and booleans as such. */
function untypedText(inner: string, depth: number): string | undefined {
  const { elements, text } = readXmlBody(inner)
  if (elements.length > 0 && text.trim() === '') {
    const items = elements.every(({ name }) => name === 'item')
    return items ? arrayText(elements, undefined, undefined, depth) : objectText(elements, undefined, undefined, depth)
  }
  const value = xmlText(inner)
  return argumentValue(value, scalarSchema, undefined, untypedRules)
}

const scalarSchema = { type: ['number', 'boolean', 'string'] }
