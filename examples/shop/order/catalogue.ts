import type { Market } from '../chassis/market.ts'

export interface CatalogueEntry {
  readonly sku: string
  readonly en: string
  readonly zh: string
  /** In minor units of the market's currency: cents, cents, and yen (which have none). */
  readonly price: Readonly<Record<Market, number>>
}

/** What the shop sells; `sku` names its picture, too. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  { sku: 'mug', en: 'Enamel mug', zh: '搪瓷杯', price: { eu: 1490, us: 1590, apac: 2200 } },
  { sku: 'lamp', en: 'Reading lamp', zh: '阅读灯', price: { eu: 5900, us: 6400, apac: 8900 } },
  { sku: 'backpack', en: 'Day pack', zh: '双肩背包', price: { eu: 8900, us: 9500, apac: 13800 } },
  { sku: 'bottle', en: 'Steel bottle', zh: '保温瓶', price: { eu: 2490, us: 2690, apac: 3900 } },
  { sku: 'notebook', en: 'Dot notebook', zh: '点阵笔记本', price: { eu: 1290, us: 1390, apac: 1900 } },
  { sku: 'headphones', en: 'Headphones', zh: '头戴耳机', price: { eu: 12900, us: 13900, apac: 19800 } },
  { sku: 'watch', en: 'Field watch', zh: '野外手表', price: { eu: 14900, us: 15900, apac: 23800 } },
  { sku: 'tent', en: 'Two-person tent', zh: '双人帐篷', price: { eu: 21900, us: 23900, apac: 34800 } },
  { sku: 'umbrella', en: 'Storm umbrella', zh: '抗风伞', price: { eu: 3490, us: 3690, apac: 5400 } },
  { sku: 'compass', en: 'Brass compass', zh: '黄铜指南针', price: { eu: 2990, us: 3190, apac: 4600 } },
  { sku: 'blanket', en: 'Wool blanket', zh: '羊毛毯', price: { eu: 7900, us: 8500, apac: 12400 } },
  { sku: 'camera', en: 'Film camera', zh: '胶片相机', price: { eu: 18900, us: 19900, apac: 29800 } },
]
