# The servers around chatserver, on loopback, for development: ./dev stack.
# shellcheck shell=bash

source scripts/keycloak.sh

# In the order of their start. A part NAME has start_NAME (returns when it answers), describe_NAME (how to
# use it), and leaves stack/NAME/pid below build/; all of it is kept until build/stack is removed.
stack_parts=(keycloak)
stack_folder=$PWD/build/stack

stack() {
  local part
  case ${1:-start} in
    start)
      ensure_packages stack
      for part in "${stack_parts[@]}"; do
        if ! part_runs "$part"; then "start_$part" || return; fi
      done
      for part in "${stack_parts[@]}"; do "describe_$part"; done
      ;;
    stop)
      local at
      for ((at = ${#stack_parts[@]} - 1; at >= 0; at--)); do stop_part "${stack_parts[at]}"; done
      ;;
    status)
      local down=0
      for part in "${stack_parts[@]}"; do
        if part_runs "$part"; then
          echo "$part: running, pid $(<"$stack_folder/$part/pid")"
        else
          echo "$part: not running"
          down=1
        fi
      done
      return $down
      ;;
    *) refuse "stack: start, stop or status, not '$1'" ;;
  esac
}

# A pid is ours while the process names the part's folder: numbers are given out again.
part_runs() {
  local pid_file=$stack_folder/$1/pid
  [[ -f $pid_file ]] && grep -qsF "$stack_folder/$1" "/proc/$(<"$pid_file")/cmdline"
}

stop_part() {
  part_runs "$1" || return 0
  local pid
  pid=$(<"$stack_folder/$1/pid")
  kill "$pid"
  while part_runs "$1"; do sleep 0.1; done
  echo "$1: stopped"
}

# --- keycloak ----------------------------------------------------------------

keycloak_port=8180
keycloak_management_port=9180

start_keycloak() {
  local folder=$stack_folder/keycloak
  echo "keycloak: starting, which takes half a minute, and a few the first time" >&2
  launch_keycloak "$folder" $keycloak_port $keycloak_management_port "--hostname=http://localhost:$keycloak_port" || return
  echo "$keycloak_pid" >"$folder/pid"
  await_keycloak "$folder" "$keycloak_pid" >/dev/null || return
}

describe_keycloak() {
  cat <<INFO
keycloak: http://localhost:$keycloak_port, realm "chat"
  make users at http://localhost:$keycloak_port/admin/master/console/#/chat/users
  as admin, whose password is in build/stack/keycloak/admin-password; then
  ./dev run --auth.mode=oidc --auth.issuer=http://localhost:$keycloak_port/realms/chat --auth.audience=chatserver
INFO
}
