# Programs from the distribution's packages, unpacked and not installed: below build/, and without
# the service that would come with them and start at once.
# shellcheck shell=bash

# shellcheck source=scripts/attempt.sh
source "${BASH_SOURCE[0]%/*}/attempt.sh"

# unpack_once PROGRAM COMMAND…: unless PROGRAM, a path, is there, runs COMMAND with an empty folder
# as one more argument, which makes it. One process at a time.
unpack_once() {
  local program=$1 folder=${1%/*}
  shift
  mkdir -p "$folder"
  (
    flock 9
    [[ ! -x $program ]] || exit 0
    work=$(mktemp -d "$folder/.unpack-XXXXXX")
    status=0
    "$@" "$work" || status=$?
    rm -rf "$work"
    exit $status
  ) 9>"$folder/.lock"
}

# unpack PACKAGE FOLDER [OPTION of apt-get…]: its files lie below FOLDER/root then.
unpack() {
  local package=$1 folder=$2
  shift 2
  mkdir -p "$folder/$package" &&
    (cd "$folder/$package" && attempt apt-get -q -o APT::Sandbox::User= "$@" download "$package" >&2) &&
    dpkg-deb -x "$folder/$package"/*.deb "$folder/root"
}
