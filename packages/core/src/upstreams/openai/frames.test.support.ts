/** Frames of a chat stream, as text; this is what they have in common. */
export const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 5, model: 'm-1' }

export const sse = (value: unknown) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`

/** A frame with one choice, and with these fields beside it. */
export const frame = (choice: object, more: object = {}) =>
  sse({ ...head, choices: [{ index: 0, ...choice }], ...more })
export const delta = (fields: object) => frame({ delta: fields, finish_reason: null })
export const stop = (finish_reason = 'stop') => frame({ delta: {}, finish_reason })
export const done = sse('[DONE]')
