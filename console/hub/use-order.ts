import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { ask, type Question, randomKey } from './ask.ts'

type Order = Pick<Question, 'path' | 'body'>

/**
 * Gives an order to the hub. The same order given again after a failure carries the same key, so it is done once
 * even where the answer to the first attempt was lost.
 */
export function useOrder<Reply>(onDone: (reply: Reply) => void) {
  const last = useRef<{ readonly text: string; readonly key: string }>(undefined)
  return useMutation({
    mutationFn(order: Order) {
      const text = JSON.stringify(order)
      if (last.current?.text !== text) last.current = { text, key: randomKey() }
      return ask<Reply>({ method: 'POST', ...order, key: last.current.key })
    },
    onSuccess: onDone,
  })
}
