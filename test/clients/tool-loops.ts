import type { AnswerRecorder } from './recorded-answers.ts'
import { aiSdkLoops } from './tool-loops-ai-sdk.ts'
import { langChainLoops } from './tool-loops-langchain.ts'
import { openaiSdkLoops } from './tool-loops-openai-sdk.ts'

export interface LoopOptions {
  baseURL: string
  model: string
  stream: boolean
  prompt: string
  recorder: AnswerRecorder
}

/** What a client's loop came to: the cities that its tool was called with, and the model's last words. */
export interface LoopOutcome {
  called: string[]
  text: string
}

/** A client's own loop: it asks, runs its tool on what the model calls, sends the results, until there is a text. */
export interface ToolLoop {
  name: string
  run(options: LoopOptions): Promise<LoopOutcome>
}

export const toolLoops: readonly ToolLoop[] = [...openaiSdkLoops, ...aiSdkLoops, ...langChainLoops]
