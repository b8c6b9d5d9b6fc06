# The test suites and the checks of the sources.
# shellcheck shell=bash

suites=(style unit conformance e2e browser tsan)

# run_tests [SUITE…] [FILTER], or run_tests crash [OPTION…]. The last line it prints is the closing line of scripts/results.py.
run_tests() {
  local chosen=() filter=
  local argument
  if [[ ${1:-} == crash ]]; then
    crash_options "${@:2}"
    chosen=(crash)
    set --
  fi
  for argument in "$@"; do
    if [[ " ${suites[*]} " == *" $argument "* ]]; then
      chosen+=("$argument")
    elif [[ -z $filter ]]; then
      filter=$argument
    else
      refuse "test: one filter at a time, got '$filter' and '$argument'"
    fi
  done
  ((${#chosen[@]})) || chosen=("${suites[@]}")

  ensure_packages build test
  # Fetched while others are compiled and run; who needs them waits.
  if [[ " ${chosen[*]} " =~ \ (conformance|e2e|tsan|crash)\  ]]; then scripts/valkey-for-tests.sh build/servers >&2 & fi
  if [[ " ${chosen[*]} " == *" e2e "* ]]; then
    ensure_packages stack
    # It takes a while to start, and the first time a few minutes: begun now, it is there when e2e wants it.
    if [[ -z $filter ]]; then begin_keycloak; fi
  fi
  local results=$PWD/build/results suite
  rm -rf "$results"
  mkdir -p "$results"
  for suite in "${chosen[@]}"; do
    echo "== $suite" >&2
    # A suite that cannot be built is a failure like any other: the rest still runs.
    "suite_$suite" "$filter" "$results/$suite" || echo "$suite" >>"$results/unfinished"
  done
  scripts/results.py "$results"
}

# Unit tests run under AddressSanitizer and UndefinedBehaviorSanitizer.
suite_unit() { compiled_suite asan '^unit\.' "$@"; }
suite_conformance() { compiled_suite asan '^conformance\.' "$@"; }
# Both again under ThreadSanitizer.
suite_tsan() { compiled_suite tsan . "$@"; }

# For the whole run; without it (one test, say), the fixture that needs it starts its own.
begin_keycloak() {
  export CHATSERVER_KEYCLOAK=$PWD/build/test-keycloak
  rm -rf "$CHATSERVER_KEYCLOAK"
  scripts/keycloak-for-tests.sh "$CHATSERVER_KEYCLOAK" >&2 &
  keycloak_for_tests=$!
  # Whatever becomes of it, the exit code is that of the tests.
  trap 'kill "$keycloak_for_tests" 2>/dev/null; wait "$keycloak_for_tests" || true' EXIT
}

suite_e2e() {
  build_targets release chatserver || return
  # Without it one test fails, and says so.
  ensure_python_modules tests/e2e || true
  # Most of what these tests do is wait, each for servers of its own. A few do not need two processes.
  local beside=()
  [[ -n $1 ]] || beside=(--numprocesses=2 --dist=loadfile)
  CHATSERVER_BINARY=$PWD/build/release/chatserver python_suite tests/e2e "$@" "${beside[@]}"
}

# The crash test alone, which a run of e2e has a short version of, with what it prints.
suite_crash() {
  build_targets release chatserver || return
  CHATSERVER_BINARY=$PWD/build/release/chatserver python_suite tests/e2e/crash "$@" --capture=no
}

# What the crash test takes from its environment, from options of the command line.
crash_options() {
  while (($#)); do
    if [[ "$1 ${2:-}" =~ ^--(minutes|seed)\ [1-9][0-9]*$|^--appendfsync\ (always|everysec)$ ]]; then
      local option=${1#--}
      export "CHATSERVER_CRASH_${option^^}=$2"
    else
      refuse "test crash: --minutes N, --seed N or --appendfsync always|everysec, got '$*'"
    fi
    shift 2
  done
}

# Real Chromium, and an OpenID client that we did not write.
suite_browser() {
  ensure_packages browser
  ensure_node_modules tests/browser || return
  build_targets release chatserver || return
  CHATSERVER_BINARY=$PWD/build/release/chatserver node_suite tests/browser "$@"
}

# clang-tidy reads how files are compiled from the asan build.
suite_style() {
  configure asan || return
  python_suite tests/style "$@"
}

# compiled_suite KIND CTEST_REGEX FILTER RESULTS: each test program runs once and
# leaves its own XML, so that every test counts and none costs a process.
compiled_suite() {
  local kind=$1 programs=$2 filter=$3 results=$4
  build_targets "$kind" tests || return
  export ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-19
  export TSAN_OPTIONS=external_symbolizer_path=$ASAN_SYMBOLIZER_PATH:halt_on_error=1
  export UBSAN_OPTIONS=print_stacktrace=1
  mkdir -p "$results"
  GTEST_FILTER="*$filter*" GTEST_OUTPUT=xml:$results/ GTEST_BRIEF=1 \
    ctest --test-dir "build/$kind" -R "$programs" --output-on-failure --no-tests=ignore \
    -j "$(nproc)" --timeout 900 --output-junit "$results/ctest.xml" >&2 || true
  [[ -f $results/ctest.xml ]]
}

# python_suite DIRECTORY FILTER RESULTS [OPTION of pytest…]
python_suite() {
  local directory=$1 filter=$2 results=$3
  [[ -d $directory ]] || return 0
  mkdir -p "$results"
  # The distribution's Python: its packages are the ones ensure_packages installed.
  PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m pytest "$directory" ${filter:+-k "$filter"} \
    "${@:4}" -q -p no:cacheprovider -o junit_family=xunit2 --junitxml "$results/pytest.xml" >&2 || true
  [[ -f $results/pytest.xml ]]
}

# node_suite DIRECTORY FILTER RESULTS
node_suite() {
  local directory=$1 filter=$2 results=$3
  mkdir -p "$results"
  # The Node.js that package-lock.json names, for this machine: the distribution's may be too
  # old. Not by way of .bin, where older versions of npm do not put it.
  local node=("$directory"/node_modules/node-linux-*/bin/node)
  "${node[0]}" --test --test-concurrency=1 --test-timeout=180000 \
    ${filter:+--test-name-pattern "$filter"} \
    --test-reporter=spec --test-reporter-destination=stderr \
    --test-reporter=junit --test-reporter-destination="$results/node.xml" \
    "$directory/*.test.js" || true
  [[ -s $results/node.xml ]]
}

# Every check runs, whatever the others found.
lint() {
  ensure_packages build test
  configure asan
  local faults=0
  shellcheck --external-sources dev .ci/run scripts/*.sh || faults=1
  git ls-files -z '*.cpp' '*.hpp' | xargs -0 clang-format-19 --dry-run -Werror || faults=1
  tests/include_table.py || faults=1
  scripts/tidy.py --all || faults=1
  return $faults
}
