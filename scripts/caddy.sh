# Caddy, the distribution's. Installed, it would take the machine's ports 80 and 2019 at once.
# shellcheck shell=bash

source scripts/packages.sh
source scripts/unpacking.sh

# fetch_caddy: prints where the program is; one that is installed does as well.
fetch_caddy() {
  ! command -v caddy || return 0
  local program=$PWD/build/servers/caddy
  unpack_once "$program" unpack_caddy "$program" || return
  echo "$program"
}

# unpack_caddy PROGRAM FOLDER
unpack_caddy() {
  echo "caddy: fetching it" >&2
  lists_are_fresh || as_root apt-get update -q >&2
  unpack caddy "$2" && mv "$2/root/usr/bin/caddy" "$1"
}
