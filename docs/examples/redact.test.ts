import { eventsOf, optionFaults, runPlugin } from 'argo-proxy/testing'
import { expect, test } from 'vitest'
import redact from './redact.ts'

const options = { words: ['Rosebud', 'sled'] }

test('blacks out words, wherever the upstream cut them', async () => {
  const text = 'Rosebud was his sled.'
  for (let cut = 1; cut < text.length; cut += 1) {
    const answer = [text.slice(0, cut), text.slice(cut)]
    const run = await runPlugin(redact, { options, answer })
    expect(run.text).toBe('███████ was his ████.')
  }
})

test('lets everything else pass at once', async () => {
  const { events } = await runPlugin(redact, { options, answer: 'The end is nigh.' })
  expect(events).toEqual(eventsOf('The end is nigh.'))
})

test('says what is wrong with its options', async () => {
  expect(await optionFaults(redact, { words: 'Rosebud' })).toEqual(['words: write a list of words to black out'])
})
