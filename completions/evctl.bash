# bash completion for evctl

# The options of each command; tests compare them with the program's own.
declare -A _evctl_options=(
  [evctl]='--url --context --token-file --ca-file -o --output --no-color --version -h --help'
  [publish]='--type --source --data --priority --tag --project --correlation-id --id --at --ttl --batch --wait --timeout'
  [subscribe]='--since --last --filter --count --until-end --exec --durable --window --ack-timeout'
  [listen]='--forward-to --since --filter --count --secret --header --timeout'
  [expect]='--topic --filter --count --within --since'
  [record]='--topic --filter --since --until --until-end --count -f --file'
  [play]='--speed --remap-ids --topic-prefix --dry-run'
  [topics create]='--description'
  [topics delete]='--dry-run --yes'
  [topics events]='--type --source --since --until --correlation-id --project --user --tag --priority --order --limit
    --all'
  [events why]='--topic --type --source --data --priority --tag --project --correlation-id --id --at --ttl
    --all'
  [events trace]='--timeline'
  [events list]='--topic --type --source --since --until --correlation-id --project --user --tag --priority --order
    --limit --all'
  [events record]='--topic --filter --since --until --until-end --count -f --file'
  [events play]='--speed --remap-ids --topic-prefix --dry-run'
  [subscriptions create]='-f --file --channel --ordering --start-from --name --topic --endpoint --filter --description --priority --batch-size
    --batch-wait --max-concurrency --ack-timeout --rate-limit --max-backlog --max-backlog-age --delivery-log
    --max-retries --backoff --initial-delay --max-delay --jitter --no-jitter --dead-letter-topic --format --secret-file
    --header --compression --no-compression --realtime --no-realtime --fallback-webhook'
  [subscriptions edit]='--patch --name --topic --endpoint --filter --description --priority --batch-size
    --batch-wait --max-concurrency --ack-timeout --rate-limit --max-backlog --max-backlog-age --delivery-log
    --max-retries --backoff --initial-delay --max-delay --jitter --no-jitter --dead-letter-topic --format --secret-file
    --header --compression --no-compression --realtime --no-realtime --fallback-webhook'
  [subscriptions delete]='--dry-run --yes'
  [subscriptions resume]='--skip --last --dry-run --yes'
  [subscriptions seek]='--to --position --seq --dry-run --yes'
  [subscriptions lag]='--watch --interval'
  [subscriptions backtest]='--topic --filter --priority --since --until'
  [subscriptions attempts]='--event --limit --all'
  [dlq list]='--subscription --topic --type --reason --fingerprint --since --until --state --order --limit --all'
  [dlq summary]='--subscription --topic --type --reason --fingerprint --since --until --state'
  [dlq export]='--subscription --topic --type --reason --fingerprint --since --until --state -f --file'
  [dlq requeue]='--all --subscription --topic --type --reason --fingerprint --since --until --edit --patch --limit
    --canary --rate --stop-on-failures --dry-run --yes --wait'
  [dlq discard]='--all --subscription --topic --type --reason --fingerprint --since --until --limit --dry-run --yes'
  [dlq plans list]='--limit'
  [dlq plans show]='--wait'
  [dlq plans cancel]='--dry-run --yes'
  [dlq plans resume]='--wait'
  [replay]='--from --to --topic --filter --to-subscription --speed --dry-run --yes --wait'
  [replay list]='--limit'
  [replay status]='--wait'
  [replay cancel]='--dry-run --yes'
  [top]='--interval --sort --once'
  [config set]='--url --token-file --ca-file'
)

