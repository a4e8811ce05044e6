import { definePlugin } from 'argo-proxy'

/** Offers the mode `real`: the upstream's streaming call, each event on its way as it comes; nothing is held or merged. */
export default definePlugin({
  name: '@argo-proxy/plugin-real-stream',
  apiVersion: 1,
  setup: () => ({ modes: { real: { upstream: 'stream', pace: 'passthrough' } } }),
})
