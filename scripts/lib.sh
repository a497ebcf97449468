# Shared by the scripts in this folder: paths, and steps that say what they do and how long it took.
# Sourced, not run.
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
# The command is a child of this shell with `set -e` in force, so a failing step ends the script.
step() {
  local title=$1 started=$SECONDS
  shift
  say "==> $title"
  "$@"
  say "    $title: $((SECONDS - started)) s"
}

# tool NAME: path of a command-line tool, or failure (see find-tool).
tool() { "$root/scripts/find-tool" "$1"; }

# The host's toolchain must not leak into the programs' build and the reverse.
clean_rust_env() {
  unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS RUSTC RUSTC_WRAPPER CARGO_BUILD_TARGET RUSTC_BOOTSTRAP
}
