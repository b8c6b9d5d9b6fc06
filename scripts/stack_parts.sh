# The parts of ./dev stack, each on loopback: see scripts/stack.sh for what is expected of them.
# shellcheck shell=bash
# shellcheck disable=SC2154 # stack_folder is stack.sh's

source scripts/keycloak.sh
source scripts/caddy.sh
source scripts/postgres.sh

stack_port=8443
keycloak_port=8180
keycloak_management_port=9180
postgres_port=5433
chat_ports=(8080 8081)

# PostgreSQL's own for "end the sessions and stop"; SIGTERM would wait for them.
ending_signal() { [[ $1 == postgres ]] && echo INT || echo TERM; }

# until_true PID COMMAND…: false when the process has ended before the command was true.
until_true() {
  local pid=$1
  shift
  until "$@" &>/dev/null; do
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.1
  done
}

# In front of all others; while they are missing it says 502.
start_caddy() {
  local folder=$stack_folder/caddy program
  program=$(fetch_caddy) || return
  CHAT_HTTPS_PORT=$stack_port CHAT_CADDY_ADMIN="unix/$folder/admin.sock" CHAT_REQUEST_LOG="file $folder/requests" \
    CHAT_NODES="${chat_ports[*]/#/127.0.0.1:}" CHAT_KEYCLOAK=127.0.0.1:$keycloak_port \
    CHAT_KEYCLOAK_HEALTH=127.0.0.1:$keycloak_management_port XDG_DATA_HOME=$folder XDG_CONFIG_HOME=$folder \
    setsid "$program" run --adapter caddyfile --config deploy/caddy/Caddyfile.dev --pidfile "$folder/pid" \
    >"$folder/log" 2>&1 </dev/null &
  until_true $! test -s "$(stack_authority)"
}

stack_authority() { echo "$stack_folder/caddy/caddy/pki/authorities/local/root.crt"; }

start_keycloak() {
  local folder=$stack_folder/keycloak
  echo "keycloak: this takes half a minute, and a few the first time" >&2
  export CHAT_PUBLIC_URL=https://localhost:$stack_port
  launch_keycloak "$folder" $keycloak_port $keycloak_management_port \
    "--hostname=https://keycloak.localhost:$stack_port" --proxy-headers=xforwarded || return
  echo "$keycloak_pid" >"$folder/pid"
  await_keycloak "$folder" "$keycloak_pid" >/dev/null
}

start_postgres() {
  local folder=$stack_folder/postgres
  find_postgres
  chown "$postgres_user" "$folder"
  if [[ ! -d $folder/data ]]; then
    logged "$folder/log" "${as_postgres[@]}" "$postgres_programs/initdb" -D "$folder/data" -U chat -A trust -E UTF8 --locale=C.UTF-8 || return
  fi
  "${as_postgres[@]}" setsid "$postgres_programs/postgres" -D "$folder/data" -k "$folder" -c listen_addresses=127.0.0.1 \
    -p $postgres_port >>"$folder/log" 2>&1 </dev/null &
  echo $! >"$folder/pid"
  until_true $! "${as_postgres[@]}" "$postgres_programs/pg_isready" -q -h "$folder" -p $postgres_port
}

start_valkey() {
  local folder=$stack_folder/valkey
  scripts/valkey-for-tests.sh build/servers || return
  setsid build/servers/valkey-server --dir "$folder" --unixsocket "$folder/socket" --port 0 \
    --appendonly yes --appendfsync always >"$folder/log" 2>&1 </dev/null &
  echo $! >"$folder/pid"
  until_true $! test -S "$folder/socket"
}

start_chat1() { start_chatserver chat1 "${chat_ports[0]}"; }
start_chat2() { start_chatserver chat2 "${chat_ports[1]}"; }

# start_chatserver PART PORT
start_chatserver() {
  local folder=$stack_folder/$1 port=$2
  build_program release || return
  setsid build/release/chatserver run "--server.data_dir=$folder/data" --metrics.listen= \
    "--server.listen=127.0.0.1:$port" "--server.public_url=https://chat.localhost:$stack_port" \
    "--server.cors_origins=https://chat.localhost:$stack_port,https://localhost:$stack_port" \
    --auth.mode=oidc "--auth.issuer=https://keycloak.localhost:$stack_port/realms/chat" \
    --auth.audience=chatserver "--auth.ca_file=$(stack_authority)" --store.backend=postgres \
    "--store.url=postgresql://chat@127.0.0.1:$postgres_port/postgres" --cache.backend=valkey \
    "--cache.url=valkey://$stack_folder/valkey/socket" >"$folder/log" 2>&1 </dev/null &
  echo $! >"$folder/pid"
  until_true $! curl --silent --fail "http://127.0.0.1:$port/readyz"
}

describe_stack() {
  cat <<INFO
https://chat.localhost:$stack_port       the chat server: /discovery, /ws …
https://keycloak.localhost:$stack_port   Keycloak, realm "chat"; make users at /admin/master/console/#/chat/users
                                   as admin, whose password is in build/stack/keycloak/admin-password
postgresql://chat@127.0.0.1:$postgres_port/postgres
Certificates are of the authority in ${stack_folder#"$PWD"/}/caddy/caddy/pki/authorities/local/root.crt.
INFO
}