declare -A _evctl_commands=(
  [evctl]='publish subscribe listen expect record play topics events subscriptions dlq replay top status verify config'
  [topics]='list show create delete match tree events'
  [events]='list show why trace record play'
  [subscriptions]='list show create edit delete pause resume seek test lag attempts backtest'
  [dlq]='list show summary requeue discard export plans'
  [dlq plans]='list show cancel resume'
  [replay]='list status cancel'
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
        --no-color | --all | --dry-run | --yes | --skip | --watch | --timeline | --jitter | --no-jitter | --compression | \
          --no-compression | --realtime | --no-realtime | --until-end | --remap-ids | --edit | --wait | --once | -h | --help | --version | --*=*) ;;
        *) skip=1 ;;
      esac
    elif [[ -z $command && " ${_evctl_commands[evctl]} " == *" $word "* ]]; then
      command=$word
    elif [[ -n ${_evctl_commands[${command:-evctl}]-} && " ${_evctl_commands[$command]-} " == *" $word "* ]]; then
      command+=" $word"
    fi
  done

  # Of the other commands it is a flag.
  if [[ $prev == --wait && $command == publish ]]; then
    mapfile -t COMPREPLY < <(compgen -W 'stored delivered' -- "$cur")
    return
  fi

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
    --channel)
      mapfile -t COMPREPLY < <(compgen -W 'webhook websocket stream pull' -- "$cur")
      return
      ;;
    --ordering)
      mapfile -t COMPREPLY < <(compgen -W 'priority topic key' -- "$cur")
      return
      ;;
    --backoff)
      mapfile -t COMPREPLY < <(compgen -W 'fixed linear exponential' -- "$cur")
      return
      ;;
    --format)
      mapfile -t COMPREPLY < <(compgen -W 'native cloudevents legacy' -- "$cur")
      return
      ;;
    --delivery-log)
      mapfile -t COMPREPLY < <(compgen -W 'failures full' -- "$cur")
      return
      ;;
    --state)
      mapfile -t COMPREPLY < <(compgen -W 'open delivered discarded all' -- "$cur")
      return
      ;;
    --start-from | --to | --from)
      mapfile -t COMPREPLY < <(compgen -W 'now earliest 5m 1h 1d 7d' -- "$cur")
      return
      ;;
    --durable | --subscription | --to-subscription)
      mapfile -t COMPREPLY < <(compgen -W "$(_evctl_subscriptions)" -- "$cur")
      return
      ;;
    --sort)
      mapfile -t COMPREPLY < <(compgen -W 'lag rate inflight retrying dead name' -- "$cur")
      return
      ;;
    --exec)
      mapfile -t COMPREPLY < <(compgen -c -- "$cur")
      return
      ;;
    --since | --until | --ttl | --at)
      mapfile -t COMPREPLY < <(compgen -W '5m 1h 1d 7d' -- "$cur")
      return
      ;;
    --batch | --token-file | --ca-file | --secret-file | -f | --file)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      compopt -o filenames 2>/dev/null
      return
      ;;
    --context)
      mapfile -t COMPREPLY < <(compgen -W "$(_evctl_contexts)" -- "$cur")
      return
      ;;
    --url | --type | --source | --data | --tag | --project | --correlation-id | --id | --last | --count | --description | \
      --filter | --topic | --user | --limit | --window | --ack-timeout | --forward-to | --secret | --header | --timeout | \
      --name | --endpoint | --batch-size | --batch-wait | --max-concurrency | --rate-limit | --max-backlog | \
      --max-backlog-age | --max-retries | --initial-delay | --max-delay | --dead-letter-topic | --fallback-webhook | \
      --patch | --position | --seq | --interval | --event | --reason | --fingerprint | --within | --speed | \
      --topic-prefix | --canary | --rate | --stop-on-failures) return ;;
  esac

  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "${_evctl_options[${command:-evctl}]-} ${_evctl_options[evctl]}" -- "$cur")
  elif [[ -n ${_evctl_commands[${command:-evctl}]-} ]]; then
    mapfile -t COMPREPLY < <(compgen -W "${_evctl_commands[${command:-evctl}]}" -- "$cur")
  elif [[ $command == @(play|'events play') ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    compopt -o filenames 2>/dev/null
  elif [[ $command == 'config '@(show|use|delete|set) ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_evctl_contexts)" -- "$cur")
  elif [[ $command == 'subscriptions '@(show|edit|delete|pause|resume|seek|test|lag|attempts|backtest) ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_evctl_subscriptions)" -- "$cur")
  fi
}

_evctl_contexts() {
  evctl config list -o ndjson 2>/dev/null | sed -n 's/^{"name":"\([^"]*\)".*/\1/p'
}

_evctl_subscriptions() {
  evctl subscriptions list -o ndjson 2>/dev/null | sed -n 's/^{"subscriptionId":"[^"]*","name":"\([^"]*\)".*/\1/p'
}

complete -F _evctl evctl
