# PostgreSQL as the distribution installs it, for servers of our own.
# shellcheck shell=bash

# find_postgres: sets postgres_programs, the newest version's folder of them; postgres_user, who the server
# runs as, since it refuses root; and as_postgres, what to put before a command for that.
# shellcheck disable=SC2034 # for whoever calls it
find_postgres() {
  postgres_programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1)
  [[ -n $postgres_programs ]] || postgres_programs=$(dirname "$(command -v postgres)")
  postgres_user=$(id -un)
  as_postgres=()
  ((EUID == 0)) || return 0
  postgres_user=$(id -un postgres 2>/dev/null || echo nobody)
  as_postgres=(setpriv --reuid "$postgres_user" --regid "$(id -g "$postgres_user")" --clear-groups --)
}
