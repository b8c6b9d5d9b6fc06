# Caddy, the distribution's, unpacked and not installed: with the package comes a service that would
# start at once and take the machine's ports 80 and 2019.
# shellcheck shell=bash

source scripts/packages.sh

# fetch_caddy: prints where the program is; one that is installed does as well. One process at a time.
fetch_caddy() {
  ! command -v caddy || return 0
  local folder=$PWD/build/servers
  local program=$folder/caddy
  mkdir -p "$folder"
  (
    flock 9
    [[ ! -x $program ]] || exit 0
    echo "caddy: fetching it" >&2
    lists_are_fresh || as_root apt-get update -q >&2
    work=$(mktemp -d "$folder/.caddy-XXXXXX")
    (cd "$work" && apt-get -q -o APT::Sandbox::User= download caddy >&2) &&
      dpkg-deb -x "$work"/caddy_*.deb "$work/root" &&
      mv "$work/root/usr/bin/caddy" "$program"
    status=$?
    rm -rf "$work"
    exit $status
  ) 9>"$folder/.caddy-lock" || return
  echo "$program"
}
