import { setFlagsFromString } from 'node:v8'
import { dialectNamed } from '../packages/plugin-tools/src/dialects/index.ts'
import { defaultDialects } from '../packages/plugin-tools/src/options.ts'
import type { Dialect } from '../packages/plugin-tools/src/parser/dialect.ts'
import { createToolCallParser } from '../packages/plugin-tools/src/parser/tool-call-parser.ts'

// Measures the parser of @argo-proxy/plugin-tools: its time for text with calls, as a ratio to JSON.parse of the same
// texts and calls, and its growth where a tag is never finished. Usage: node scripts/toolcall-bench.ts [megabytes]

setFlagsFromString('--expose-gc')
const megabytes = Number(process.argv[2] ?? 10)
const rounds = 5
const out = (line: string) => process.stdout.write(`${line}\n`)

const dialects: Dialect[] = []
for (const name of defaultDialects) {
  const dialect = await dialectNamed(name)
  if (dialect) dialects.push(dialect)
}

const prose =
  'The spectrum shows two peaks, one at 3.2 keV and one at 8.0 keV; if a < b the second one is stronger. I will look at it.\n\n'
const call = {
  name: 'write_file',
  arguments: {
    path: '/data/run-17/notes.md',
    content: `# Notes\n\n${'Line with "quotes" and \\ in it.\n'.repeat(20)}`,
  },
}
const parts: (string | typeof call)[] = []
let text = ''
while (text.length < megabytes * 1024 * 1024) {
  parts.push(prose.repeat(4), call)
  text += `${prose.repeat(4)}<tool_call>\n${JSON.stringify(call)}\n</tool_call>`
}
const json = JSON.stringify(parts)

const parseTime = best(() => void JSON.parse(json))
out(`JSON.parse, ${size(json)}: ${parseTime.toFixed(1)} ms`)
for (const length of [text.length, 64 * 1024, 512, 16]) {
  const chunks = cut(text, length)
  const time = best(() => read(chunks))
  const name = length === text.length ? 'whole' : `in pieces of ${length}`
  out(`parser, ${size(text)}, ${name}: ${time.toFixed(1)} ms, ${(time / parseTime).toFixed(2)} x JSON.parse`)
}

out('one unfinished call, in single characters:')
for (const start of [
  '<tool_call>{"name": "a", "arguments": {"b": "',
  '<tool_call><function=a><parameter=b>',
  '<tool_call>[/*',
]) {
  const times = [50, 100, 200].map((kilobytes) => {
    const chunks = [...`${start}${start.slice(0, 12).repeat((kilobytes * 1024) / 12)}`]
    return `${kilobytes} KB ${best(() => read(chunks)).toFixed(1)} ms`
  })
  out(`  ${start}...: ${times.join(', ')}`)
}

function read(chunks: readonly string[]): void {
  let events = 0
  const parser = createToolCallParser({ dialects })
  const emit = () => {
    events += 1
  }
  for (const chunk of chunks) parser.write(chunk, emit)
  parser.end(emit)
  if (events === 0) throw new Error('The parser has found nothing.')
}

function cut(whole: string, length: number): string[] {
  const chunks: string[] = []
  for (let at = 0; at < whole.length; at += length) chunks.push(whole.slice(at, at + length))
  return chunks
}

/** Milliseconds of the fastest round. */
function best(run: () => void): number {
  let fastest = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round += 1) {
    globalThis.gc?.()
    const begin = performance.now()
    run()
    fastest = Math.min(fastest, performance.now() - begin)
  }
  return fastest
}

function size(value: string): string {
  return `${(value.length / 1024 / 1024).toFixed(1)} MB`
}
