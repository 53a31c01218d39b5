#compdef eventmgrd

local -a keys=(
  host port threads dataDir database.url database.queryTimeout queue.maxSize queue.maxBytes queue.batchSize
  limits.maxEventBytes limits.maxBodyBytes limits.maxBatch limits.maxDepth limits.maxConnections metrics.enabled
  metrics.port security.insecure cors.allowedOrigins topics subscriptions
  retry.maxRetries retry.backoffStrategy retry.initialDelay retry.maxDelay retry.jitter
)

_arguments \
  '(- *)'{-h,--help}'[print help]' \
  '(- *)--version[print the version]' \
  '--config[read the configuration from a file]:file:_files -g "*.(yaml|yml)"' \
  '--listen[listen on an address; port 0 takes a free one]:HOST\:PORT:(127.0.0.1\:3004 127.0.0.1\:0)' \
  '(--ephemeral)--data-dir[keep local files in a folder]:folder:_files -/' \
  '*--set[set a key of the configuration]:KEY=VALUE:compadd -S = -a keys' \
  '--log-level[log from this level on]:level:(debug info warning error)' \
  '--check-config[say everything that is wrong with the configuration, and end]' \
  '(--ephemeral)--verify[prove the ledger of a store that no daemon has open, and end]' \
  '(--data-dir --verify)--ephemeral[keep everything in a temporary folder]'
