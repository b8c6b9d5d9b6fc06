# Debian and Ubuntu packages by purpose, and their installation when missing.
# shellcheck shell=bash

# shellcheck source=scripts/attempt.sh
source "${BASH_SOURCE[0]%/*}/attempt.sh"

# A line is one package, or alternatives in order of preference (distributions
# differ). `build` is all that `./dev run` needs.
packages_for() {
  case $1 in
    build)
      cat <<'LIST'
clang-19
lld-19
ccache
cmake
ninja-build
pkg-config
libargon2-dev
libboost1.81-dev | libboost1.83-dev
libcjose-dev
libcli11-dev
libcurl4-openssl-dev
libfmt-dev
libhiredis-dev
libjansson-dev
libpq-dev
libsimdjson-dev
libsodium-dev
libspdlog-dev
libsqlite3-dev
libsqlitecpp-dev
libssl-dev
libstemmer-dev
libtomlplusplus-dev
libutf8proc-dev
prometheus-cpp-dev
LIST
      ;;
    test)
      cat <<'LIST'
clang-format-19
clang-tidy-19
docker-compose
git
libatomic1
libclang-rt-19-dev
libgmock-dev
libgtest-dev
libjemalloc2
liblzf1
llvm-19
postgresql-15 | postgresql-16 | postgresql-17
procps
python3
python3-cryptography
python3-jsonschema
python3-pytest
python3-pytest-xdist
python3-venv
python3-websockets
python3-yaml
shellcheck
LIST
      ;;
    browser)
      cat <<'LIST'
chromium | chromium-browser
nodejs
npm
LIST
      ;;
    stack)
      cat <<'LIST'
curl
maven
openjdk-17-jre-headless | openjdk-21-jre-headless
postgresql-15 | postgresql-16 | postgresql-17
LIST
      ;;
  esac
}

# ensure_packages PURPOSE…: returns at once when all of them are there.
ensure_packages() {
  command -v dpkg-query >/dev/null || {
    echo "dev: not a Debian or Ubuntu; taking it that these are installed:" "$@" >&2
    return
  }
  local missing
  missing=$(missing_packages "$@")
  [[ -n $missing ]] || return 0
  echo "dev: installing" "${missing//$'\n'/, }" >&2
  lists_are_fresh || attempt as_root apt-get update -q
  local names=() line
  while IFS= read -r line; do
    names+=("$(first_available "$line")")
  done <<<"$missing"
  [[ ${names[*]} != *postgresql-* ]] || no_system_database
  # Another one may be at work, such as the system's own upgrades.
  attempt as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -q -y \
    --no-install-recommends "${names[@]}" >&2
}

# With its programs Debian would set up and start a PostgreSQL server of the system's own.
no_system_database() {
  local settings=/etc/postgresql-common/createcluster.conf
  [[ ! -e $settings ]] || return 0
  as_root mkdir -p "${settings%/*}"
  as_root tee "$settings" <<<"create_main_cluster = false" >/dev/null
}

# The lines of which no alternative is installed. What a package provides counts:
# Node.js from elsewhere brings npm along, and Debian's would put it out.
missing_packages() {
  local installed line purpose
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides}\n' |
    sed -n 's/^installed //p' | tr ',' '\n' | sed 's/^ *//; s/ .*//')
  for purpose in "$@"; do
    while IFS= read -r line; do
      grep -qxE "${line// /}" <<<"$installed" || echo "$line"
    done < <(packages_for "$purpose")
  done
}

# Of `a | b`, the first that this distribution has; else the first, for apt to complain about.
first_available() {
  local alternatives name
  IFS=' |' read -ra alternatives <<<"$1"
  for name in "${alternatives[@]}"; do
    if apt-cache show "$name" &>/dev/null; then
      echo "$name"
      return
    fi
  done
  echo "${alternatives[0]}"
}

lists_are_fresh() {
  [[ -n $(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -mtime -1 -print -quit 2>/dev/null) ]]
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "dev: this needs root, and there is no sudo. As root, run: $*" >&2
    exit 1
  fi
}

# ensure_node_modules DIRECTORY: what its package-lock.json names, to the letter.
ensure_node_modules() {
  local directory=$1
  local installed=$directory/node_modules/installed-lock.json
  cmp --silent "$directory/package-lock.json" "$installed" && return
  attempt npm ci --prefix "$directory" --no-progress >&2 &&
    cp "$directory/package-lock.json" "$installed"
}

# ensure_python_modules DIRECTORY: what its requirements.txt names, in a virtual environment
# of its own, build/python.
ensure_python_modules() {
  local wanted=$1/requirements.txt installed=build/python/requirements.txt
  cmp --silent "$wanted" "$installed" && return
  rm -rf build/python
  /usr/bin/python3 -m venv build/python >&2 &&
    attempt build/python/bin/pip install --quiet --disable-pip-version-check --requirement "$wanted" >&2 &&
    cp "$wanted" "$installed"
}
