# bash completion for eventmgrd

_eventmgrd() {
  # _init_completion also sets words and cword.
  # shellcheck disable=SC2034
  local cur prev words cword
  _init_completion -n = || return

  case $prev in
    --config)
      _filedir '@(yaml|yml)'
      return
      ;;
    --data-dir)
      _filedir -d
      return
      ;;
    --listen)
      mapfile -t COMPREPLY < <(compgen -W '127.0.0.1:3004 127.0.0.1:0 [::1]:3004' -- "$cur")
      return
      ;;
    --log-level)
      mapfile -t COMPREPLY < <(compgen -W 'debug info warning error' -- "$cur")
      return
      ;;
    --set)
      mapfile -t COMPREPLY < <(compgen -S = -W 'host port threads dataDir database.url database.queryTimeout
        queue.maxSize queue.maxBytes queue.batchSize limits.maxEventBytes limits.maxBodyBytes limits.maxBatch
        limits.maxDepth limits.maxConnections metrics.enabled metrics.port security.insecure cors.allowedOrigins
        topics subscriptions retry.maxRetries retry.backoffStrategy retry.initialDelay retry.maxDelay retry.jitter' -- "$cur")
      compopt -o nospace
      return
      ;;
  esac

  mapfile -t COMPREPLY < <(compgen -W '--config --listen --data-dir --set --log-level --check-config --verify
    --ephemeral --version --help' -- "$cur")
} && complete -F _eventmgrd eventmgrd
