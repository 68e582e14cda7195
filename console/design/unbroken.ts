/** A text in which no line ends between a number and its sign. */
export const unbroken = (text: string): string => text.replace(/(?<=\d) (?=%|ms\b)/g, '\u00a0')
