import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const FIRST_VIEW_KB = 150
const SPARE_KB = 0.5

/** Prints what each file weighs on the wire, and refuses a first view that is too heavy. */
function weigh(): Plugin {
  return {
    name: 'weigh',
    apply: 'build',
    writeBundle({ dir = '' }, bundle) {
      const page = readFileSync(`${dir}/index.html`, 'utf8')
      const sizes = Object.keys(bundle).map(file => ({
        file,
        kb: gzipSync(readFileSync(`${dir}/${file}`)).length / 1_000,
        isFirst: file === 'index.html' || page.includes(file),
      }))
      const shown = sizes.filter(({ kb }) => kb >= SPARE_KB).toSorted((a, b) => b.kb - a.kb)
      for (const { file, kb, isFirst } of shown) {
        this.info(`${kb.toFixed(1).padStart(6)} KB gz  ${isFirst ? 'first view' : 'later     '}  ${file}`)
      }
      const first = sizes.reduce((sum, { kb, isFirst }) => sum + (isFirst ? kb : 0), 0)
      this.info(`${first.toFixed(1).padStart(6)} KB gz  first view in all, of ${FIRST_VIEW_KB}`)
      if (first > FIRST_VIEW_KB) this.error(`the first view is heavier than ${FIRST_VIEW_KB} KB`)
    },
  }
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), tailwindcss(), weigh()],
  build: {
    outDir: fileURLToPath(new URL('../dist/console', import.meta.url)),
    emptyOutDir: true,
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // The hub's Content-Security-Policy allows files of its own origin, and nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
