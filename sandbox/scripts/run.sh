#!/bin/sh
# `make run`: the whole house on this machine. ONCE=1 leaves after the first journey.
set -eu
. "$(dirname "$0")/common.sh"

sh sandbox/scripts/setup.sh
cargo build --quiet -p comptoir-api -p comptoir-sandbox --bins
exec "$sandbox" run ${ONCE:+--once}
