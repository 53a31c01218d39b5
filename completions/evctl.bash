# bash completion for evctl

# The options of each command; tests compare them with the program's own.
declare -A _evctl_options=(
  [evctl]='--url --context --token-file --ca-file -o --output --no-color --version -h --help'
  [publish]='--type --source --data --priority --tag --project --correlation-id --id --ttl --batch'
  [subscribe]='--since --last --filter --count'
  [topics create]='--description'
  [topics delete]='--dry-run --yes'
  [topics events]='--type --source --since --until --correlation-id --project --user --tag --priority --order --limit
    --all'
  [events list]='--topic --type --source --since --until --correlation-id --project --user --tag --priority --order
    --limit --all'
  [config set]='--url --token-file --ca-file'
)

declare -A _evctl_commands=(
  [evctl]='publish subscribe topics events status config'
  [topics]='list show create delete match tree events'
  [events]='list show'
  [config]='list show use delete set'
)

_evctl() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  local command='' word skip='' at
  COMPREPLY=()

  # The command is made of the words that are neither options nor their values.
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=${COMP_WORDS[at]}
    if [[ -n $skip ]]; then
      skip=''
    elif [[ $word == -* ]]; then
      case $word in
        --no-color | --all | --dry-run | --yes | -h | --help | --version | --*=*) ;;
        *) skip=1 ;;
      esac
    elif [[ -z $command && " ${_evctl_commands[evctl]} " == *" $word "* ]]; then
      command=$word
    elif [[ -n ${_evctl_commands[${command:-evctl}]-} && " ${_evctl_commands[$command]-} " == *" $word "* ]]; then
      command+=" $word"
    fi
  done

  case $prev in
    -o | --output)
      mapfile -t COMPREPLY < <(compgen -W 'table json ndjson yaml' -- "$cur")
      return
      ;;
    --priority)
      mapfile -t COMPREPLY < <(compgen -W 'critical high normal low' -- "$cur")
      return
      ;;
    --order)
      mapfile -t COMPREPLY < <(compgen -W 'asc desc' -- "$cur")
      return
      ;;
    --since | --until | --ttl)
      mapfile -t COMPREPLY < <(compgen -W '5m 1h 1d 7d' -- "$cur")
      return
      ;;
    --batch | --token-file | --ca-file)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      compopt -o filenames 2>/dev/null
      return
      ;;
    --context)
      mapfile -t COMPREPLY < <(compgen -W "$(_evctl_contexts)" -- "$cur")
      return
      ;;
    --url | --type | --source | --data | --tag | --project | --correlation-id | --id | --last | --count | --description | \
      --filter | --topic | --user | --limit) return ;;
  esac

  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "${_evctl_options[${command:-evctl}]-} ${_evctl_options[evctl]}" -- "$cur")
  elif [[ -n ${_evctl_commands[${command:-evctl}]-} ]]; then
    mapfile -t COMPREPLY < <(compgen -W "${_evctl_commands[${command:-evctl}]}" -- "$cur")
  elif [[ $command == 'config '@(show|use|delete|set) ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_evctl_contexts)" -- "$cur")
  fi
}

_evctl_contexts() {
  evctl config list -o ndjson 2>/dev/null | sed -n 's/^{"name":"\([^"]*\)".*/\1/p'
}

complete -F _evctl evctl
