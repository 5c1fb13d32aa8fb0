#!/bin/sh
# `make run`: the whole house on this machine. ONCE=1 leaves after the first journey.
set -eu
. "$(dirname "$0")/common.sh"

sh sandbox/scripts/setup.sh
[ -x "$sandbox" ] && [ -x "$target/debug/comptoir" ] ||
    echo "run: building the engine and the sandbox; the first time everything is compiled, which takes minutes."
cargo build -p comptoir-api -p comptoir-sandbox --bins
exec "$sandbox" run ${ONCE:+--once}
