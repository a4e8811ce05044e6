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

/** The client's name of a field that an upstream complains of in the words of Chat Completions. */
export function responseParam(param: string): string {
  for (const [pattern, name] of names) if (pattern.test(param)) return param.replace(pattern, name)
  return param
}
