#!/usr/bin/env bash
# A Keycloak for one run of the tests, in the foreground until SIGTERM:
#
#     scripts/keycloak-for-tests.sh FOLDER
#
# Its data is thrown away with FOLDER. FOLDER/ready appears when it answers, and holds its address and that of its
# management; FOLDER/failed appears instead, with the reason, when it cannot be had. The name in `iss` is the
# one that a client calls it by, so that tests can put something in between: a proxy, say, which tells that name.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/packages.sh
source scripts/keycloak.sh

folder=$1
mkdir -p "$folder"
rm -f "$folder"/{ready,failed}

fail() {
  mv "$folder/progress" "$folder/failed"
  exit 1
}

{
  ensure_packages stack
  launch_keycloak "$folder/keycloak" 0 0 --hostname-strict=false --proxy-headers=xforwarded
} 2>"$folder/progress" || fail
trap 'kill "$keycloak_pid" 2>/dev/null; wait "$keycloak_pid" || true' EXIT
trap 'exit 0' TERM INT

address=$(await_keycloak "$folder/keycloak" "$keycloak_pid" 2>>"$folder/progress") || fail
echo "$address" >"$folder/ready.part"
mv "$folder/ready.part" "$folder/ready"
wait "$keycloak_pid"
