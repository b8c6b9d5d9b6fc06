# A Keycloak with the realm of deploy/keycloak: fetched, built and imported once,
# then started from a copy of that. Everything lies in build/keycloak.
# shellcheck shell=bash

# shellcheck source=scripts/attempt.sh
source "${BASH_SOURCE[0]%/*}/attempt.sh"

keycloak_version=26.0.7
keycloak_folder=$PWD/build/keycloak
keycloak_home=$keycloak_folder/keycloak-$keycloak_version
keycloak_realm=$PWD/deploy/keycloak/realm.json

# What a small installation needs; Keycloak would take 70 % of the machine's memory.
# The quick compiler alone: these instances start often and never run for long.
export JAVA_OPTS_KC_HEAP='-Xms96m -Xmx512m' JAVA_OPTS_APPEND=-XX:TieredStopAtLevel=1

# prepare_keycloak: all that takes long, done before and kept. Prints the folder of
# the database to copy. One process at a time.
prepare_keycloak() {
  mkdir -p "$keycloak_folder"
  (
    flock 9
    fetch_keycloak && build_keycloak && import_realm
  ) 9>"$keycloak_folder/lock"
}

fetch_keycloak() {
  [[ -d $keycloak_home ]] && return
  local artifact=org.keycloak:keycloak-quarkus-dist:$keycloak_version:zip
  local unpacked=$keycloak_folder/unpacked
  local repository=()
  [[ -w ${HOME:-} ]] || repository=("-Dmaven.repo.local=$PWD/build/m2")
  echo "keycloak: fetching $artifact from Maven Central" >&2
  rm -rf "$unpacked"
  mkdir -p "$unpacked"
  # In there, because the plugin leaves marks in the folder that it runs in.
  (cd "$unpacked" && attempt mvn --batch-mode --quiet -Dstyle.color=never "${repository[@]}" \
    org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack \
    "-Dartifact=$artifact" "-DoutputDirectory=$unpacked" >&2) || {
    echo "keycloak: Maven Central did not give $artifact, see above" >&2
    return 1
  }
  mv "$unpacked/keycloak-$keycloak_version" "$keycloak_home"
}

build_keycloak() {
  [[ -e $keycloak_home/.built ]] && return
  echo "keycloak: building its configuration" >&2
  logged "$keycloak_folder/build.log" "$keycloak_home/bin/kc.sh" build --db=dev-file --health-enabled=true || return
  touch "$keycloak_home/.built"
}

# The database is named for what it was made from, so that another realm makes another one, and other
# addresses in it (CHAT_PUBLIC_URL and CHAT_SERVER_URL, see deploy/keycloak) do.
import_realm() {
  local made_from imported
  made_from=$(cat "$keycloak_realm" <(echo "${CHAT_PUBLIC_URL:-}" "${CHAT_SERVER_URL:-}") | sha256sum)
  imported=$keycloak_folder/realm-$keycloak_version-${made_from:0:12}
  if [[ ! -d $imported ]]; then
    echo "keycloak: importing the realm" >&2
    rm -rf "$imported.part"
    mkdir -p "$imported.part"
    (umask 077 && head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$imported.part/admin-password")
    KC_BOOTSTRAP_ADMIN_USERNAME=admin KC_BOOTSTRAP_ADMIN_PASSWORD=$(<"$imported.part/admin-password") \
      logged "$keycloak_folder/import.log" "$keycloak_home/bin/kc.sh" import --optimized \
      "--db-url=$(keycloak_database "$imported.part")" --file "$keycloak_realm" || return
    mv "$imported.part" "$imported"
  fi
  echo "$imported"
}

# A file without the TCP server that Keycloak's default for it opens.
keycloak_database() { echo "jdbc:h2:file:$1/keycloakdb;NON_KEYWORDS=VALUE;DB_CLOSE_ON_EXIT=FALSE"; }

# launch_keycloak FOLDER PORT MANAGEMENT_PORT OPTION…: in the background, on loopback, with the
# database in FOLDER, which is a copy of the prepared one at first; port 0 is a free one. Sets
# keycloak_pid; the log is FOLDER/log.
launch_keycloak() {
  local folder=$1 port=$2 management_port=$3
  shift 3
  local prepared
  if [[ ! -e $folder/keycloakdb.mv.db ]]; then
    prepared=$(prepare_keycloak) || return
    mkdir -p "$folder"
    cp "$prepared"/{keycloakdb.mv.db,admin-password} "$folder"
  fi
  : >"$folder/log" # await_keycloak reads it at once
  "$keycloak_home/bin/kc.sh" start --optimized "--db-url=$(keycloak_database "$folder")" --cache=local \
    --http-enabled=true --http-host=127.0.0.1 "--http-port=$port" "--http-management-port=$management_port" \
    "$@" >"$folder/log" 2>&1 </dev/null &
  # shellcheck disable=SC2034 # for who calls
  keycloak_pid=$! # kc.sh becomes the Java process
}

# await_keycloak FOLDER PID: until its health page says so. Prints the address that it listens on, and
# on a second line that of its management.
await_keycloak() {
  local folder=$1 pid=$2 addresses=()
  local deadline=$((SECONDS + 600))
  while ((SECONDS < deadline)); do
    kill -0 "$pid" 2>/dev/null || break
    mapfile -t addresses < <(sed -n '/ started in /s/.*Listening on: \([^ ]*\)\. Management interface listening on \([^ ]*\)\.$/\1\n\2/p' "$folder/log")
    if ((${#addresses[@]} == 2)) && curl --silent --fail --output /dev/null "${addresses[1]}/health/ready"; then
      printf '%s\n' "${addresses[@]}"
      return
    fi
    sleep 0.2
  done
  echo "keycloak: did not start; the end of $folder/log:" >&2
  tail -n 20 "$folder/log" >&2
  return 1
}

# logged FILE COMMAND…: shows what the command said only when it failed.
logged() {
  local file=$1
  shift
  "$@" >"$file" 2>&1 || {
    cat "$file" >&2
    return 1
  }
}
