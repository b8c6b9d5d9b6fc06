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

# shellcheck source=scripts/unpacking.sh
source "$(dirname "${BASH_SOURCE[0]}")/unpacking.sh"

directory=$(realpath -m "$1")

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
  attempt apt-get -q "${own[@]}" --error-on=any update >&2
}

# fetch SERVER FOLDER: the program is in the -tools package, under the name of its checker of dumps.
fetch() {
  local server=$1 work=$2 own=()
  if ! apt-get -q download --print-uris "$server-tools" &>/dev/null; then
    own_sources "$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)" "$work" || return
  fi
  unpack "$server-tools" "$work" "${own[@]}" &&
    mv "$work/root/usr/bin/$server-check-rdb" "$directory/$server-server"
}

for server in valkey redis; do
  unpack_once "$directory/$server-server" fetch "$server"
done
