#!/usr/bin/env bash
# Fetches the servers that the tests of the Valkey cache start: Valkey 8 and Redis 7, as
# the distribution packages them, unpacked below build/servers and not installed.
#
#   valkey-for-tests.sh DIRECTORY
#
# DIRECTORY/valkey-server and DIRECTORY/redis-server are there when it returns. The system's
# package sources stay as they are: Debian 12 has Valkey in its backports alone, which are
# read here through a list of our own. Does nothing when both are there already.
set -euo pipefail

directory=$(realpath -m "$1")
servers=(valkey redis)

all_there() {
  local server
  for server in "${servers[@]}"; do [[ -x $directory/$server-server ]] || return 1; done
}

# Where this system gets that release from.
own_mirror() {
  # shellcheck disable=SC2016 # apt-get fills it in
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $1" | head -n 1
}

# With the distribution's own archive and its backports as the only sources.
own_sources() {
  local release=$1 work=$2
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
  echo "deb $(own_mirror "$release") $release-backports main" >"$work/sources.list"
  own=(-o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=)
  apt-get -q "${own[@]}" update >&2
}

# unpack PACKAGE WORK [OPTION of apt-get…]
unpack() {
  local package=$1 work=$2
  shift 2
  mkdir -p "$work/$package"
  (cd "$work/$package" && apt-get -q -o APT::Sandbox::User= "$@" download "$package" >&2)
  dpkg-deb -x "$work/$package"/*.deb "$work/root"
}

# The program is in the -tools package, under the name of its checker of dumps.
fetch() {
  local server=$1 work=$2 own=()
  if ! apt-get -q download --print-uris "$server-tools" &>/dev/null; then
    own_sources "$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)" "$work"
  fi
  unpack "$server-tools" "$work" "${own[@]}"
  mv "$work/root/usr/bin/$server-check-rdb" "$directory/$server-server"
}

mkdir -p "$directory"
# Several test programs may ask at once.
exec 9>"$directory/.lock"
flock 9
all_there && exit
for server in "${servers[@]}"; do
  [[ ! -x $directory/$server-server ]] || continue
  work=$(mktemp -d "$directory/.fetch-XXXXXX")
  fetch "$server" "$work"
  rm -rf "$work"
done
