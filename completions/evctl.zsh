#compdef evctl

# The options of each command; tests compare them with the program's own.
typeset -gA evctl_commands
evctl_commands=(
  evctl 'publish subscribe topics events status config'
  topics 'list show create delete match tree events'
  events 'list show'
  config 'list show use delete set'
)

_evctl_contexts() {
  compadd -- ${(f)"$(evctl config list -o ndjson 2>/dev/null | sed -n 's/^{"name":"\([^"]*\)".*/\1/p')"}
}

_evctl_filters() {
  reply=(
    '--type[only events of this type]:type:'
    '--source[only events from this source]:source:'
    '--since[received at or after]:time:(5m 1h 1d 7d)'
    '--until[received before]:time:(5m 1h 1d 7d)'
    '--correlation-id[only events of this request]:uuid:'
    '--project[only events of this project]:id:'
    '--user[only events of this user]:id:'
    '--tag[only events with this tag]:tag:'
    '--priority[only events of this priority]:name:(critical high normal low)'
    '--order[newest or oldest first]:order:(desc asc)'
    '(--all)--limit[at most so many events]:number:'
    '(--limit)--all[every event that matches]'
  )
}

_evctl() {
  local -a global reply
  local named=evctl word
  integer at
  global=(
    '(--context)--url[the address of the daemon]:url:'
    '(--url)--context[use this context]:context:_evctl_contexts'
    '--token-file[a file with the token to send]:file:_files'
    '--ca-file[authorities to trust for https]:file:_files'
    '(-o --output)'{-o,--output}'[how to write data]:format:(table json ndjson yaml)'
    '--no-color[write no colour]'
    '(- *)--version[print the version]'
    '(- *)'{-h,--help}'[print help]'
  )

  # The command is made of the words that name one.
  for ((at = 2; at < CURRENT; at++)); do
    word=$words[at]
    if (( ${${(z)evctl_commands[$named]}[(Ie)$word]} )); then
      [[ $named == evctl ]] && named=$word || named="$named $word"
    fi
  done

  case $named in
    (publish)
      _arguments $global \
        '--type[the type of the event]:type:' \
        '--source[where it comes from]:source:' \
        '--data[the payload]:JSON, @file or -:_files -P @' \
        '--priority[its priority]:name:(critical high normal low)' \
        '*--tag[a tag]:tag:' \
        '--project[the project that it belongs to]:id:' \
        '--correlation-id[the request that it is part of]:uuid:' \
        '--id[its id]:uuid:' \
        '--ttl[expires so long from now]:duration:(30s 5m 1h)' \
        '--batch[publish whole events, one a line]:file:_files' \
        '*: :'
      ;;
    (subscribe)
      _arguments $global \
        '(--last)--since[begin with the events since]:time:(5m 1h 1d)' \
        '(--since)--last[begin with the last so many events]:number:' \
        '--filter[print only what passes]:JSON, @file or -:_files -P @' \
        '--count[end after so many events]:number:' \
        '*: :'
      ;;
    (topics\ create)
      _arguments $global '--description[what it is for]:text:' '*: :'
      ;;
    (topics\ delete)
      _arguments $global '--dry-run[only say what would be deleted]' '--yes[do not ask]' '*: :'
      ;;
    (topics\ events)
      _evctl_filters
      _arguments $global $reply '*: :'
      ;;
    (events\ list)
      _evctl_filters
      _arguments $global $reply '--topic[only topics that match]:pattern:' '*: :'
      ;;
    (config\ set)
      # Here some of the options for all commands are the context's own.
      _arguments ${global:#*--(url|token-file|ca-file)\[*} \
        '--url[the address of the daemon]:url:' \
        '--token-file[a file with the token to send]:file:_files' \
        '--ca-file[authorities to trust for https]:file:_files' \
        '*:context:_evctl_contexts'
      ;;
    (config\ (show|use|delete))
      _arguments $global '*:context:_evctl_contexts'
      ;;
    (evctl|topics|events|config)
      _arguments $global "*:command:(${evctl_commands[$named]})"
      ;;
    (*)
      _arguments $global '*: :'
      ;;
  esac
}

_evctl "$@"
