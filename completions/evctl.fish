# fish completion for evctl

# The commands below the one that is given, or below evctl.
function __evctl_below
    switch "$argv"
        case ''
            string split ' ' 'publish subscribe listen expect record play topics events subscriptions dlq replay top status verify config'
        case topics
            string split ' ' 'list show create delete match tree events'
        case events
            string split ' ' 'list show why trace record play'
        case subscriptions
            string split ' ' 'list show create edit delete pause resume seek test lag attempts backtest'
        case dlq
            string split ' ' 'list show summary requeue discard export plans'
        case 'dlq plans'
            string split ' ' 'list show cancel resume'
        case replay
            string split ' ' 'list status cancel'
        case config
            string split ' ' 'list show use delete set'
    end
end

# Whether the words so far name this command, and no other below it. Other words are options, their values and
# arguments.
function __evctl_at
    set -l named
    for word in (commandline -opc)[2..-1]
        contains -- $word (__evctl_below $named); and set -a named $word
    end
    test "$named" = "$argv"
end

function __evctl_contexts
    evctl config list -o ndjson 2>/dev/null | string replace -r -f '^\{"name":"([^"]*)".*' '$1'
end

function __evctl_subscriptions
    evctl subscriptions list -o ndjson 2>/dev/null | string replace -r -f '^\{"subscriptionId":"[^"]*","name":"([^"]*)".*' '$1'
end

complete -c evctl -f
complete -c evctl -l url -x -d "The daemon's address"
complete -c evctl -l context -x -a '(__evctl_contexts)' -d 'Use this context'
complete -c evctl -l token-file -r -F -d 'A file with the token to send'
complete -c evctl -l ca-file -r -F -d 'Authorities to trust for https'
complete -c evctl -s o -l output -x -a 'table json ndjson yaml' -d 'How to write data'
complete -c evctl -l no-color -d 'Write no colour'
complete -c evctl -l version -d 'Print the version'
complete -c evctl -s h -l help -d 'Print help'

complete -c evctl -n __evctl_at -a publish -d 'Publish an event, or a file of events'
complete -c evctl -n __evctl_at -a subscribe -d 'Print events as they come'
complete -c evctl -n __evctl_at -a listen -d 'Relay events to a local program'
complete -c evctl -n __evctl_at -a expect -d 'Wait for an event'
complete -c evctl -n __evctl_at -a record -d 'Write events to a file'
complete -c evctl -n __evctl_at -a play -d 'Publish recorded events again'
complete -c evctl -n __evctl_at -a topics -d 'List, declare and look into topics'
complete -c evctl -n __evctl_at -a events -d 'Search, follow, record and play the history'
complete -c evctl -n __evctl_at -a subscriptions -d 'Keep durable subscriptions'
complete -c evctl -n __evctl_at -a dlq -d 'Look into dead letters, and put them right'
complete -c evctl -n __evctl_at -a replay -d 'Deliver a stretch of the log once more'
complete -c evctl -n __evctl_at -a top -d 'Watch rates, lag and dead letters'
complete -c evctl -n __evctl_at -a status -d "Show the daemon's health"
complete -c evctl -n __evctl_at -a verify -d 'Prove that nothing stored was lost'
complete -c evctl -n __evctl_at -a config -d 'Keep the addresses of daemons under names'

complete -c evctl -n '__evctl_at topics' -a '(__evctl_below topics)'
complete -c evctl -n '__evctl_at events' -a '(__evctl_below events)'
complete -c evctl -n '__evctl_at subscriptions' -a '(__evctl_below subscriptions)'
for command in show edit delete pause resume seek test lag attempts backtest
    complete -c evctl -n "__evctl_at subscriptions $command" -a '(__evctl_subscriptions)'
end
complete -c evctl -n '__evctl_at dlq' -a '(__evctl_below dlq)'
complete -c evctl -n '__evctl_at dlq plans' -a '(__evctl_below dlq plans)'
complete -c evctl -n '__evctl_at replay' -a '(__evctl_below replay)'
complete -c evctl -n '__evctl_at config' -a '(__evctl_below config)'
complete -c evctl -n '__evctl_at config show; or __evctl_at config use; or __evctl_at config delete; or __evctl_at config set' \
    -a '(__evctl_contexts)'

