import type { Completes, Verb } from '../verb.ts'
import { GLOBAL_NAMES, nested, type Offer, offersOf, PASSED_ON, valueOptions } from './offers.ts'

/** A script that completes `shipwatch` in fish 3 and later, with an explanation beside each verb and option. */
export function fishScript(verbs: readonly Verb[]): string {
  const offers = offersOf(verbs)
  const outer = offers.filter(({ verb }) => !verb.includes(' '))
  return `# Completion for fish. Load it with: shipwatch completion fish | source

function __shipwatch_offers
    set -l verb ''
    set -l before ''
    set -l service ''
    set -l place 0
    set -l passed
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l i 2
    while test $i -le (count $words)
        set before ''
        switch $words[$i]
            case ${valueOptions(offers).join(' ')}
                if test $i -lt (count $words)
                    contains -- $words[$i] ${PASSED_ON.join(' ')}; and set -a passed $words[$i] $words[(math $i + 1)]
                    set i (math $i + 1)
                else
                    set before $words[$i]
                end
            case '-*'
            case '*'
                switch "$verb $words[$i]"
${nested(offers)
  .flatMap(({ outer, inner }) =>
    inner.map(
      word => `                    case '${outer} ${word}'\n                        set verb '${outer} ${word}'`,
    ),
  )
  .join('\n')}
                    case '*'
                        if test -z "$verb"
                            set verb $words[$i]
                        else
                            test $place -eq 0; and set service $words[$i]
                            set place (math $place + 1)
                        end
                end
        end
        set i (math $i + 1)
    end
    if test -n "$before"
        switch "$verb $before"
${cases(offers.flatMap(optionCases))}
            case '* --config' '* --token-file'
                __fish_complete_path $word
        end
    else if string match -q -- '-*' $word
        switch $verb
${cases(offers.map(({ verb, options }): Case => [verb, described(options.map(({ name, about }) => [name, about]))]))}
            case ''
                printf '%s\\n' ${GLOBAL_NAMES.join(' ')}
        end
    else if test -z "$verb"
        ${described([['help', 'Explains a verb.'], ...outer.map(({ verb, about }): Pair => [verb, about])])}
    else
        switch "$verb $place"
${cases(offers.flatMap(placeCases))}
${cases(nested(offers).map(({ outer, inner }): Case => [`${outer} 0`, described(inner.map(word => [word, aboutOf(offers, `${outer} ${word}`)]))]))}
            case 'help 0'
                ${described(outer.map(({ verb, about }) => [verb, about]))}
        end
    end
end

complete -c shipwatch -f -a '(__shipwatch_offers)'
`
}

type Pair = readonly [name: string, about: string]
type Case = readonly [pattern: string, command: string]

/** A command that prints each name with what it is, as fish reads it: a tab between them. */
function described(pairs: readonly Pair[]): string {
  return `printf '%s\\t%s\\n' ${pairs.map(([name, about]) => `${fishQuoted(name)} ${fishQuoted(about)}`).join(' ')}`
}

/** A text in single quotes, as fish reads it: unlike other shells it knows escapes there. */
export function fishQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, sign => `\\${sign}`)}'`
}

function aboutOf(offers: readonly Offer[], name: string): string {
  return offers.find(({ verb }) => verb === name)?.about ?? ''
}

function placeCases({ verb, places }: Offer): Case[] {
  return places.flatMap((completes, i): Case[] =>
    completes === undefined ? [] : [[`${verb} ${i}`, offering(completes)]],
  )
}

function optionCases({ verb, options }: Offer): Case[] {
  return options.flatMap(({ name, completes }): Case[] =>
    completes === undefined || name === '--config' || name === '--token-file'
      ? []
      : [[`${verb} ${name}`, offering(completes)]],
  )
}

function offering(completes: Completes): string {
  if (typeof completes !== 'string') return `printf '%s\\n' ${completes.join(' ')}`
  if (completes === 'file') return '__fish_complete_path $word'
  if (completes === 'folder') return '__fish_complete_directories $word'
  const service = completes === 'version' ? ' $service' : ''
  return `shipwatch $passed __complete ${completes}${service} 2>/dev/null`
}

function cases(list: readonly Case[]): string {
  return list.map(([pattern, command]) => `            case '${pattern}'\n                ${command}`).join('\n')
}
