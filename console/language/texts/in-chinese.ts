/** The same texts in Chinese, which has one form for all numbers. */
export type InChinese<English> = Readonly<Record<Exclude<keyof English, `${string}_one`>, string>>