complete -c evctl -n '__evctl_at publish' -l type -x -d "The event's type"
complete -c evctl -n '__evctl_at publish' -l source -x -d 'Where it comes from'
complete -c evctl -n '__evctl_at publish' -l data -r -F -d 'The payload: JSON, @file or -'
complete -c evctl -n '__evctl_at publish' -l priority -x -a 'critical high normal low' -d 'Its priority'
complete -c evctl -n '__evctl_at publish' -l tag -x -d 'A tag'
complete -c evctl -n '__evctl_at publish' -l project -x -d 'The project that it belongs to'
complete -c evctl -n '__evctl_at publish' -l correlation-id -x -d 'The request that it is part of'
complete -c evctl -n '__evctl_at publish' -l id -x -d 'Its id'
complete -c evctl -n '__evctl_at publish' -l at -x -a '5m 1h 1d' -d 'Publish at a time, or so long from now'
complete -c evctl -n '__evctl_at publish' -l ttl -x -a '30s 5m 1h' -d 'Expires so long from now'
complete -c evctl -n '__evctl_at publish' -l wait -x -a 'stored delivered' -d 'What to wait for'
complete -c evctl -n '__evctl_at publish' -l timeout -x -a '5s 10s 1m' -d 'How long to wait for deliveries'
complete -c evctl -n '__evctl_at publish' -l batch -r -F -d 'Publish whole events, one a line'

complete -c evctl -n '__evctl_at events why' -a '(__evctl_subscriptions)'
complete -c evctl -n '__evctl_at events why' -l topic -x -d 'Of an event that is not published: its topic'
complete -c evctl -n '__evctl_at events why' -l type -x -d "The event's type"
complete -c evctl -n '__evctl_at events why' -l source -x -d 'Where it comes from'
complete -c evctl -n '__evctl_at events why' -l data -r -F -d 'The payload: JSON, @file or -'
complete -c evctl -n '__evctl_at events why' -l priority -x -a 'critical high normal low' -d 'Its priority'
complete -c evctl -n '__evctl_at events why' -l tag -x -d 'A tag'
complete -c evctl -n '__evctl_at events why' -l project -x -d 'The project that it belongs to'
complete -c evctl -n '__evctl_at events why' -l correlation-id -x -d 'The request that it is part of'
complete -c evctl -n '__evctl_at events why' -l id -x -d 'Its id'
complete -c evctl -n '__evctl_at events why' -l at -x -a '5m 1h 1d' -d 'Published at a time'
complete -c evctl -n '__evctl_at events why' -l ttl -x -a '30s 5m 1h' -d 'Expires so long from now'
complete -c evctl -n '__evctl_at events why' -l all -d 'Every stage, also where it is not for them'
complete -c evctl -n '__evctl_at events trace' -l timeline -d 'All that happened as one list, by time'

complete -c evctl -n '__evctl_at subscribe' -l since -x -a '5m 1h 1d' -d 'Begin with the events since'
complete -c evctl -n '__evctl_at subscribe' -l last -x -d 'Begin with the last so many events'
complete -c evctl -n '__evctl_at subscribe' -l filter -r -F -d 'Print only what passes: JSON, @file or -'
complete -c evctl -n '__evctl_at subscribe' -l count -x -d 'End after so many events'
complete -c evctl -n '__evctl_at subscribe' -l until-end -d 'End with the last event that is stored'

complete -c evctl -n '__evctl_at subscribe' -l exec -x -a '(__fish_complete_command)' -d 'Give each event to a command'
complete -c evctl -n '__evctl_at subscribe' -l durable -x -a '(__evctl_subscriptions)' -d 'Consume a durable subscription'
complete -c evctl -n '__evctl_at subscribe' -l window -x -d 'The most unacknowledged events'
complete -c evctl -n '__evctl_at subscribe' -l ack-timeout -x -a '30s 5m 1h' -d 'How long an event may take'

complete -c evctl -n '__evctl_at expect' -l topic -x -d 'On topics that match'
complete -c evctl -n '__evctl_at expect' -l filter -r -F -d 'One that passes: JSON, @file or -'
complete -c evctl -n '__evctl_at expect' -l count -x -d 'Wait for so many'
complete -c evctl -n '__evctl_at expect' -l within -x -a '1s 10s 1m' -d 'How long to wait'
complete -c evctl -n '__evctl_at expect' -l since -x -a '5m 1h 1d' -d 'Also take those since'

for command in record 'events record'
    complete -c evctl -n "__evctl_at $command" -l topic -x -d 'Of topics that match'
    complete -c evctl -n "__evctl_at $command" -l filter -r -F -d 'That pass: JSON, @file or -'
    complete -c evctl -n "__evctl_at $command" -l since -x -a '5m 1h 1d 7d' -d 'Begin with the events since'
    complete -c evctl -n "__evctl_at $command" -l until -x -a '5m 1h 1d 7d' -d 'End with what was received before'
    complete -c evctl -n "__evctl_at $command" -l until-end -d 'End with the last event that is stored'
    complete -c evctl -n "__evctl_at $command" -l count -x -d 'End after so many events'
    complete -c evctl -n "__evctl_at $command" -s f -l file -r -F -d 'Where to write'
