import { describe, expect, it } from 'vitest'
import { createSlots } from '../../src/remote/slots.js'

describe('createSlots', () => {
  it('lets the first to ask go first, so many at once, and goes on after a failure', async () => {
    const slots = createSlots(2)
    const order: string[] = []
    const work = (name: string, isFailing = false) =>
      slots.take(async () => {
        order.push(`+${name}`)
        await new Promise((resolve) => setImmediate(resolve))
        order.push(`-${name}`)
        if (isFailing) throw new Error(name)
        return name
      })
    const all = await Promise.allSettled([work('a', true), work('b'), work('c'), work('d')])
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
    expect(order.filter((step) => step.startsWith('+'))).toEqual(['+a', '+b', '+c', '+d'])
    // The third begins only when the first has ended, the fourth when the second has.
    expect(order.indexOf('+c')).toBe(order.indexOf('-a') + 1)
    expect(order.indexOf('+d')).toBe(order.indexOf('-b') + 1)
  })
})
