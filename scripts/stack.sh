# The servers around chatserver, on loopback, for development: ./dev stack.
# shellcheck shell=bash

source scripts/stack_parts.sh

# In the order of their start. A part NAME has start_NAME, which returns when it answers, and leaves NAME/pid
# in the folder; all that is there is kept until it is removed.
stack_parts=(caddy keycloak postgres valkey chat1 chat2)
stack_folder=$PWD/build/stack

stack() {
  local part
  case ${1:-start} in
    start)
      ensure_packages build stack
      for part in "${stack_parts[@]}"; do
        if ! part_runs "$part"; then start_part "$part" || return; fi
      done
      describe_stack
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

start_part() {
  echo "$1: starting" >&2
  mkdir -p "$stack_folder/$1"
  "start_$1" && return
  echo "$1: did not start; its log is $stack_folder/$1/log" >&2
  return 1
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
  kill -s "$(ending_signal "$1")" "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  echo "$1: stopped"
}
