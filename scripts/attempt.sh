# shellcheck shell=bash

# attempt COMMAND…: at most three times, for what a network may refuse once.
attempt() {
  local pause
  for pause in 5 15; do
    if "$@"; then return; fi
    echo "dev: failed, once more in $pause s: $1" >&2
    sleep "$pause"
  done
  "$@"
}
