import type { Tool, ToolChoice } from '../../contract/request.ts'
import { proxyError } from '../../errors.ts'
import { excerpt, wrongValue } from './fault.ts'

/** The tools of a request, whatever the form they came in. */
export interface OfferedTools {
  tools: readonly Tool[]
  /** Names of the tools that the client knows as freeform. */
  freeform: ReadonlySet<string>
  /** What no upstream can serve: its type, and its name where it has one. */
  omitted: string[]
}

export const noTools: OfferedTools = { tools: [], freeform: new Set(), omitted: [] }

/** Which choice reaches the upstream: none without tools, and never one of a tool that is not there. */
export function settleToolChoice(choice: ToolChoice | undefined, offered: OfferedTools): ToolChoice | undefined {
  const { tools, omitted } = offered
  switch (choice?.type) {
    case undefined:
      return undefined
    case 'auto':
    case 'none':
      return tools.length > 0 ? choice : undefined
    case 'required':
      if (tools.length > 0) return choice
      throw omitted.length > 0 ? forcedOmitted(omitted.join(', ')) : noToolsGiven()
    case 'tool':
      if (tools.some((tool) => tool.name === choice.name)) return choice
      throw tools.length === 0 && omitted.length === 0 ? noToolsGiven() : notFound(choice.name)
    case 'allowed': {
      const names = choice.names.filter((name) => tools.some((tool) => tool.name === name))
      if (names.length > 0) return { ...choice, names }
      if (choice.mode === 'required') throw omitted.length > 0 ? forcedOmitted(omitted.join(', ')) : noToolsGiven()
      return tools.length > 0 ? { type: 'none' } : undefined
    }
  }
}

/** A choice that forces a tool which can't be served here. */
export function forcedOmitted(name: string): ReturnType<typeof proxyError> {
  return proxyError(
    'unsupported_value',
    `'tool_choice' forces ${excerpt(name)}, which is not available through this proxy: offer a function tool, or use 'auto'.`,
    { param: 'tool_choice' },
  )
}

function notFound(name: string): ReturnType<typeof proxyError> {
  return wrongValue('tool_choice', `Tool choice '${excerpt(name)}' not found in 'tools' parameter.`)
}

function noToolsGiven(): ReturnType<typeof proxyError> {
  return wrongValue('tool_choice', "'tool_choice' is only allowed when 'tools' are specified.")
}
