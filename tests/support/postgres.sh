#!/usr/bin/env bash
# A PostgreSQL server for tests: a cluster of its own in a temporary directory,
# gone with it when standard input ends.
#
#   postgres.sh [OPTION of postgres …]
#
# Prints "DIRECTORY" when the server accepts connections: its Unix socket is in
# there (port 5432 unless an option says otherwise), the superuser is `chat`,
# nobody needs a password. Then obeys lines on standard input, answering each with "ok":
#
#   start   stop (clients are disconnected)   kill (SIGKILL to all of it)
#   freeze  thaw  (SIGSTOP and SIGCONT to all of it)
set -euo pipefail

# shellcheck source=scripts/postgres.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/postgres.sh"
find_postgres

directory=$(mktemp -d /tmp/chatserver-postgres-XXXXXX)
server=

# The postmaster and its children.
processes() {
  echo "$server"
  pgrep --parent "$server" || true
}
signal_all() {
  # shellcheck disable=SC2046
  kill -s "$1" $(processes) 2>/dev/null || true
}
# A child that is left over keeps the database's memory in use.
wait_for_end() {
  wait "$server" 2>/dev/null || true
  local pid
  for pid in "$@"; do
    while [[ $(ps -o stat= -p "$pid") == [DRST]* ]]; do sleep 0.02; done
  done
  server=
}

accepts_connections() {
  local socket
  socket=$(find "$directory" -name '.s.PGSQL.*[0-9]' -print -quit)
  [[ -n $socket ]] && "${as_postgres[@]}" "$postgres_programs/pg_isready" -q -h "$directory" -p "${socket##*.}"
}

start() {
  # A session of its own: an interrupt at the terminal is for the tests.
  "${as_postgres[@]}" setsid "$postgres_programs/postgres" -D "$directory/data" -k "$directory" \
    -c listen_addresses= -c fsync=off -c max_connections=200 -c shared_buffers=64MB "$@" \
    >>"$directory/log" 2>&1 </dev/null &
  server=$!
  until accepts_connections; do
    kill -0 "$server" 2>/dev/null || { tail -20 "$directory/log" >&2; exit 1; }
    sleep 0.05
  done
}
stop() { # fast: sessions are ended, the log is written
  [[ -n $server ]] || return 0
  signal_all CONT
  kill -s INT "$server" 2>/dev/null || true
  wait_for_end
}
kill_all() {
  [[ -n $server ]] || return 0
  local pids
  pids=$(processes)
  # shellcheck disable=SC2086
  kill -s KILL $pids 2>/dev/null || true
  # shellcheck disable=SC2086
  wait_for_end $pids 2>/dev/null
  rm -f "$directory"/.s.PGSQL.* "$directory/data/postmaster.pid" # left by the dead
}

end() {
  kill_all
  # Many files, for which nobody has to wait.
  setsid rm -rf "$directory" </dev/null >/dev/null 2>&1 &
}
trap end EXIT
trap 'exit 1' TERM INT HUP

((EUID != 0)) || chown "$postgres_user" "$directory"
"${as_postgres[@]}" "$postgres_programs/initdb" -D "$directory/data" -U chat -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$directory/log" 2>&1 ||
  { cat "$directory/log" >&2; exit 1; }
start "$@"
echo "$directory"

while read -r command; do
  case $command in
    start) start "$@" ;;
    stop) stop ;;
    kill) kill_all ;;
    freeze) kill -s STOP "$server" && signal_all STOP ;; # it makes no more children first
    thaw) signal_all CONT ;;
    *) echo "postgres.sh: unknown command: $command" >&2; exit 2 ;;
  esac
  echo ok
done
