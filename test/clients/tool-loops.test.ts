import { afterEach, describe, expect, test } from 'vitest'
import { useRigOf } from './paths.ts'
import { answerRecorder, checkAnswers } from './recorded-answers.ts'
import { toolLoops } from './tool-loops.ts'
import { cities, startToolRig, toolPaths, weatherOf } from './tool-paths.ts'

const runs = toolLoops.flatMap((loop) => [
  { ...loop, stream: true, form: 'streamed' },
  { ...loop, stream: false, form: 'whole' },
])

describe.each(toolPaths)('tools $name', (path) => {
  const rig = useRigOf(() => startToolRig(path))
  const recorder = answerRecorder()
  afterEach(async () => checkAnswers(await recorder.take()))

  test.each(runs)('$name, $form: two calls at once, one with an error', async ({ run, stream }) => {
    const before = rig().gateway.requests.length
    const { baseURL } = rig()
    const prompt = 'How is the weather in these two cities?'
    const { called, text } = await run({ baseURL, model: path.model, stream, prompt, recorder })
    expect(called).toEqual(cities)
    expect(text).toBe(`I was told: ${cities.map(weatherOf).toSorted().join('; ')}`)

    const asked = rig().gateway.requests.slice(before)
    expect(asked).toHaveLength(2)
    for (const request of asked) {
      const streams = request.url.includes('streamchat') || request.text.includes('"stream":true')
      expect(streams).toBe(path.streamsAlways ?? (path.live === true && stream))
      expect(request.text.includes('"tools":')).toBe(path.native)
    }
    const answers = await recorder.take()
    expect(answers.map(({ streamed }) => streamed)).toEqual([stream, stream])
    if (stream) expect(answers.map(({ mode }) => mode)).toEqual(Array(2).fill(path.live ? 'real' : 'pseudo'))
    checkAnswers(answers)
  })
})
