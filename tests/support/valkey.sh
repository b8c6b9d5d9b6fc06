#!/usr/bin/env bash
# A Valkey (or Redis) server for tests, with data of its own in a temporary directory,
# gone with it when standard input ends.
#
#   valkey.sh valkey|redis [--OPTION VALUE …]
#
# Prints "DIRECTORY" when the server accepts connections: its Unix socket is
# DIRECTORY/socket, it listens on no port unless an option says otherwise (and then on loopback), and nothing is
# acknowledged before it is on disk. Then obeys lines on standard input, answering each with "ok":
#
#   start   stop   kill (SIGKILL)   freeze  thaw  (SIGSTOP and SIGCONT)
#   save    keeps a copy of the data as it is now; restore: stops, puts that copy back, starts
#   empty   stops, removes all data, starts
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=$root/build/servers/$1-server
shift
"$root/scripts/valkey-for-tests.sh" "$root/build/servers"

directory=$(mktemp -d /tmp/chatserver-valkey-XXXXXX)
data=$directory/data
mkdir "$data"
server=

# The socket is there a moment before anybody listens at it: flag __SO_ACCEPTCON of proc(5).
accepts() {
  grep -q "^[^ ]* [^ ]* [^ ]* 00010000 .* $directory/socket\$" /proc/net/unix
}

start() {
  # A session of its own: an interrupt at the terminal is for the tests.
  setsid "$program" --bind 127.0.0.1 --port 0 --unixsocket "$directory/socket" --dir "$data" --save "" \
    --appendonly yes --appendfsync always --daemonize no "$@" >>"$directory/log" 2>&1 </dev/null &
  server=$!
  until accepts; do
    kill -0 "$server" 2>/dev/null || { tail -20 "$directory/log" >&2; exit 1; }
    sleep 0.02
  done
}
end_with() { # SIGNAL
  [[ -n $server ]] || return 0
  kill -s CONT "$server" 2>/dev/null || true
  kill -s "$1" "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
  rm -f "$directory/socket"
}

end() {
  end_with KILL
  rm -rf "$directory"
}
trap end EXIT
trap 'exit 1' TERM INT HUP

start "$@"
echo "$directory"

while read -r command; do
  case $command in
    start) start "$@" ;;
    stop) end_with TERM ;;
    kill) end_with KILL ;;
    freeze) kill -s STOP "$server" ;;
    thaw) kill -s CONT "$server" ;;
    save) rm -rf "$directory/saved" && cp -r "$data" "$directory/saved" ;;
    restore) end_with KILL && rm -rf "$data" && cp -r "$directory/saved" "$data" && start "$@" ;;
    empty) end_with KILL && rm -rf "$data" && mkdir "$data" && start "$@" ;;
    *) echo "valkey.sh: unknown command: $command" >&2; exit 2 ;;
  esac
  echo ok
done
