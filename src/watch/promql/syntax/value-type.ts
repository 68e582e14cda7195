/** What an expression is worth: one number, one sample a series, a range of samples a series, or a text. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string'
