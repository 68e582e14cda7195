import { execFileSync, type SpawnSyncOptionsWithStringEncoding, spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { VERBS } from '../table.ts'
import { bashScript } from './bash.ts'
import { fishQuoted, fishScript } from './fish.ts'
import { offersOf, shellQuoted } from './offers.ts'
import { zshScript } from './zsh.ts'

/** Stands for the program: says which names were asked for, and gives two. */
const STAND_IN = `shipwatch() { echo "asked: $*" >&3; case $* in *service|*token) echo order; echo payment ;; *user) echo li ;; *channel) echo ops ;; *delivery) echo dlv_1 ;; *version*) echo v1; echo v2:beta ;; esac; }`

interface Offered {
  readonly words: readonly string[]
  /** What the shell asked of \`shipwatch __complete\`. */
  readonly asked: readonly string[]
}

/** What bash offers at the end of a line. */
function bashOffers(line: string): Offered {
  const script = `${bashScript(VERBS)}
${STAND_IN}
COMP_LINE=$1 COMP_POINT=\${#1}
_shipwatch
printf '%s\\n' "\${COMPREPLY[@]}"`
  return offered(spawnSync('bash', ['-c', script, 'bash', line], SHELL))
}

/** What zsh offers: its own completion functions print instead. */
function zshOffers(line: string): Offered {
  const script = `compdef() { :; }
compadd() { [[ $1 == -a ]] && print -l -- \${(P)2} || print -l -- "$@"; }
_describe() { print -l -- \${(P)2%%:*}; }
_files() { print files "$@"; }
${zshScript(VERBS)}
${STAND_IN}
words=("\${(@s: :)1}"); CURRENT=$#words
_shipwatch`
  return offered(spawnSync('zsh', ['-f', '-c', script, 'zsh', line], SHELL))
}

/** What fish offers: its own `complete -C` says it, as a person would see it. */
function fishOffers(line: string): Offered {
  const script = `${fishScript(VERBS)}
function shipwatch
    echo "asked: $argv" >&3
    switch "$argv"
        case '*service' '*token'
            printf '%s\\n' order payment
        case '*user'
            echo li
        case '*channel'
            echo ops
        case '*delivery'
            echo dlv_1
        case '*version*'
            printf '%s\\n' v1 v2:beta
    end
end
complete -C $argv[1]`
  const { words, asked } = offered(spawnSync('fish', ['--no-config', '-c', script, '--', line], SHELL))
  return { words: words.map(word => word.split('\t')[0] ?? ''), asked }
}

const SHELL: SpawnSyncOptionsWithStringEncoding = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe', 'pipe'] }

function offered({ stdout, stderr, output }: ReturnType<typeof spawnSync>): Offered {
  if (String(stderr) !== '') throw new Error(`the shell complains: ${String(stderr)}`)
  const lines = (text: unknown): string[] => String(text).split('\n').filter(Boolean)
  return { words: lines(stdout), asked: lines(output[3]).map(line => line.replace('asked: ', '')) }
}

const verbs = offersOf(VERBS)
const outer = verbs.map(({ verb }) => verb).filter(verb => !verb.includes(' '))
const optionsOf = (name: string): string[] =>
  verbs.find(({ verb }) => verb === name)?.options.map(({ name }) => name) ?? []

/** The verbs within a verb. */
const within = (name: string): string[] =>
  verbs.filter(({ verb }) => verb.startsWith(`${name} `)).map(({ verb }) => verb.slice(name.length + 1))

const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['shipwatch ', ['help', ...outer], []],
  ['shipwatch deploy ', ['order', 'payment'], ['__complete service']],
  [
    'shipwatch --hub http://127.0.0.1:7700 deploy ',
    ['order', 'payment'],
    ['--hub http://127.0.0.1:7700 __complete service'],
  ],
  ['shipwatch deploy --note x ', ['order', 'payment'], ['__complete service']],
  ['shipwatch deploy --json ', ['order', 'payment'], ['__complete service']],
  ['shipwatch deploy order ', [], []],
  ['shipwatch deploy order -', optionsOf('deploy'), []],
  ['shipwatch deploy order --strategy ', ['canary', 'rolling', 'blue-green', 'all-at-once'], []],
  ['shipwatch deploy order --note ', [], []],
  ['shipwatch rollback order --to ', ['v1', 'v2:beta'], ['__complete version order']],
  ['shipwatch logbook --service ', ['order', 'payment'], ['__complete service']],
  ['shipwatch channels ', ['test'], []],
  ['shipwatch channels test ', ['ops'], ['__complete channel']],
  ['shipwatch deliveries --state ', ['waiting', 'sending', 'sent', 'merged', 'given-up', 'dropped'], []],
  ['shipwatch deliveries show ', ['dlv_1'], ['__complete delivery']],
  ['shipwatch logbook ', ['verify'], []],
  ['shipwatch logbook verify -', optionsOf('logbook verify'), []],
  ['shipwatch completion ', ['bash', 'zsh', 'fish'], []],
  ['shipwatch help ', outer, []],
  ['shipwatch user ', within('user'), []],
  ['shipwatch token revoke ', ['order', 'payment'], ['__complete token']],
  ['shipwatch --token-file ci.token user disable ', ['li'], ['--token-file ci.token __complete user']],
  ['shipwatch token create --scope ', ['read', 'release', 'admin'], []],
  ['shipwatch -', ['--help', '--version', '--hub', '--config', '--token-file', '--json', '--no-color'], []],
]

