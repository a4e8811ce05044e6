import { type ChatRequest, proxyError, type Tool, type ToolChoice } from 'argo-proxy'

/** The tools that the model may call in this answer, by name. Throws `invalid_value` if `tool_choice` names another. */
export function offeredTools({ tools = [], toolChoice }: ChatRequest): ReadonlyMap<string, Tool> {
  const all = new Map(tools.map((tool) => [tool.name, tool]))
  const names = chosenNames(toolChoice)
  if (names === undefined) return all
  for (const name of names) {
    if (!all.has(name)) {
      const message = `tool_choice names the function "${name}", which is not among the tools of the request.`
      throw proxyError('invalid_value', message, { param: 'tool_choice' })
    }
  }
  const chosen = new Set(names)
  return new Map([...all].filter(([name]) => chosen.has(name)))
}

/** Whether the answer must contain a call. */
export function mustCall(choice: ToolChoice | undefined): boolean {
  return (
    choice?.type === 'required' || choice?.type === 'tool' || (choice?.type === 'allowed' && choice.mode === 'required')
  )
}

/** The names that `tool_choice` allows; `undefined`: all. */
function chosenNames(choice: ToolChoice | undefined): readonly string[] | undefined {
  switch (choice?.type) {
    case 'none':
      return []
    case 'tool':
      return [choice.name]
    case 'allowed':
      return choice.names
    default:
      return undefined
  }
}
