import { definePlugin, type Exchange } from 'argo-proxy'
import { gather } from './gather.ts'
import { pseudoStreamOptions } from './options.ts'
import { pacedStream } from './paced-stream.ts'
import { rechunk } from './rechunk.ts'

/** Offers the mode `pseudo`: the upstream's complete call, whose answer is then sent in pieces. */
export default definePlugin({
  name: '@argo-proxy/plugin-pseudo-stream',
  apiVersion: 1,
  options: pseudoStreamOptions,
  setup: (_context, { chunk: cuts, delay, max_duration: maxDuration }) => {
    const atOnce = { step: () => rechunk(cuts) }
    const paced = { create: ({ signal }: Exchange) => pacedStream({ cuts, delay, maxDuration }, signal) }
    return {
      modes: { pseudo: { upstream: 'complete', gather: { step: gather }, pace: delay === 0 ? atOnce : paced } },
    }
  },
})
