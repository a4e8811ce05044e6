/** `ARGO_PROXY_SOAK=full`: the full sizes, which take minutes. */
export const isFull = process.env.ARGO_PROXY_SOAK === 'full'
