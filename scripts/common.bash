# Sourced by the scripts beside it: the root of the tree is the current directory from here on.
# shellcheck disable=SC2034 # called_from is for the scripts
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
called_from=$PWD
cd "$root" || exit

say() { printf '%s\n' "$*" >&2; }

die() {
  say "${0##*/}: $*"
  exit 1
}

# A mistake in how the script was called.
usage_error() {
  say "${0##*/}: $*"
  usage >&2
  exit 2
}

# configure PRESET [ARGUMENT...]
configure() {
  local preset=$1 log
  mkdir -p build
  log=build/configure-$preset.log
  if ! cmake --preset "$@" >"$log" 2>&1; then
    cat "$log" >&2
    die "cannot configure the preset $preset"
  fi
}

# configure_and_build PRESET [TARGET...]: everything, where no target is named.
configure_and_build() {
  local preset=$1
  shift
  configure "$preset"
  cmake --build --preset "$preset" --target "${@:-all}"
}
