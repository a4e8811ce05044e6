import type OpenAI from 'openai'
import { connectSdk, majors } from './sdk-majors.ts'
import { weather } from './tool-declarations.ts'
import type { LoopOptions, LoopOutcome, ToolLoop } from './tool-loops.ts'
import { weatherOf } from './tool-paths.ts'

export const openaiSdkLoops: ToolLoop[] = majors.flatMap((major) => [
  { name: `${major}, runTools`, run: (options) => runTools(major, options) },
  { name: `${major}, responses`, run: (options) => respond(major, options) },
])

async function runTools(
  major: string,
  { baseURL, model, stream, prompt, recorder }: LoopOptions,
): Promise<LoopOutcome> {
  const { helpers } = await connectSdk(major, baseURL, recorder)
  const called: string[] = []
  function run({ city }: { city: string }): string {
    called.push(city)
    return weatherOf(city)
  }
  const body = {
    model,
    messages: [{ role: 'user' as const, content: prompt }],
    tools: [{ type: 'function' as const, function: { ...weather, parse: JSON.parse, function: run } }],
  }
  const runner = stream ? helpers.runTools({ ...body, stream: true }) : helpers.runTools(body)
  return { text: (await runner.finalContent()) ?? '', called }
}

async function respond(major: string, { baseURL, model, stream, prompt, recorder }: LoopOptions): Promise<LoopOutcome> {
  const { client } = await connectSdk(major, baseURL, recorder)
  const tools = [{ type: 'function' as const, strict: false, ...weather }]
  const ask = async (body: OpenAI.Responses.ResponseCreateParamsNonStreaming): Promise<OpenAI.Responses.Response> =>
    stream ? client.responses.stream({ ...body, stream: true }).finalResponse() : client.responses.create(body)
  const first = await ask({ model, tools, input: prompt })
  const calls = first.output.filter((item) => item.type === 'function_call')
  const called = calls.map((call) => String(JSON.parse(call.arguments).city))
  const input = calls.map(({ call_id }, index) => ({
    type: 'function_call_output' as const,
    call_id,
    output: weatherOf(called[index] ?? ''),
  }))
  const { output } = await ask({ model, tools, input, previous_response_id: first.id })
  const parts = output.flatMap((item) => (item.type === 'message' ? item.content : []))
  return { text: parts.map((part) => (part.type === 'output_text' ? part.text : '')).join(''), called }
}
