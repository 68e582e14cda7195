import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
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

const WORTH_COMPRESSING = /\.(?:html|js|css|svg)$/

/** Lays compressed copies beside the files, so that the hub need not compress at each request. */
function compress(): Plugin {
  return {
    name: 'compress',
    apply: 'build',
    writeBundle({ dir = '' }, bundle) {
      for (const file of Object.keys(bundle).filter(name => WORTH_COMPRESSING.test(name))) {
        const content = readFileSync(`${dir}/${file}`)
        writeFileSync(`${dir}/${file}.gz`, gzipSync(content, { level: 9 }))
        const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
        writeFileSync(`${dir}/${file}.br`, brotliCompressSync(content, { params }))
      }
    },
  }
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), tailwindcss(), weigh(), compress()],
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
