import { describe, expect, test } from 'vitest'
import { faultOf } from './faults.test.fixture.ts'
import { createMemoryResponseStore, type StoredResponse, sizeOfItems } from './response-store.ts'
import { deleteResponse, listInputItems, retrieveResponse } from './stored-responses.ts'

function entry(id: string, size = 10, parts: Partial<StoredResponse> = {}): StoredResponse {
  const input = [{ type: 'message', role: 'user', content: 'Hi', id: `in_${id}` }]
  return { id, response: `{"id":"${id}"}`, input, output: [{ id: `out_${id}` }], size, ...parts }
}

describe('the store in memory', () => {
  test('finds responses and items, until they are deleted', async () => {
    const store = createMemoryResponseStore()
    store.put(entry('a'))
    expect(store.get('a')).toEqual(entry('a'))
    expect(store.findItem('in_a')).toMatchObject({ role: 'user' })
    expect(store.findItem('out_a')).toEqual({ id: 'out_a' })
    expect(store.findItem('out_b')).toBeUndefined()
    expect(store.delete('a')).toBe(true)
    expect(store.delete('a')).toBe(false)
    expect(store.get('a')).toBeUndefined()
    expect(store.findItem('out_a')).toBeUndefined()
  })

  test('forgets what was used least recently, by number and by size', () => {
    const few = createMemoryResponseStore({ entries: 2 })
    few.put(entry('a'))
    few.put(entry('b'))
    few.get('a')
    few.put(entry('c'))
    expect(['a', 'b', 'c'].map((id) => few.get(id)?.id)).toEqual(['a', undefined, 'c'])
    const small = createMemoryResponseStore({ bytes: 100 })
    small.put(entry('a', 60))
    small.put(entry('a', 50))
    small.put(entry('b', 50))
    expect(small.get('a')).toBeDefined()
    small.put(entry('c', 60))
    expect(['a', 'b', 'c'].map((id) => small.get(id)?.id)).toEqual([undefined, undefined, 'c'])
    small.put(entry('d', 1000))
    expect(['c', 'd'].map((id) => small.get(id)?.id)).toEqual([undefined, undefined])
  })

  test('forgets what was not used for its lifetime', () => {
    let time = 0
    const store = createMemoryResponseStore({ lifetime: 100 }, () => time)
    store.put(entry('a'))
    store.put(entry('b'))
    time = 80
    expect(store.get('a')).toBeDefined()
    time = 150
    expect(store.get('b')).toBeUndefined()
    expect(store.findItem('out_b')).toBeUndefined()
    expect(store.delete('b')).toBe(false)
    expect(store.findItem('out_a')).toEqual({ id: 'out_a' })
  })

  test('an item of several responses lives as long as the latest', () => {
    const store = createMemoryResponseStore()
    const shared = { id: 'msg_1' }
    store.put(entry('a', 1, { output: [shared] }))
    store.put(entry('b', 1, { input: [shared] }))
    store.delete('a')
    expect(store.findItem('msg_1')).toBe(shared)
  })

  test('sizes count the strings of items and of their parts', () => {
    const parts = [{ type: 'input_text', text: 'x'.repeat(500) }, null, 5, 'y']
    expect(sizeOfItems([{ content: 'x'.repeat(1000) }, { content: parts }])).toBeGreaterThan(1500)
    expect(sizeOfItems([])).toBe(0)
  })
})

describe('what the endpoints say of it', () => {
  const store = createMemoryResponseStore()
  const input = Array.from({ length: 25 }, (_item, index) => ({
    role: 'user',
    content: `${index}`,
    id: `msg_${index}`,
  }))
  store.put(entry('a', 10, { input }))

  test('the response, and its deletion', async () => {
    const none = new URLSearchParams()
    expect(await retrieveResponse(store, 'a', none)).toBe('{"id":"a"}')
    store.put(entry('b'))
    expect(await deleteResponse(store, 'b')).toEqual({ id: 'b', object: 'response', deleted: true })
    for (const call of [retrieveResponse, deleteResponse]) {
      expect(await faultOf(() => call(store, 'b', none))).toMatchObject({ status: 404, code: 'not_found' })
    }
  })

  test('a response is not streamed again', async () => {
    const ask = (query: string) => retrieveResponse(store, 'a', new URLSearchParams(query))
    expect(await ask('stream=false')).toBe('{"id":"a"}')
    expect(await faultOf(() => ask('stream=true'))).toMatchObject({ status: 400, param: 'stream' })
  })

  const page = async (query: string) => {
    const list = await listInputItems(store, 'a', new URLSearchParams(query))
    return {
      ids: list.data.map(({ id }) => String(id).slice(4)).join(' '),
      more: list.has_more,
      first: list.first_id,
      last: list.last_id,
    }
  }

  test('input items, in pages', async () => {
    expect(await page('')).toEqual({
      ids: '24 23 22 21 20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5',
      more: true,
      first: 'msg_24',
      last: 'msg_5',
    })
    expect(await page('after=msg_5')).toEqual({ ids: '4 3 2 1 0', more: false, first: 'msg_4', last: 'msg_0' })
    expect(await page('order=asc&limit=2&after=msg_3')).toEqual({
      ids: '4 5',
      more: true,
      first: 'msg_4',
      last: 'msg_5',
    })
    expect(await page('after=msg_0')).toEqual({ ids: '', more: false, first: null, last: null })
  })

  test('input items in their full form', async () => {
    const { data } = await listInputItems(store, 'a', new URLSearchParams('limit=1'))
    expect(data).toEqual([
      {
        id: 'msg_24',
        type: 'message',
        status: 'completed',
        role: 'user',
        content: [{ type: 'input_text', text: '24' }],
      },
    ])
  })

  test.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=x', 'limit'],
    ['order=up', 'order'],
    ['after=msg_x', 'after'],
  ])('refused: %s', async (query, param) => {
    expect(await faultOf(() => page(query))).toMatchObject({ status: 400, param, code: 'invalid_value' })
  })
})
