import { generateText, isStepCount, streamText, tool } from 'ai'
import { z } from 'zod'
import { aiSdkModels } from './ai-sdk-models.ts'
import type { ToolLoop } from './tool-loops.ts'
import { weatherOf } from './tool-paths.ts'

export const aiSdkLoops: ToolLoop[] = aiSdkModels.map(({ name, create }) => ({
  name,
  async run({ baseURL, model, stream, prompt, recorder }) {
    const called: string[] = []
    const getWeather = tool({
      description: 'Current weather of a city',
      inputSchema: z.object({ city: z.string() }),
      execute({ city }) {
        called.push(city)
        const said = weatherOf(city)
        if (said.startsWith('Error')) throw new Error(said)
        return said
      },
    })
    const options = {
      model: create({ baseURL, model, recorder }),
      prompt,
      tools: { get_weather: getWeather },
      stopWhen: isStepCount(4),
      maxRetries: 0,
    }
    const result = stream ? streamText(options) : await generateText(options)
    return { text: await result.text, called }
  },
}))
