# fish completion for evctl

# Whether the words so far name this command, and no other below it.
function __evctl_at
    set -l words (commandline -opc | string match -v -r -- '^-')
    set -l wanted evctl $argv
    test (count $words) -ge (count $wanted); or return 1
    for at in (seq (count $wanted))
        test "$words[$at]" = "$wanted[$at]"; or return 1
    end
end

function __evctl_needs
    set -l words (commandline -opc | string match -v -r -- '^-')
    test "$words" = "evctl $argv"; or test "$words" = "$argv"
end

function __evctl_contexts
    evctl config list -o ndjson 2>/dev/null | string replace -r -f '^\{"name":"([^"]*)".*' '$1'
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

complete -c evctl -n '__evctl_needs evctl' -a publish -d 'Publish an event, or a file of events'
complete -c evctl -n '__evctl_needs evctl' -a subscribe -d 'Print events as they come'
complete -c evctl -n '__evctl_needs evctl' -a topics -d 'List, declare and look into topics'
complete -c evctl -n '__evctl_needs evctl' -a events -d 'Search the history'
complete -c evctl -n '__evctl_needs evctl' -a status -d "Show the daemon's health"
complete -c evctl -n '__evctl_needs evctl' -a config -d 'Keep the addresses of daemons under names'

complete -c evctl -n '__evctl_needs topics' -a 'list show create delete match tree events'
complete -c evctl -n '__evctl_needs events' -a 'list show'
complete -c evctl -n '__evctl_needs config' -a 'list show use delete set'
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
complete -c evctl -n '__evctl_at publish' -l ttl -x -a '30s 5m 1h' -d 'Expires so long from now'
complete -c evctl -n '__evctl_at publish' -l batch -r -F -d 'Publish whole events, one a line'

complete -c evctl -n '__evctl_at subscribe' -l since -x -a '5m 1h 1d' -d 'Begin with the events since'
complete -c evctl -n '__evctl_at subscribe' -l last -x -d 'Begin with the last so many events'
complete -c evctl -n '__evctl_at subscribe' -l filter -r -F -d 'Print only what passes: JSON, @file or -'
complete -c evctl -n '__evctl_at subscribe' -l count -x -d 'End after so many events'

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
