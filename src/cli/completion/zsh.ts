import type { Completes, Verb } from '../verb.ts'
import { GLOBAL_NAMES, nested, type Offer, offersOf, PASSED_ON, shellQuoted, valueOptions } from './offers.ts'

/** A script that completes `shipwatch` in zsh, with an explanation beside each verb and option. */
export function zshScript(verbs: readonly Verb[]): string {
  const offers = offersOf(verbs)
  const outer = offers.filter(({ verb }) => !verb.includes(' '))
  return `#compdef shipwatch
# Completion for zsh. Load it, after compinit, with: source <(shipwatch completion zsh)

_shipwatch_names() {
  local -a names
  names=(\${(f)"$(shipwatch $shipwatch_globals __complete "$@" 2>/dev/null)"})
  (( $#names )) && compadd -a names
}

_shipwatch() {
  local verb='' before='' service='' place=0 i
  local -a shipwatch_globals offers
  for ((i = 2; i < CURRENT; i++)); do
    before=''
    case $words[i] in
      (${valueOptions(offers).join('|')})
        if ((i + 1 < CURRENT)); then
          [[ $words[i] == (${PASSED_ON.join('|')}) ]] && shipwatch_globals+=("$words[i]" "$words[i+1]")
          ((i++))
        else
          before=$words[i]
        fi ;;
      (-*) ;;
      (*)
        case "$verb $words[i]" in
${nested(offers)
  .flatMap(({ outer, inner }) => inner.map(word => `          ('${outer} ${word}') verb='${outer} ${word}' ;;`))
  .join('\n')}
          (*)
            if [[ -z $verb ]]; then verb=$words[i]
            else
              ((place == 0)) && service=$words[i]
              ((place++))
            fi ;;
        esac ;;
    esac
  done
  if [[ -n $before ]]; then
    case "$verb $before" in
${indented(offers.flatMap(optionCases))}
      (*' --config') _files ;;
    esac
  elif [[ $words[CURRENT] == -* ]]; then
    case $verb in
${indented(offers.map(({ verb, options }) => `('${verb}') offers=(${described(options.map(({ name, about }) => [name, about]))}) ;;`))}
      ('') offers=(${GLOBAL_NAMES.join(' ')}) ;;
    esac
    _describe option offers
  elif [[ -z $verb ]]; then
    offers=(${described([['help', 'Explains a verb.'], ...outer.map(({ verb, about }): [string, string] => [verb, about])])})
    _describe verb offers
  else
    case "$verb $place" in
${indented(offers.flatMap(placeCases))}
${indented(nested(offers).map(({ outer, inner }) => `('${outer} 0') compadd ${inner.join(' ')} ;;`))}
      ('help 0') compadd ${outer.map(({ verb }) => verb).join(' ')} ;;
    esac
  fi
}

compdef _shipwatch shipwatch
`
}

/** Elements of an array for \`_describe\`: the name, a colon, and what it is. */
function described(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, about]) => shellQuoted(`${name}:${about.replaceAll(':', '\\:')}`)).join(' ')
}

function placeCases({ verb, places }: Offer): string[] {
  return places.flatMap((completes, i) =>
    completes === undefined ? [] : [`('${verb} ${i}') ${offering(completes)} ;;`],
  )
}

function optionCases({ verb, options }: Offer): string[] {
  return options.flatMap(({ name, completes }) =>
    completes === undefined || name === '--config' ? [] : [`('${verb} ${name}') ${offering(completes)} ;;`],
  )
}

function offering(completes: Completes): string {
  if (typeof completes !== 'string') return `compadd ${completes.join(' ')}`
  if (completes === 'file') return '_files'
  if (completes === 'folder') return '_files -/'
  return completes === 'version' ? '_shipwatch_names version "$service"' : `_shipwatch_names ${completes}`
}

function indented(lines: readonly string[]): string {
  return lines.map(line => `      ${line}`).join('\n')
}
