// The page is plain JavaScript because a browser runs it as it is: nothing has to be built.

const at = id => document.getElementById(id)
const texts = await (await fetch('/texts.json')).json()
const state = {
  language: localStorage.getItem('language') ?? (navigator.language.startsWith('zh') ? 'zh' : 'en'),
  market: localStorage.getItem('market') ?? 'eu',
  products: [],
  cart: { lines: [], total: { amountMinor: 0, currency: 'EUR' } },
  orders: [],
  said: undefined,
  paying: false,
  /** The checkout under way: kept until its outcome is known, so that trying again can't pay twice. */
  checkout: undefined,
}

function say(key, values = {}) {
  const text = texts[state.language][key] ?? texts[state.language]['said.trouble']
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name])
}

function show({ amountMinor, currency }) {
  const format = new Intl.NumberFormat(state.language === 'zh' ? 'zh-CN' : 'en', { style: 'currency', currency })
  // How many decimals a currency has is the currency's business: yen have none.
  return format.format(amountMinor / 10 ** format.resolvedOptions().maximumFractionDigits)
}

async function ask(method, path, body, headers = {}) {
  const response = await fetch(`/api${path}`, {
    method,
    headers: {
      'x-market': state.market,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const by = response.headers.get('x-served-by')
  at('served').textContent = by === null ? '' : say('served', { by })
  return { status: response.status, body: await response.json() }
}

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}

function picture(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  use.setAttribute('href', `/pictures.svg#${name}`)
  svg.setAttribute('aria-hidden', 'true')
  svg.append(use)
  return svg
}

function stepper(sku, quantity) {
  const button = (label, text, next) =>
    make('button', { type: 'button', ariaLabel: label, textContent: text, onclick: () => put(sku, next) })
  return make(
    'span',
    { className: 'stepper' },
    button(say('fewer'), '−', quantity - 1),
    make('output', { textContent: quantity }),
    button(say('more'), '+', Math.min(quantity + 1, 20)),
  )
}

function card({ sku, name, price, available }) {
  const quantity = state.cart.lines.find(line => line.sku === sku)?.quantity ?? 0
  const tile = make('div', { className: 'picture' }, picture(sku))
  tile.dataset.sku = sku
  const low = available === 0 ? say('none') : say('few', { count: available })
  const button = make('button', {
    type: 'button',
    className: 'add',
    textContent: say('add'),
    disabled: available === 0,
    onclick: () => put(sku, 1),
  })
  return make(
    'li',
    {},
    tile,
    make('h3', { textContent: name[state.language] }),
    make('p', { className: 'price', textContent: show(price) }),
    make('p', { className: 'faint', textContent: available < 10 ? low : '' }),
    quantity > 0 ? stepper(sku, quantity) : button,
  )
}

function cartLine({ sku, name, quantity, unit }) {
  const amount = show({ ...unit, amountMinor: unit.amountMinor * quantity })
  return make(
    'li',
    {},
    make('span', { className: 'thumb' }, picture(sku)),
    make('span', { className: 'name', textContent: name[state.language] }),
    stepper(sku, quantity),
    make('span', { className: 'amount', textContent: amount }),
  )
}

function orderLine({ id, state: reached, total, lines }) {
  const chip = make('span', { className: `chip ${reached}`, textContent: say(`state.${reached}`) })
  const what = make('span', { className: 'thumbs', title: id }, ...lines.slice(0, 5).map(line => picture(line.sku)))
  return make('li', {}, what, make('span', { className: 'amount', textContent: show(total) }), chip)
}

function draw() {
  document.documentElement.lang = state.language === 'zh' ? 'zh-CN' : 'en'
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = say(element.dataset.text)
  at('language').textContent = state.language === 'zh' ? 'English' : '中文'
  at('market').value = state.market
  const { lines } = state.cart
  const total = state.checkout?.body ?? state.cart.total
  at('count').textContent = lines.reduce((sum, { quantity }) => sum + quantity, 0)
  at('products').replaceChildren(...state.products.map(card))
  at('lines').replaceChildren(...lines.map(cartLine))
  at('total').textContent = show(total)
  at('empty').hidden = lines.length > 0 || state.checkout !== undefined
  at('checkout').hidden = lines.length === 0 && state.checkout === undefined
  const pay = state.checkout === undefined ? say('pay', { amount: show(total) }) : say('pay.again')
  at('pay').textContent = state.paying ? say('paying') : pay
  at('pay').disabled = state.paying
  at('said').hidden = state.said === undefined
  at('said').className = state.said === 'paid' ? 'good' : 'bad'
  at('said').textContent = state.said === undefined ? '' : say(['said', state.said].join('.'))
  at('no-orders').hidden = state.orders.length > 0
  at('orders').replaceChildren(...state.orders.slice(0, 6).map(orderLine))
}

/** Does something that may fail, then draws; what fails is said and nothing is pretended. */
async function attempt(work) {
  try {
    await work()
  } catch {
    state.said = 'trouble'
  }
  draw()
}

async function load() {
  const [products, cart, orders] = await Promise.all([
    ask('GET', '/products'),
    ask('GET', '/cart'),
    ask('GET', '/orders'),
  ])
  if ([products, cart, orders].some(({ status }) => status !== 200)) throw new Error('the shop could not be read')
  state.products = products.body.products
  state.cart = cart.body
  state.orders = orders.body.orders
}

function put(sku, quantity) {
  return attempt(async () => {
    state.said = undefined
    const { status, body } = await ask('PUT', `/cart/lines/${sku}`, { quantity })
    if (status !== 200) throw new Error(body.error.message)
    state.cart = body
    state.checkout = undefined
  })
}

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

function pay() {
  if (state.paying) return Promise.resolve()
  state.paying = true
  state.said = undefined
  state.checkout ??= { key: newKey(), body: { card: new FormData(at('checkout')).get('card'), ...state.cart.total } }
  draw()
  return attempt(async () => {
    try {
      const { key, body } = state.checkout
      const answer = await ask('POST', '/orders', body, { 'idempotency-key': key })
      state.said = answer.status === 201 ? 'paid' : (answer.body.error?.code ?? 'trouble')
      // Below 500 the outcome is final. Else the same checkout, by the same key, is what trying again means.
      if (answer.status < 500) state.checkout = undefined
      await load()
    } finally {
      state.paying = false
    }
  })
}

at('checkout').addEventListener('submit', event => {
  event.preventDefault()
  void pay()
})
at('language').addEventListener('click', () => {
  state.language = state.language === 'zh' ? 'en' : 'zh'
  localStorage.setItem('language', state.language)
  draw()
})
at('market').addEventListener('change', event => {
  state.market = event.target.value
  state.checkout = undefined
  localStorage.setItem('market', state.market)
  void attempt(load)
})
draw()
// The first answer sets the cookie that tells who asks; only then may several requests go at once.
await attempt(async () => {
  await ask('GET', '/cart')
  await load()
})
