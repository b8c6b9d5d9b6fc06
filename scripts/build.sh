# Configuring and building, one directory a kind: build/<kind>.
# shellcheck shell=bash

# A clone in another folder finds what this one compiled: paths below it are
# hashed relative to it.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

# configure KIND: does nothing when that has been done before; ninja itself
# configures again when a CMakeLists.txt changes.
configure() {
  local kind=$1
  local stamp=build/$kind/.configured wanted
  wanted=$(sha256sum CMakePresets.json)
  if [[ ! -f build/$kind/build.ninja || ! -f $stamp || $(<"$stamp") != "$wanted" ]]; then
    cmake --preset "$kind" >&2 || return
    echo "$wanted" >"$stamp"
  fi
}

# build_targets KIND TARGET…
build_targets() {
  local kind=$1
  shift
  configure "$kind" || return
  ninja -C "build/$kind" --quiet "$@" >&2
}

build_program() {
  local kind=$1
  case $kind in
    release | debug) ensure_packages build ;;
    asan | tsan | fuzz) ensure_packages build test ;;
    *) refuse "build: no such kind: $kind (release, debug, asan, tsan, fuzz)" ;;
  esac
  build_targets "$kind" chatserver
}

# seconds_since EPOCHREALTIME: with one decimal.
seconds_since() {
  local microseconds=$((${EPOCHREALTIME/[.,]/} - ${1/[.,]/}))
  printf '%d.%d' $((microseconds / 1000000)) $((microseconds / 100000 % 10))
}
