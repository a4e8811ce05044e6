/** Fields of Chat Completions, and what Responses calls them. Which item a message was, is not known any more. */
const names: readonly (readonly [RegExp, string])[] = [
  [/^messages\b.*$/, 'input'],
  [/^max_(?:completion_)?tokens$/, 'max_output_tokens'],
  [/^response_format(?:\.json_schema)?\b/, 'text.format'],
  [/^verbosity$/, 'text.verbosity'],
  [/^reasoning_effort$/, 'reasoning.effort'],
  [/^logprobs$/, 'include'],
  [/^(tools\.?\[?\d+\]?|tool_choice)\.function\b/, '$1'],
]

/**
 * The client's name of a field that an upstream complains of in the words of Chat Completions. `places`: of each tool that
 * went upstream, its place in the request.
 */
export function responseParam(param: string, places: readonly number[]): string {
  const placed = param.replace(/^(tools\.?\[?)(\d+)/, (_all, head: string, index: string) => {
    return `${head}${places[Number(index)] ?? index}`
  })
  for (const [pattern, name] of names) if (pattern.test(placed)) return placed.replace(pattern, name)
  return placed
}
