# fish completion for eventmgrd

complete -c eventmgrd -f
complete -c eventmgrd -s h -l help -d 'Print help'
complete -c eventmgrd -l version -d 'Print the version'
complete -c eventmgrd -l config -r -F -d 'Read the configuration from a file'
complete -c eventmgrd -l listen -x -a '127.0.0.1:3004 127.0.0.1:0' -d 'Listen on HOST:PORT; port 0 takes a free one'
complete -c eventmgrd -l data-dir -x -a '(__fish_complete_directories)' -d 'Keep local files in a folder'
complete -c eventmgrd -l log-level -x -a 'debug info warning error' -d 'Log from this level on'
complete -c eventmgrd -l check-config -d 'Say everything that is wrong with the configuration, and end'
complete -c eventmgrd -l verify -d 'Prove the ledger of a store that no daemon has open, and end'
complete -c eventmgrd -l ephemeral -d 'Keep everything in a temporary folder'
complete -c eventmgrd -l set -x -d 'Set a key of the configuration' -a 'host= port= threads= dataDir= database.url=
    database.queryTimeout= queue.maxSize= queue.maxBytes= queue.batchSize= limits.maxEventBytes= limits.maxBodyBytes=
    limits.maxBatch= limits.maxDepth= limits.maxConnections= metrics.enabled= metrics.port= security.insecure=
    cors.allowedOrigins= topics= subscriptions= retry.maxRetries= retry.backoffStrategy= retry.initialDelay=
    retry.maxDelay= retry.jitter='