end
for command in play 'events play'
    complete -c evctl -n "__evctl_at $command" -F
    complete -c evctl -n "__evctl_at $command" -l speed -x -a '0 1 2 10' -d 'How much faster than it was'
    complete -c evctl -n "__evctl_at $command" -l remap-ids -d 'Give events new ids'
    complete -c evctl -n "__evctl_at $command" -l topic-prefix -x -d 'Put this before each topic'
    complete -c evctl -n "__evctl_at $command" -l dry-run -d 'Only say what is in it'
end

complete -c evctl -n '__evctl_at listen' -l forward-to -x -d 'Where to post each event'
complete -c evctl -n '__evctl_at listen' -l since -x -a '5m 1h 1d' -d 'Begin with the events since'
complete -c evctl -n '__evctl_at listen' -l filter -r -F -d 'Relay only what passes: JSON, @file or -'
complete -c evctl -n '__evctl_at listen' -l count -x -d 'End after so many events'
complete -c evctl -n '__evctl_at listen' -l secret -x -d 'What to sign with'
complete -c evctl -n '__evctl_at listen' -l header -x -d 'Sent with each event'
complete -c evctl -n '__evctl_at listen' -l timeout -x -a '5s 30s' -d 'How long an answer may take'

for command in 'subscriptions create' 'subscriptions edit'
    set -l which "__evctl_at $command"
    complete -c evctl -n $which -l name -x -d 'What it is called'
    complete -c evctl -n $which -l topic -x -d 'A pattern of topics'
    complete -c evctl -n $which -l endpoint -x -d 'Where to deliver'
    complete -c evctl -n $which -l filter -r -F -d 'Deliver only what passes: JSON, @file or -'
    complete -c evctl -n $which -l description -x -d 'What it is for'
    complete -c evctl -n $which -l priority -x -a 'critical high normal low' -d 'Of at least this priority'
    complete -c evctl -n $which -l batch-size -x -d 'The most events in one delivery'
    complete -c evctl -n $which -l batch-wait -x -d 'How long a delivery waits to be full'
    complete -c evctl -n $which -l max-concurrency -x -d 'Deliveries in flight'
    complete -c evctl -n $which -l ack-timeout -x -a '5s 30s 5m' -d 'How long one attempt may take'
    complete -c evctl -n $which -l rate-limit -x -d 'Events a minute'
    complete -c evctl -n $which -l max-backlog -x -d 'Skip the oldest beyond so many'
    complete -c evctl -n $which -l max-backlog-age -x -a '1h 1d 7d' -d 'Skip what waited longer'
    complete -c evctl -n $which -l delivery-log -x -a 'failures full' -d 'Which attempts are kept'
    complete -c evctl -n $which -l max-retries -x -d 'Attempts after the first'
    complete -c evctl -n $which -l backoff -x -a 'fixed linear exponential' -d 'How delays grow'
    complete -c evctl -n $which -l initial-delay -x -a '1s 5s' -d 'Before the first retry'
    complete -c evctl -n $which -l max-delay -x -a '30s 5m' -d 'The longest before a retry'
    complete -c evctl -n $which -l jitter -d 'Draw each delay from its upper half'
    complete -c evctl -n $which -l no-jitter -d 'Do not vary delays'
    complete -c evctl -n $which -l dead-letter-topic -x -d 'Where to publish dead letters'
    complete -c evctl -n $which -l format -x -a 'native cloudevents legacy' -d 'What a delivery looks like'
    complete -c evctl -n $which -l secret-file -r -F -d 'A file with the secret to sign with'
    complete -c evctl -n $which -l header -x -d 'Sent with each delivery'
    complete -c evctl -n $which -l compression -d 'Compress deliveries'
    complete -c evctl -n $which -l no-compression -d 'Do not compress deliveries'
    complete -c evctl -n $which -l realtime -d 'Use an attached WebSocket while there is one'
    complete -c evctl -n $which -l no-realtime -d 'Always use the webhook'
    complete -c evctl -n $which -l fallback-webhook -x -d 'Used while a websocket is not connected'
