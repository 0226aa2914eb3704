#!/bin/sh
# Builds the site into dist/ (release, SIMD128) and serves it.
#   ./serve.sh          builds, serves on http://127.0.0.1:8080/, builds again on every saved change (reload the page by hand)
#   ./serve.sh build    only builds
#   PORT=9000 ./serve.sh
set -eu
cd "$(dirname "$0")"
. tools/environment.sh
tools/install.sh
case "${1:-serve}" in
  build)
    trunk --quiet build --release
    node tools/first-paint.mjs ;;
  serve)
    echo "Building; then the playground is at http://127.0.0.1:${PORT:-8080}/ (Ctrl-C ends it)."
    exec trunk --quiet serve --release --port "${PORT:-8080}" ;;
  *) echo "usage: ./serve.sh [build]" >&2; exit 2 ;;
esac
