#!/bin/sh
# Installs what is missing for building, at pinned versions, from crates.io and npm only. Half a second when nothing is missing.
# Needs Rust (rustup), Node 20 or newer and npm; it never installs those, nor anything system-wide.
set -eu
cd "$(dirname "$0")/.."
. tools/environment.sh

need() { command -v "$1" >/dev/null || { echo "$1 is missing: $2" >&2; exit 1; }; }
need cargo "install Rust, https://rustup.rs"
need node "install Node.js 20 or newer"
need npm "it comes with Node.js"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || { echo "Node.js $(node --version) is too old: 20 or newer is needed" >&2; exit 1; }

quiet=--quiet; [ -t 2 ] && quiet= # a terminal sees cargo's progress, a log does not get its 400 lines
installed() { grep -qs "^\"$1 $2 " "$LSTM_TOOLS/.crates.toml"; }
cargo_tool() { # name version minutes; unoptimised: a third of the build time, and fast enough
  installed "$1" "$2" && return 0
  echo "Installing $1 $2 into $LSTM_TOOLS, once: $3 on two cores."
  CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_STRIP=true \
    cargo install "$1" --version "=$2" --no-default-features --locked $quiet --root "$LSTM_TOOLS" --target-dir "$LSTM_TOOLS/target"
}

if ! [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ]; then
  echo "Adding Rust's target wasm32-unknown-unknown: seconds."
  rustup target add wasm32-unknown-unknown
fi
trunk=$(sed -n 's/^trunk-version = "=\(.*\)"$/\1/p' Trunk.toml)
bindgen=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock) # the command line tool must equal the crate
cargo_tool trunk "$trunk" "4 to 7 minutes"
cargo_tool wasm-bindgen-cli "$bindgen" "1 to 3 minutes"
rm -rf "$LSTM_TOOLS/target"

if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
  echo "Installing the Node packages of package-lock.json (esbuild, wasm-opt, what drives the browsers in tests): about 10 seconds."
  npm ci --no-audit --no-fund --loglevel=error
fi
# trunk builds offline
cargo fetch --locked --target wasm32-unknown-unknown --quiet
