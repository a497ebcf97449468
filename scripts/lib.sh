# Shared by the scripts in this folder: paths, steps that say what they do and how long it took,
# Debian packages. Sourced, not run.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Everything that takes long to make lives outside the checkout, so that a fresh clone finds it.
export CAIRN_CACHE="${CAIRN_CACHE:-$HOME/.cache/cairn}"
# shellcheck disable=SC2034 # used by the scripts that source this file
programs=(registry rewards staking)

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $*"
  exit 1
}

# step TITLE COMMAND…: runs the command between a title line and a line with the duration.
# The command runs in this shell with `set -e` in force, so a failing one ends the script.
step() {
  local title=$1 started=$SECONDS
  shift
  say "==> $title"
  "$@"
  say "    $title: $((SECONDS - started)) s"
}

# tool NAME: path of a command-line tool, or failure (see find-tool).
tool() { "$root/scripts/find-tool" "$1"; }

# Puts a Node.js that is new enough for the app (20.19 or later) on PATH: the one that is there, or
# the cache's. Fails when there is neither.
use_node() {
  local enough='const [a, b] = process.versions.node.split("."); process.exit(a * 100 + +b < 2019 ? 1 : 0)'
  if type -P node npm >/dev/null && command node -e "$enough"; then return 0; fi
  [ -x "$CAIRN_CACHE/node-bin/node" ] || return 1
  export PATH="$CAIRN_CACHE/node-bin:$PATH"
}

# The app's packages stay beside it, where its tools look for them.
app_packages() {
  local lock=$root/app/package-lock.json installed=$root/app/node_modules/.cairn-lock.json
  cmp -s "$lock" "$installed" && return 0
  (cd "$root/app" && npm ci --loglevel=error)
  cp "$lock" "$installed"
}

# browser: path of a browser for the app's tests, or failure.
browser() { tool chromium || tool google-chrome || tool chrome; }

# The caller's settings for host code must not leak into other builds.
clean_rust_env() {
  unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS RUSTC RUSTC_WRAPPER CARGO_BUILD_TARGET RUSTC_BOOTSTRAP
}

# apt_install PACKAGE…: installs those Debian packages that are not there yet.
apt_install() {
  local package missing=() sudo=()
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
      missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  type -P apt-get >/dev/null ||
    fail "this machine has no apt-get; install the equivalents of: ${missing[*]}"
  say "    installing ${missing[*]}"
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  # An index that already knows the packages is good enough.
  apt-cache show "${missing[@]}" >/dev/null 2>&1 || "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >&2
}

# Puts the programs' keypairs where anchor looks. Not only when absent: it makes up a key where it
# finds none. CAIRN_PROGRAM_KEYS names a folder with others than the development ones.
place_keys() {
  local name
  mkdir -p "$root/target/deploy"
  for name in "${programs[@]}"; do
    cp "${CAIRN_PROGRAM_KEYS:-$root/programs/keys}/$name-keypair.json" \
      "$root/target/deploy/cairn_$name-keypair.json"
  done
}

# Checkouts share one target directory, so that a fresh clone does not compile the world. Cargo knows
# this project's own crates there by name and file times, not by checkout, and would take another
# checkout's build of older files for current: forget those crates when the checkout changes.
own_target() {
  local target=${CARGO_TARGET_DIR:-$root/target} profile
  [ "$(cat "$target/.checkout" 2>/dev/null)" != "$root" ] || return 0
  for profile in "$target"/*/.fingerprint; do
    [ ! -d "$profile" ] || rm -rf "$profile"/cairn-*
  done
  mkdir -p "$target"
  printf '%s\n' "$root" >"$target/.checkout"
}
