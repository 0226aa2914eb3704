# Sourced by the scripts at the project's root: where the pinned tools are, and the flags of the wasm build. It runs nothing and downloads nothing.
# The tools lie outside the checkout, so that a second checkout, or one made anew, does not build them again.
LSTM_TOOLS=${LSTM_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/lstm-playground}
PATH=$LSTM_TOOLS/bin:$PWD/node_modules/.bin:$PATH
RUST_BACKTRACE=0 # trunk says a missing tool in one line instead of sixty
# Joined with the flags of .cargo/config.toml (RUSTFLAGS would replace them and drop SIMD): no path of this machine in the wasm, the same bytes everywhere.
CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
unset RUSTFLAGS
export LSTM_TOOLS PATH RUST_BACKTRACE CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS
