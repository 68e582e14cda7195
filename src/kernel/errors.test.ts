import { describe, expect, it } from 'vitest'
import { InvalidInput, messageOf, ShipwatchError } from './errors.ts'

describe('an expected failure', () => {
  it('carries its code, field, hint and cause', () => {
    const cause = new Error('EADDRINUSE')
    const error = new InvalidInput('port 8080 is taken', { field: 'gateway.listen', hint: 'Choose another.', cause })
    expect(error).toBeInstanceOf(ShipwatchError)
    expect(error).toMatchObject({ name: 'InvalidInput', code: 'invalid_input', field: 'gateway.listen', cause })
    expect(messageOf(error)).toBe('port 8080 is taken: EADDRINUSE')
  })

  it('is told apart from things thrown that are no errors', () => {
    expect(messageOf('plain')).toBe('plain')
    expect(messageOf(new TypeError())).toBe('TypeError')
  })
})