describe('bash', () => {
  test.each(CASES)('after “%s” offers what fits', (line, words, asked) => {
    // Bash itself keeps only what begins with what was typed.
    expect(bashOffers(line)).toEqual({
      words: words.filter(word => word.startsWith(line.split(' ').at(-1) ?? '')),
      asked,
    })
  })

  test.each([
    ['shipwatch dep', ['deploy']],
    ['shipwatch de', ['deploy', 'deliveries']],
    ['shipwatch re', ['resume', 'rearm', 'releases']],
    ['shipwatch deploy or', ['order']],
    ['shipwatch deploy order --st', ['--strategy']],
    // What stands before the colon is on the line already.
    ['shipwatch rollback order --to v2:b', ['beta']],
    [`shipwatch up --config ${import.meta.dirname}/zsh`, [`${import.meta.dirname}/zsh.ts`]],
  ])('completes “%s”', (line, words) => {
    expect(bashOffers(line).words).toEqual(words)
  })

  test('is told of by the script itself', () => {
    expect(() => execFileSync('bash', ['-n'], { input: bashScript(VERBS) })).not.toThrow()
    expect(bashScript(VERBS)).toMatch(/\ncomplete -F _shipwatch shipwatch\n$/)
  })
})

const hasZsh = spawnSync('zsh', ['--version']).status === 0
if (!hasZsh) process.stdout.write('skipped: needs zsh\n')

describe('zsh', () => {
  if (!hasZsh) {
    test('is needed', () => expect(process.env['CI'], 'with CI=true nothing may be skipped').not.toBe('true'))
    return
  }

  test.each(CASES)('after “%s” offers what fits', (line, words, asked) => {
    expect(zshOffers(line)).toEqual({ words, asked })
  })

  test('offers files and folders where they are wanted', () => {
    expect(zshOffers('shipwatch up --config ').words).toEqual(['files'])
    expect(zshOffers('shipwatch gateway --data ').words).toEqual(['files -/'])
  })
})

const hasFish = spawnSync('fish', ['--version']).status === 0
if (!hasFish) process.stdout.write('skipped: needs fish\n')

describe('fish', () => {
  if (!hasFish) {
    test('is needed', () => expect(process.env['CI'], 'with CI=true nothing may be skipped').not.toBe('true'))
    return
  }

  test.each(CASES)('after “%s” offers what fits', (line, words, asked) => {
    const offers = fishOffers(line)
    // Fish sorts by itself, and offers what begins with what was typed.
    expect(offers.words.toSorted()).toEqual(words.toSorted())
    expect(offers.asked).toEqual(asked)
  })

  test.each([
    ['shipwatch dep', ['deploy']],
    ['shipwatch rollback order --to v2:b', ['v2:beta']],
    [`shipwatch up --config ${import.meta.dirname}/zsh`, [`${import.meta.dirname}/zsh.ts`]],
    [`shipwatch gateway --data ${import.meta.dirname.slice(0, -3)}`, [`${import.meta.dirname}/`]],
  ])('completes “%s”', (line, words) => {
    expect(fishOffers(line).words).toEqual(words)
  })

  test('reads a text with quotes as one word', () => {
    const text = `it's $HOME "and" \\more`
    expect(execFileSync('fish', ['--no-config', '-c', `printf %s ${fishQuoted(text)}`], { encoding: 'utf8' })).toBe(
      text,
    )
  })
})

test('a text with quotes is one word to a shell', () => {
  const text = `it's $HOME "and" \\more`
  expect(execFileSync('bash', ['-c', `printf %s ${shellQuoted(text)}`], { encoding: 'utf8' })).toBe(text)
})
