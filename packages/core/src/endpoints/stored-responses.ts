import { proxyError } from '../errors.ts'
import { isRecord } from '../record.ts'
import { notOneOf, unsupported, wrongValue } from './parse/fault.ts'
import { listedItem } from './response/listed-item.ts'
import type { Item, ResponseStore, StoredResponse } from './response-store.ts'

/** `GET /v1/responses/{id}`: the Response object, as JSON text. Its events are not kept: `stream` is refused. */
export async function retrieveResponse(store: ResponseStore, id: string, query: URLSearchParams): Promise<string> {
  const { response } = await find(store, id)
  const stream = query.get('stream')
  if (stream === null || stream === 'false') return response
  throw unsupported('stream', "'stream' is not supported for a response that is there already: ask without it.")
}

/** `DELETE /v1/responses/{id}`. */
export async function deleteResponse(
  store: ResponseStore,
  id: string,
): Promise<{ id: string; object: 'response'; deleted: true }> {
  if (!(await store.delete(id))) throw notFound(id)
  return { id, object: 'response', deleted: true }
}

export interface ItemList {
  object: 'list'
  data: Item[]
  first_id: string | null
  last_id: string | null
  has_more: boolean
}

/** `GET /v1/responses/{id}/input_items`, a page of 20 from the last item backwards where `query` says nothing else. */
export async function listInputItems(store: ResponseStore, id: string, query: URLSearchParams): Promise<ItemList> {
  const limit = readLimit(query.get('limit'))
  const order = query.get('order') ?? 'desc'
  if (order !== 'asc' && order !== 'desc') throw notOneOf('order', order, ['asc', 'desc'])
  const { input } = await find(store, id)
  const items = order === 'asc' ? input : input.toReversed()
  const start = placeAfter(items, query.get('after'))
  const page = items.slice(start, start + limit).map(listedItem)
  return {
    object: 'list',
    data: page,
    first_id: idOf(page[0]),
    last_id: idOf(page.at(-1)),
    has_more: start + limit < items.length,
  }
}

function placeAfter(items: readonly Item[], after: string | null): number {
  if (after === null) return 0
  const place = items.findIndex((item) => item.id === after)
  if (place < 0) throw wrongValue('after', `Invalid 'after': no input item has the id '${after}'.`)
  return place + 1
}

function readLimit(text: string | null): number {
  const limit = text === null ? 20 : Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100) return limit
  throw wrongValue('limit', `Invalid 'limit': expected an integer from 1 to 100, but got '${text}' instead.`)
}

function idOf(item: unknown): string | null {
  return isRecord(item) && typeof item.id === 'string' ? item.id : null
}

async function find(store: ResponseStore, id: string): Promise<StoredResponse> {
  const stored = await store.get(id)
  if (!stored) throw notFound(id)
  return stored
}

function notFound(id: string): ReturnType<typeof proxyError> {
  return proxyError('not_found', `Response with id '${id}' not found.`)
}
