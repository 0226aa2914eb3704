#!/bin/sh
# Installs what the tests need, browsers included, and runs all tests. The last lines say which parts passed, failed or were skipped.
#   ./test.sh                 everything
#   ./test.sh page e2e        only these parts: fmt clippy core wasm aarch64 page build e2e
# Browsers and fonts come from apt and only as root; otherwise the one line to type is printed and those tests are skipped.
set -u
cd "$(dirname "$0")"
. tools/environment.sh
wanted=" ${*:-fmt clippy core wasm aarch64 page build e2e} "
passed= failed= skipped=
started=$(date +%s)

part() { # name command...
  name=$1; shift
  case "$wanted" in *" $name "*) ;; *) return 0 ;; esac
  echo; echo "== $name: $*"
  begun=$(date +%s)
  "$@" </dev/null; code=$?
  took=$(($(date +%s) - begun))
  case $code in
    0) passed="$passed $name" ;;
    77) skipped="$skipped $name" ;;
    *) failed="$failed $name"; echo "== $name FAILED" ;;
  esac
  echo "== $name: $took s"
}
skip() { echo "skipped: $*"; return 77; }

packages() { # Debian packages that are not installed, browsers first
  command -v chromium >/dev/null || echo chromium
  command -v firefox-esr >/dev/null || echo firefox-esr
  for package in fonts-noto-core fonts-noto-mono fonts-noto-cjk fonts-noto-color-emoji fonts-dejavu-core; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || echo "$package"
  done
}
browsers() {
  command -v apt-get >/dev/null || { command -v chromium >/dev/null || skip "chromium and firefox-esr are not installed, and there is no apt-get"; return; }
  missing=$(packages | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  line="apt-get install -y --no-install-recommends $missing"
  if [ "$(id -u)" -ne 0 ]; then
    echo "For the tests in browsers type: sudo $line"
    command -v chromium >/dev/null || skip "no browser is installed"
    return
  fi
  echo "Installing $missing: about a minute."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && $line -qq -o Dpkg::Use-Pty=0 >/dev/null
}
lint() { # the library for the browser too: it has code of its own
  cargo clippy --version >/dev/null 2>&1 || { skip "clippy is not installed: rustup component add clippy"; return; }
  cargo clippy --locked --quiet --workspace --all-targets -- -D warnings &&
    cargo clippy --locked --quiet --workspace --lib --target wasm32-unknown-unknown -- -D warnings
}
format() {
  cargo fmt --version >/dev/null 2>&1 || { skip "rustfmt is not installed: rustup component add rustfmt"; return; }
  cargo fmt --all --check
}
wasm() { # the same bits as wasm with SIMD128, in Node
  cargo test --locked --target wasm32-unknown-unknown --test digests --test kernels
}
aarch64() { # compiles only: nothing here runs it
  rustup target list --installed 2>/dev/null | grep -qx aarch64-unknown-linux-gnu || timeout 120 rustup target add aarch64-unknown-linux-gnu >/dev/null 2>&1 ||
    { skip "Rust's target aarch64-unknown-linux-gnu cannot be installed here"; return; }
  cargo check --locked --quiet --target aarch64-unknown-linux-gnu --lib
}
page() { node --test --test-reporter=spec tests/page/*.test.mjs; }
build() { ./serve.sh build; }
e2e() {
  [ -f dist/index.html ] || { echo "dist/index.html is missing: ./serve.sh build"; return 1; }
  browsers || return
  node --test --test-reporter=spec --test-concurrency=1 tests/e2e/*.test.mjs
}

tools/install.sh || exit 1
part fmt format
part clippy lint
part core cargo test --locked
part wasm wasm
part aarch64 aarch64
part page page
part build build
part e2e e2e

count() { echo $#; }
echo
echo "passed:$passed"
[ -z "$skipped" ] || echo "skipped:$skipped"
[ -z "$failed" ] || echo "FAILED:$failed"
# shellcheck disable=SC2086 # the lists are words
echo "parts: $(count $passed) passed, $(count $failed) failed, $(count $skipped) skipped"
echo "$(($(date +%s) - started)) s"
[ -z "$failed" ]
