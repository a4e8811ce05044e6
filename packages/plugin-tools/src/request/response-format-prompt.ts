import type { ResponseFormat } from 'argo-proxy'

/** A response format that demands JSON. */
export type JsonFormat = Exclude<ResponseFormat, { type: 'text' }>

/** The part of a prompt that demands an answer in this format. */
export function responseFormatPrompt(format: JsonFormat): string {
  const plain = 'with nothing before or after it, and without a code fence'
  if (format.type === 'json-object') return `# Form of the answer\n\nAnswer with one JSON object, ${plain}.`
  const about = format.description ? `\n\n${format.description}` : ''
  return `# Form of the answer

Answer with one JSON value, ${plain}. It must be valid against this JSON Schema (${JSON.stringify(format.name)}):${about}

${JSON.stringify(format.schema)}`
}
