import { newId } from '../../wire/ids.ts'
import { isJson } from '../../wire/is-json.ts'
import { freeformInput } from '../parse/freeform-tool.ts'
import type { Item } from '../response-store.ts'
import { eventHead, type Frames } from './frames.ts'
import { type DoneItem, type ItemStatus, placed } from './message-item.ts'

const argumentsHead = eventHead('response.function_call_arguments.delta')

/** A call that the model is writing. */
export interface CallItem {
  add(delta: string): void
  /** Whether its arguments are a whole JSON text. */
  isWhole(): boolean
  /** Whether the model has written anything of its arguments. */
  isEmpty(): boolean
  close(status: ItemStatus): DoneItem
}

export interface CallIdentity {
  id: string
  name: string
}

export function functionCallItem(outputIndex: number, call: CallIdentity, frames: Frames | undefined): CallItem {
  const id = newId('fc_')
  const { name } = call
  const callId = call.id || newId('call_')
  const place = `"item_id":"${id}","output_index":${outputIndex}`
  const beforeDelta = `,${place},"delta":`
  let text = ''

  const item = (status: string): Item => ({ id, type: 'function_call', status, arguments: text, call_id: callId, name })
  frames?.add('response.output_item.added', placed(outputIndex, JSON.stringify(item('in_progress'))))

  return {
    add(delta) {
      text += delta
      frames?.addDelta(argumentsHead, beforeDelta, JSON.stringify(delta), '}\n\n')
    },
    isWhole: () => isJson(text),
    isEmpty: () => text === '',
    close(status) {
      const fields = `${place},"name":${JSON.stringify(name)},"arguments":${JSON.stringify(text)}`
      frames?.add('response.function_call_arguments.done', fields)
      const done = item(status)
      const json = JSON.stringify(done)
      frames?.add('response.output_item.done', placed(outputIndex, json))
      return { item: done, json }
    },
  }
}

/** A call of a freeform tool. Its input is given when it is whole: until then it is the JSON of a function's arguments. */
export function customCallItem(outputIndex: number, call: CallIdentity, frames: Frames | undefined): CallItem {
  const id = newId('ctc_')
  const { name } = call
  const callId = call.id || newId('call_')
  const place = `"item_id":"${id}","output_index":${outputIndex}`
  let text = ''

  const item = (status: string, input: string): Item => ({
    id,
    type: 'custom_tool_call',
    status,
    call_id: callId,
    name,
    input,
  })
  frames?.add('response.output_item.added', placed(outputIndex, JSON.stringify(item('in_progress', ''))))

  return {
    add(delta) {
      text += delta
    },
    isWhole: () => isJson(text),
    isEmpty: () => text === '',
    close(status) {
      const input = freeformInput(text)
      const inputJson = JSON.stringify(input)
      if (input !== '') frames?.add('response.custom_tool_call_input.delta', `${place},"delta":${inputJson}`)
      frames?.add('response.custom_tool_call_input.done', `${place},"input":${inputJson}`)
      const done = item(status, input)
      const json = JSON.stringify(done)
      frames?.add('response.output_item.done', placed(outputIndex, json))
      return { item: done, json }
    },
  }
}
