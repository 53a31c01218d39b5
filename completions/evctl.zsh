#compdef evctl

# The options of each command; tests compare them with the program's own.
typeset -gA evctl_commands
evctl_commands=(
  evctl 'publish subscribe listen expect record play topics events subscriptions dlq replay top status verify config'
  topics 'list show create delete match tree events'
  events 'list show why trace record play'
  subscriptions 'list show create edit delete pause resume seek test lag attempts backtest'
  dlq 'list show summary requeue discard export plans'
  'dlq plans' 'list show cancel resume'
  replay 'list status cancel'
  config 'list show use delete set'
)

_evctl_contexts() {
  compadd -- ${(f)"$(evctl config list -o ndjson 2>/dev/null | sed -n 's/^{"name":"\([^"]*\)".*/\1/p')"}
}

_evctl_subscriptions() {
  compadd -- ${(f)"$(evctl subscriptions list -o ndjson 2>/dev/null |
    sed -n 's/^{"subscriptionId":"[^"]*","name":"\([^"]*\)".*/\1/p')"}
}

_evctl_definition() {
  reply=(
    '--name[what it is called]:name:'
    '*--topic[a pattern of topics]:pattern:'
    '--endpoint[where to deliver]:url:'
    '--filter[deliver only what passes]:JSON, @file or -:_files -P @'
    '--description[what it is for]:text:'
    '--priority[of at least this priority]:name:(critical high normal low)'
    '--batch-size[the most events in one delivery]:number:'
    '--batch-wait[how long a delivery waits to be full]:duration:'
    '--max-concurrency[deliveries in flight]:number:'
    '--ack-timeout[how long one attempt may take]:duration:(5s 30s 5m)'
    '--rate-limit[events a minute]:number:'
    '--max-backlog[skip the oldest beyond so many]:number:'
    '--max-backlog-age[skip what waited longer]:duration:(1h 1d 7d)'
    '--delivery-log[which attempts are kept]:mode:(failures full)'
    '--max-retries[attempts after the first]:number:'
    '--backoff[how delays grow]:strategy:(fixed linear exponential)'
    '--initial-delay[before the first retry]:duration:(1s 5s)'
    '--max-delay[the longest before a retry]:duration:(30s 5m)'
    '(--no-jitter)--jitter[draw each delay from its upper half]'
    '(--jitter)--no-jitter[do not vary delays]'
    '--dead-letter-topic[where to publish dead letters]:topic:'
    '--format[what a delivery looks like]:name:(native cloudevents legacy)'
    '--secret-file[a file with the secret to sign with]:file:_files'
    '*--header[sent with each delivery]:text:'
    '(--no-compression)--compression[compress deliveries]'
    '(--compression)--no-compression[do not compress deliveries]'
    '(--no-realtime)--realtime[use an attached WebSocket while there is one]'
    '(--realtime)--no-realtime[always use the webhook]'
    '--fallback-webhook[used while a websocket is not connected]:url:'
  )
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

_evctl_dead_letters() {
  reply=(
    '--subscription[only of this subscription]:name:_evctl_subscriptions'
    '--topic[only topics that match]:pattern:'
    '--type[only events of this type]:type:'
    '--reason[only where the reason contains this]:text:'
    '--fingerprint[only those that failed alike]:fingerprint:'
    '--since[failed at or after]:time:(5m 1h 1d 7d)'
    '--until[failed before]:time:(5m 1h 1d 7d)'
  )
}

_evctl_recording() {
  reply=(
    '*--topic[of topics that match]:pattern:'
    '--filter[that pass]:JSON, @file or -:_files -P @'
    '--since[begin with the events since]:time:(5m 1h 1d 7d)'
    '--until[end with what was received before]:time:(5m 1h 1d 7d)'
    '--until-end[end with the last event that is stored]'
    '--count[end after so many events]:number:'
    '(-f --file)'{-f,--file}'[where to write]:file:_files'
  )
}

_evctl_playing() {
  reply=(
    '--speed[how much faster than it was]:factor:(0 1 2 10)'
    '--remap-ids[give events new ids]'
    '--topic-prefix[put this before each topic]:topic:'
    '--dry-run[only say what is in it]'
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

  # For _arguments the words of the command are arguments: without a '*' it would know nothing behind them.
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
        '--at[publish at a time, or so long from now]:time:(5m 1h 1d)' \
        '--ttl[expires so long from now]:duration:(30s 5m 1h)' \
        '--wait[what to wait for]:what:(stored delivered)' \
        '--timeout[how long to wait for deliveries]:duration:(5s 10s 1m)' \
        '--batch[publish whole events, one a line]:file:_files' \
        '*: :'
      ;;
    (subscribe)
      _arguments $global \
        '(--last)--since[begin with the events since]:time:(5m 1h 1d)' \
        '(--since)--last[begin with the last so many events]:number:' \
        '--filter[print only what passes]:JSON, @file or -:_files -P @' \
        '--count[end after so many events]:number:' \
        '--until-end[end with the last event that is stored]' \
        '--exec[give each event to a command]:command:_command_names' \
        '--durable[consume a durable subscription]:name:_evctl_subscriptions' \
        '--window[the most unacknowledged events]:number:' \
        '--ack-timeout[how long an event may take]:duration:(30s 5m 1h)' \
        '*: :'
      ;;
    (listen)
      _arguments $global \
        '--forward-to[where to post each event]:url:' \
        '--since[begin with the events since]:time:(5m 1h 1d)' \
        '--filter[relay only what passes]:JSON, @file or -:_files -P @' \
        '--count[end after so many events]:number:' \
        '--secret[what to sign with]:secret:' \
        '*--header[sent with each event]:text:' \
        '--timeout[how long an answer may take]:duration:(5s 30s)' \
        '*: :'
      ;;
    (expect)
      _arguments $global \
        '*--topic[on topics that match]:pattern:' \
        '--filter[one that passes]:JSON, @file or -:_files -P @' \
        '--count[wait for so many]:number:' \
        '--within[how long to wait]:duration:(1s 10s 1m)' \
        '--since[also take those since]:time:(5m 1h 1d)' \
        '*: :'
      ;;
    (record)
      _evctl_recording
      _arguments $global $reply '*: :'
      ;;
    (events\ record)
      _evctl_recording
      _arguments $global $reply '*: :'
      ;;
    (play)
      _evctl_playing
      _arguments $global $reply '*:recording:_files'
      ;;
    (events\ play)
      _evctl_playing
      _arguments $global $reply '*:recording:_files'
      ;;
    (subscriptions\ create)
      _evctl_definition
      _arguments $global $reply \
        '(-f --file)'{-f,--file}'[read it from a file of JSON]:file:_files' \
        '--channel[how events leave]:name:(webhook websocket stream pull)' \
        '--ordering[in which order]:name:(priority topic key)' \
        '--start-from[where it begins]:when:(now earliest 1h 1d)' \
        '*: :'
      ;;
    (subscriptions\ edit)
      _evctl_definition
      _arguments $global $reply '--patch[a merge patch]:JSON, @file or -:_files -P @' '*:subscription:_evctl_subscriptions'
      ;;
    (subscriptions\ delete)
      _arguments $global '--dry-run[only say what would be deleted]' '--yes[do not ask]' \
        '*:subscription:_evctl_subscriptions'
      ;;
    (subscriptions\ resume)
      _arguments $global \
        '(--last)--skip[skip what came meanwhile]' \
        '(--skip)--last[skip all but the newest so many]:number:' \
        '--dry-run[only say how many would be skipped]' \
        '--yes[do not ask]' \
        '*:subscription:_evctl_subscriptions'
      ;;
    (subscriptions\ seek)
      _arguments $global \
        '(--position --seq)--to[deliver from this time on]:when:(now earliest 1h 1d)' \
        '(--to --seq)--position[deliver what is after a position]:position:' \
        '(--to --position)--seq[deliver from an offset on]:number:' \
        '--dry-run[only say how many events wait]' \
        '--yes[do not ask]' \
        '*:subscription:_evctl_subscriptions'
      ;;
    (subscriptions\ lag)
      _arguments $global '--watch[show it again and again]' '--interval[how often]:duration:(500ms 1s 5s)' \
        '*:subscription:_evctl_subscriptions'
      ;;
    (subscriptions\ attempts)
      _arguments $global \
        '--event[only those of this event]:uuid:' \
        '(--all)--limit[at most so many attempts]:number:' \
        '(--limit)--all[every attempt that is kept]' \
        '*:subscription:_evctl_subscriptions'
      ;;
    (subscriptions\ backtest)
      _arguments $global \
        '*--topic[a pattern of topics]:pattern:' \
        '--filter[only what passes]:JSON, @file or -:_files -P @' \
        '--priority[of at least this priority]:name:(critical high normal low)' \
        '--since[from a time on]:time:(1h 1d 7d)' \
        '--until[before a time]:time:(1h 1d 7d)' \
        '*:subscription:_evctl_subscriptions'
      ;;
    (subscriptions\ (show|pause|test))
      _arguments $global '*:subscription:_evctl_subscriptions'
      ;;
    (dlq\ list)
      _evctl_dead_letters
      _arguments $global $reply \
        '--state[only of this state]:state:(open delivered discarded all)' \
        '--order[newest or oldest first]:order:(desc asc)' \
        '(--all)--limit[at most so many]:number:' \
        '(--limit)--all[every dead letter that matches]' \
        '*: :'
      ;;
    (dlq\ summary)
      _evctl_dead_letters
      _arguments $global $reply '--state[only of this state]:state:(open delivered discarded all)' '*: :'
      ;;
    (dlq\ export)
      _evctl_dead_letters
      _arguments $global $reply \
        '--state[only of this state]:state:(open delivered discarded all)' \
        '(-f --file)'{-f,--file}'[where to write]:file:_files' \
        '*: :'
      ;;
    (dlq\ requeue)
      _evctl_dead_letters
      _arguments $global $reply \
        '--all[every open one that the filters leave]' \
        '(--patch)--edit[change the payload in an editor first]' \
        '(--edit)--patch[a merge patch of the payload]:JSON, @file or -:_files -P @' \
        '--limit[at most so many, the oldest]:number:' \
        '--canary[so many first]:number:' \
        '--rate[so many a second]:number:' \
        '--stop-on-failures[stop once so many have failed]:number:' \
        '--dry-run[only count them]' \
        '--yes[do not ask]' \
        '--wait[wait for the end]' \
        '*: :'
      ;;
    (dlq\ discard)
      _evctl_dead_letters
      _arguments $global $reply \
        '--all[every open one that the filters leave]' \
        '--limit[with --all, at most so many, the oldest]:number:' \
        '--dry-run[only count them]' \
        '--yes[do not ask]' \
        '*: :'
      ;;
    (dlq\ plans\ list)
      _arguments $global '--limit[at most so many plans]:number:' '*: :'
      ;;
    (dlq\ plans\ show)
      _arguments $global '--wait[wait for its end]' '*: :'
      ;;
    (dlq\ plans\ cancel)
      _arguments $global '--dry-run[only say how many it has left]' '--yes[do not ask]' '*: :'
      ;;
    (dlq\ plans\ resume)
      _arguments $global '--wait[wait for its end]' '*: :'
      ;;
    (replay)
      _arguments $global \
        '--from[begin there]:when:(earliest 1h 1d 7d)' \
        '--to[up to there]:when:(now 5m 1h 1d)' \
        '*--topic[only topics that match]:pattern:' \
        '--filter[only what passes]:JSON, @file or -:_files -P @' \
        '*--to-subscription[to this subscription]:name:_evctl_subscriptions' \
        '--speed[how much faster than it was]:factor:(0 1 10)' \
        '--dry-run[only count what would be delivered]' \
        '--yes[do not ask]' \
        '--wait[wait for the end]' \
        "*:command:(${evctl_commands[replay]})"
      ;;
    (replay\ list)
      _arguments $global '--limit[at most so many replays]:number:' '*: :'
      ;;
    (replay\ cancel)
      _arguments $global '--dry-run[only say how many it has left]' '--yes[do not ask]' '*: :'
      ;;
    (replay\ status)
      _arguments $global '--wait[wait for its end]' '*: :'
      ;;
    (top)
      _arguments $global \
        '--interval[how often it looks]:duration:(500ms 1s 5s)' \
        '--sort[what comes first]:key:(lag rate inflight retrying dead name)' \
        '--once[print how things are now, and end]' \
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
    (events\ why)
      _arguments $global \
        '--topic[of an event that is not published, its topic]:topic:' \
        '--type[the type of the event]:type:' \
        '--source[where it comes from]:source:' \
        '--data[the payload]:JSON, @file or -:_files -P @' \
        '--priority[its priority]:name:(critical high normal low)' \
        '*--tag[a tag]:tag:' \
        '--project[the project that it belongs to]:id:' \
        '--correlation-id[the request that it is part of]:uuid:' \
        '--id[its id]:uuid:' \
        '--at[published at a time]:time:(5m 1h 1d)' \
        '--ttl[expires so long from now]:duration:(30s 5m 1h)' \
        '--all[every stage, also where it is not for them]' \
        '*:subscription:_evctl_subscriptions'
      ;;
    (events\ trace)
      _arguments $global '--timeline[all that happened as one list, by time]' '*: :'
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
    (evctl|topics|events|subscriptions|dlq|dlq\ plans|config)
      _arguments $global "*:command:(${evctl_commands[$named]})"
      ;;
    (*)
      _arguments $global '*: :'
      ;;
  esac
}

_evctl "$@"
