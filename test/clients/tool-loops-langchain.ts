import { type AIMessageChunk, type BaseMessage, HumanMessage, ToolMessage } from '@langchain/core/messages'
import { langChainModels } from './langchain-models.ts'
import { weather } from './tool-declarations.ts'
import type { ToolLoop } from './tool-loops.ts'
import { weatherOf } from './tool-paths.ts'

export const langChainLoops: ToolLoop[] = langChainModels.map(({ name, create }) => ({
  name,
  async run({ baseURL, model, stream, prompt, recorder }) {
    const bound = create({ baseURL, model, recorder }).bindTools([{ type: 'function', function: weather }])
    async function ask(history: BaseMessage[]): Promise<AIMessageChunk> {
      if (!stream) return bound.invoke(history)
      let message: AIMessageChunk | undefined
      for await (const chunk of await bound.stream(history)) message = message?.concat(chunk) ?? chunk
      if (!message) throw new Error('The stream was empty.')
      return message
    }
    const messages: BaseMessage[] = [new HumanMessage(prompt)]
    const called: string[] = []
    for (let turn = 0; turn < 4; turn += 1) {
      const answer = await ask(messages)
      const calls = answer.tool_calls ?? []
      if (calls.length === 0) return { text: answer.text, called }
      messages.push(answer)
      for (const { id = '', name: tool, args } of calls) {
        called.push(String(args.city))
        messages.push(new ToolMessage({ tool_call_id: id, name: tool, content: weatherOf(String(args.city)) }))
      }
    }
    throw new Error('The model calls without end.')
  },
}))