end
complete -c evctl -n '__evctl_at subscriptions create' -s f -l file -r -F -d 'Read it from a file of JSON'
complete -c evctl -n '__evctl_at subscriptions create' -l channel -x -a 'webhook websocket stream pull' -d 'How events leave'
complete -c evctl -n '__evctl_at subscriptions create' -l ordering -x -a 'priority topic key' -d 'In which order'
complete -c evctl -n '__evctl_at subscriptions create' -l start-from -x -a 'now earliest 1h 1d' -d 'Where it begins'
complete -c evctl -n '__evctl_at subscriptions edit' -l patch -r -F -d 'A merge patch: JSON, @file or -'
complete -c evctl -n '__evctl_at subscriptions delete' -l dry-run -d 'Only say what would be deleted'
complete -c evctl -n '__evctl_at subscriptions delete' -l yes -d 'Do not ask'
complete -c evctl -n '__evctl_at subscriptions resume' -l skip -d 'Skip what came meanwhile'
complete -c evctl -n '__evctl_at subscriptions resume' -l last -x -d 'Skip all but the newest so many'
complete -c evctl -n '__evctl_at subscriptions resume' -l dry-run -d 'Only say how many would be skipped'
complete -c evctl -n '__evctl_at subscriptions resume' -l yes -d 'Do not ask'
complete -c evctl -n '__evctl_at subscriptions seek' -l to -x -a 'now earliest 1h 1d' -d 'Deliver from this time on'
complete -c evctl -n '__evctl_at subscriptions seek' -l position -x -d 'Deliver what is after a position'
complete -c evctl -n '__evctl_at subscriptions seek' -l seq -x -d 'Deliver from an offset on'
complete -c evctl -n '__evctl_at subscriptions seek' -l dry-run -d 'Only say how many events wait'
complete -c evctl -n '__evctl_at subscriptions seek' -l yes -d 'Do not ask'
complete -c evctl -n '__evctl_at subscriptions lag' -l watch -d 'Show it again and again'
complete -c evctl -n '__evctl_at subscriptions lag' -l interval -x -a '500ms 1s 5s' -d 'How often'
complete -c evctl -n '__evctl_at subscriptions backtest' -l topic -x -d 'A pattern of topics'
complete -c evctl -n '__evctl_at subscriptions backtest' -l filter -r -F -d 'Only what passes: JSON, @file or -'
complete -c evctl -n '__evctl_at subscriptions backtest' -l priority -x -a 'critical high normal low' -d 'Of at least this priority'
complete -c evctl -n '__evctl_at subscriptions backtest' -l since -x -a '1h 1d 7d' -d 'From a time on'
complete -c evctl -n '__evctl_at subscriptions backtest' -l until -x -a '1h 1d 7d' -d 'Before a time'
complete -c evctl -n '__evctl_at subscriptions attempts' -l event -x -d 'Only those of this event'
complete -c evctl -n '__evctl_at subscriptions attempts' -l limit -x -d 'At most so many attempts'
complete -c evctl -n '__evctl_at subscriptions attempts' -l all -d 'Every attempt that is kept'

for command in 'dlq list' 'dlq summary' 'dlq export' 'dlq requeue' 'dlq discard'
    set -l chosen "__evctl_at $command"
    complete -c evctl -n $chosen -l subscription -x -a '(__evctl_subscriptions)' -d 'Only of this subscription'
    complete -c evctl -n $chosen -l topic -x -d 'Only topics that match'
    complete -c evctl -n $chosen -l type -x -d 'Only events of this type'
    complete -c evctl -n $chosen -l reason -x -d 'Only where the reason contains this'
    complete -c evctl -n $chosen -l fingerprint -x -d 'Only those that failed alike'
    complete -c evctl -n $chosen -l since -x -a '5m 1h 1d 7d' -d 'Failed at or after'
    complete -c evctl -n $chosen -l until -x -a '5m 1h 1d 7d' -d 'Failed before'
end
for command in 'dlq list' 'dlq summary' 'dlq export'
    complete -c evctl -n "__evctl_at $command" -l state -x -a 'open delivered discarded all' -d 'Only of this state'
end
for command in 'dlq requeue' 'dlq discard'
    complete -c evctl -n "__evctl_at $command" -l all -d 'Every open one that the filters leave'
    complete -c evctl -n "__evctl_at $command" -l limit -x -d 'At most so many, the oldest'
    complete -c evctl -n "__evctl_at $command" -l dry-run -d 'Only count them'
    complete -c evctl -n "__evctl_at $command" -l yes -d 'Do not ask'
