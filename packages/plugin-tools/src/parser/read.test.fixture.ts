import type { Tool } from 'argo-proxy'
import { dialectNamed } from '../dialects/index.ts'
import type { Dialect } from './dialect.ts'
import type { ParserEvent } from './parser-event.ts'
import { createToolCallParser, type ParserOptions } from './tool-call-parser.ts'

export interface ReadText {
  content: string
  calls: { name: string; arguments: string; id?: string }[]
  /** Why a call broke that had been handed out. */
  broken?: 'cut' | 'malformed'
}

export async function dialects(...names: string[]): Promise<Dialect[]> {
  return await Promise.all(
    names.map(async (name) => {
      const dialect = await dialectNamed(name)
      if (!dialect) throw new Error(`There is no dialect ${name}.`)
      return dialect
    }),
  )
}

/** Tools with these names, or with these schemas. */
export function toolsNamed(
  ...tools: (string | [name: string, parameters: Record<string, unknown>])[]
): Map<string, Tool> {
  return new Map(
    tools.map((tool) => {
      const [name, parameters] = typeof tool === 'string' ? [tool] : tool
      return [name, parameters === undefined ? { name } : { name, parameters }]
    }),
  )
}

export function eventsOfText(pieces: readonly string[], options: ParserOptions): ParserEvent[] {
  const events: ParserEvent[] = []
  const parser = createToolCallParser(options)
  const emit = (event: ParserEvent) => void events.push(event)
  for (const piece of pieces) parser.write(piece, emit)
  parser.end(emit)
  return events
}

export function readText(pieces: readonly string[], options: ParserOptions): ReadText {
  const result: ReadText = { content: '', calls: [] }
  for (const event of eventsOfText(pieces, options)) {
    if (event.type === 'text') result.content += event.text
    else if (event.type === 'call-broken') result.broken = event.cause
    else if (event.type === 'call-start') {
      result.calls.push({ name: event.name, arguments: '', ...(event.id === undefined ? {} : { id: event.id }) })
    } else if (event.type === 'call-delta') {
      const call = result.calls.at(-1)
      if (!call) throw new Error('A delta came before a call.')
      call.arguments += event.delta
    }
  }
  return result
}

/** Reads a text whole, at every split in two, and in single characters. Throws where one result differs. */
export function readEveryWay(text: string, options: ParserOptions): ReadText {
  const whole = readText([text], options)
  const ways = [text.split('')]
  for (let at = 1; at < text.length; at += 1) ways.push([text.slice(0, at), text.slice(at)])
  for (const pieces of ways) {
    const result = readText(pieces, options)
    if (JSON.stringify(result) !== JSON.stringify(whole)) {
      throw new Error(`Cut as ${JSON.stringify(pieces)}: ${JSON.stringify(result)} instead of ${JSON.stringify(whole)}`)
    }
  }
  return whole
}
