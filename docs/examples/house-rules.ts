import { definePlugin, proxyError } from 'argo-proxy'

/** What this lab wants of every request. */
export default definePlugin({
  name: 'house-rules',
  apiVersion: 1,
  needs: { modes: ['pseudo'] },
  setup: () => ({
    vote({ model }) {
      if (model.startsWith('gpto')) return { mode: 'pseudo', because: `${model} streams nothing until it has finished` }
      return undefined
    },
    rewrite(request, { log }) {
      if (request.n !== undefined && request.n > 4) {
        throw proxyError('invalid_value', `n is ${request.n}: this lab allows at most 4.`, { param: 'n' })
      }
      log.debug('house rules added', { model: request.model })
      const rules = { role: 'system' as const, content: 'Give quantities in SI units.' }
      return { ...request, messages: [rules, ...request.messages] }
    },
  }),
})
