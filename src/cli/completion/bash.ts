import type { Completes, Verb } from '../verb.ts'
import { GLOBAL_NAMES, nested, type Offer, offersOf, PASSED_ON, valueOptions } from './offers.ts'

/** A script that completes `shipwatch` in bash 4.4 and later. Names are asked of the hub as they are needed. */
export function bashScript(verbs: readonly Verb[]): string {
  const offers = offersOf(verbs)
  return `# Completion for bash. Load it with: source <(shipwatch completion bash)

_shipwatch_offer() {
  local kind=$1 word=$2
  shift 2
  case $kind in
    words) COMPREPLY=($(compgen -W "$*" -- "$word")) ;;
    file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$word")) ;;
    folder) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$(shipwatch "\${_shipwatch_globals[@]}" __complete "$kind" "$@" 2>/dev/null)" -- "$word")) ;;
  esac
}

_shipwatch() {
  local words word='' verb='' before='' service='' place=0 i _shipwatch_globals=()
  COMPREPLY=()
  # Blanks alone separate here: bash's own words are cut at every colon, too.
  read -ra words <<< "\${COMP_LINE:0:COMP_POINT}"
  if [[ \${COMP_LINE:0:COMP_POINT} != *[[:space:]] ]]; then
    word=\${words[-1]}
    unset 'words[-1]'
  fi
  for ((i = 1; i < \${#words[@]}; i++)); do
    before=
    case \${words[i]} in
      ${valueOptions(offers).join('|')})
        if ((i + 1 < \${#words[@]})); then
          case \${words[i]} in ${PASSED_ON.join('|')}) _shipwatch_globals+=("\${words[i]}" "\${words[i + 1]}") ;; esac
          ((i++))
        else
          before=\${words[i]}
        fi ;;
      -*) ;;
      *)
        case "$verb \${words[i]}" in
${nested(offers)
  .flatMap(({ outer, inner }) => inner.map(word => `          '${outer} ${word}') verb='${outer} ${word}' ;;`))
  .join('\n')}
          *)
            if [[ -z $verb ]]; then verb=\${words[i]}
            else
              [[ $place == 0 ]] && service=\${words[i]}
              ((place++))
            fi ;;
        esac ;;
    esac
  done
  if [[ -n $before ]]; then
    case "$verb $before" in
${indented(offers.flatMap(optionCases))}
      *' --config') _shipwatch_offer file "$word" ;;
    esac
  elif [[ $word == -* ]]; then
    case $verb in
${indented(offers.map(({ verb, options }) => `'${verb}') _shipwatch_offer words "$word" ${options.map(({ name }) => name).join(' ')} ;;`))}
      '') _shipwatch_offer words "$word" ${GLOBAL_NAMES.join(' ')} ;;
    esac
  elif [[ -z $verb ]]; then
    _shipwatch_offer words "$word" help ${offers
      .filter(({ verb }) => !verb.includes(' '))
      .map(({ verb }) => verb)
      .join(' ')}
  else
    case "$verb $place" in
${indented(offers.flatMap(placeCases))}
${indented(nested(offers).map(({ outer, inner }) => `'${outer} 0') _shipwatch_offer words "$word" ${inner.join(' ')} ;;`))}
      'help 0') _shipwatch_offer words "$word" ${offers
        .filter(({ verb }) => !verb.includes(' '))
        .map(({ verb }) => verb)
        .join(' ')} ;;
    esac
  fi
  # What stands before the last colon is on the line already, and bash would repeat it.
  if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
    COMPREPLY=("\${COMPREPLY[@]#"\${word%"\${word##*:}"}"}")
  fi
}

complete -F _shipwatch shipwatch
`
}

function placeCases({ verb, places }: Offer): string[] {
  return places.flatMap((completes, i) =>
    completes === undefined ? [] : [`'${verb} ${i}') ${offering(completes)} ;;`],
  )
}

function optionCases({ verb, options }: Offer): string[] {
  return options.flatMap(({ name, completes }) =>
    completes === undefined || name === '--config' ? [] : [`'${verb} ${name}') ${offering(completes)} ;;`],
  )
}

function offering(completes: Completes): string {
  if (typeof completes !== 'string') return `_shipwatch_offer words "$word" ${completes.join(' ')}`
  return completes === 'version'
    ? '_shipwatch_offer version "$word" "$service"'
    : `_shipwatch_offer ${completes} "$word"`
}

function indented(lines: readonly string[]): string {
  return lines.map(line => `      ${line}`).join('\n')
}