end
complete -c evctl -n '__evctl_at dlq list' -l order -x -a 'desc asc' -d 'Newest or oldest first'
complete -c evctl -n '__evctl_at dlq list' -l limit -x -d 'At most so many'
complete -c evctl -n '__evctl_at dlq list' -l all -d 'Every dead letter that matches'
complete -c evctl -n '__evctl_at dlq export' -s f -l file -r -F -d 'Where to write'
complete -c evctl -n '__evctl_at dlq requeue' -l edit -d 'Change the payload in an editor first'
complete -c evctl -n '__evctl_at dlq requeue' -l patch -r -F -d 'A merge patch: JSON, @file or -'
complete -c evctl -n '__evctl_at dlq requeue' -l canary -x -d 'So many first'
complete -c evctl -n '__evctl_at dlq requeue' -l rate -x -d 'So many a second'
complete -c evctl -n '__evctl_at dlq requeue' -l stop-on-failures -x -d 'Stop once so many have failed'
complete -c evctl -n '__evctl_at dlq requeue' -l wait -d 'Wait for the end'
complete -c evctl -n '__evctl_at dlq plans list' -l limit -x -d 'At most so many plans'
complete -c evctl -n '__evctl_at dlq plans show' -l wait -d 'Wait for its end'
complete -c evctl -n '__evctl_at dlq plans cancel' -l dry-run -d 'Only say how many it has left'
complete -c evctl -n '__evctl_at dlq plans cancel' -l yes -d 'Do not ask'
complete -c evctl -n '__evctl_at dlq plans resume' -l wait -d 'Wait for its end'

complete -c evctl -n '__evctl_at replay' -l from -x -a 'earliest 1h 1d 7d' -d 'Begin there'
complete -c evctl -n '__evctl_at replay' -l to -x -a 'now 5m 1h 1d' -d 'Up to there'
complete -c evctl -n '__evctl_at replay' -l topic -x -d 'Only topics that match'
complete -c evctl -n '__evctl_at replay' -l filter -r -F -d 'Only what passes: JSON, @file or -'
complete -c evctl -n '__evctl_at replay' -l to-subscription -x -a '(__evctl_subscriptions)' -d 'To this subscription'
complete -c evctl -n '__evctl_at replay' -l speed -x -a '0 1 10' -d 'How much faster than it was'
complete -c evctl -n '__evctl_at replay' -l dry-run -d 'Only count what would be delivered'
complete -c evctl -n '__evctl_at replay' -l yes -d 'Do not ask'
complete -c evctl -n '__evctl_at replay' -l wait -d 'Wait for the end'
complete -c evctl -n '__evctl_at replay list' -l limit -x -d 'At most so many replays'
complete -c evctl -n '__evctl_at replay status' -l wait -d 'Wait for its end'
complete -c evctl -n '__evctl_at replay cancel' -l dry-run -d 'Only say how many it has left'
complete -c evctl -n '__evctl_at replay cancel' -l yes -d 'Do not ask'

complete -c evctl -n '__evctl_at top' -l interval -x -a '500ms 1s 5s' -d 'How often it looks'
complete -c evctl -n '__evctl_at top' -l sort -x -a 'lag rate inflight retrying dead name' -d 'What comes first'
complete -c evctl -n '__evctl_at top' -l once -d 'Print how things are now, and end'

complete -c evctl -n '__evctl_at topics create' -l description -x -d 'What it is for'
complete -c evctl -n '__evctl_at topics delete' -l dry-run -d 'Only say what would be deleted'
complete -c evctl -n '__evctl_at topics delete' -l yes -d 'Do not ask'

for command in 'topics events' 'events list'
    set -l at "__evctl_at $command"
    complete -c evctl -n $at -l type -x -d 'Only events of this type'
    complete -c evctl -n $at -l source -x -d 'Only events from this source'
    complete -c evctl -n $at -l since -x -a '5m 1h 1d 7d' -d 'Received at or after'
    complete -c evctl -n $at -l until -x -a '5m 1h 1d 7d' -d 'Received before'
    complete -c evctl -n $at -l correlation-id -x -d 'Only events of this request'
    complete -c evctl -n $at -l project -x -d 'Only events of this project'
    complete -c evctl -n $at -l user -x -d 'Only events of this user'
    complete -c evctl -n $at -l tag -x -d 'Only events with this tag'
    complete -c evctl -n $at -l priority -x -a 'critical high normal low' -d 'Only events of this priority'
    complete -c evctl -n $at -l order -x -a 'desc asc' -d 'Newest or oldest first'
    complete -c evctl -n $at -l limit -x -d 'At most so many events'
    complete -c evctl -n $at -l all -d 'Every event that matches'
end
complete -c evctl -n '__evctl_at events list' -l topic -x -d 'Only topics that match'

complete -c evctl -n '__evctl_at config set' -l url -x -d "The daemon's address"
complete -c evctl -n '__evctl_at config set' -l token-file -r -F -d 'A file with the token to send'
complete -c evctl -n '__evctl_at config set' -l ca-file -r -F -d 'Authorities to trust for https'
