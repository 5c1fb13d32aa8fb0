#!/bin/sh
# `make test`: formatting, lints, the committed queries, and all tests.
set -eu
. "$(dirname "$0")/common.sh"

sh sandbox/scripts/setup.sh test
sh sandbox/scripts/validators.sh
sh sandbox/scripts/auditors.sh
cargo fmt --all --check || { echo "test: the formatting differs; \`make fmt\` mends it" >&2; exit 1; }
cargo build --workspace --all-targets || {
    echo "test: the build failed; if it lacks a query, \`make sqlx\` writes .sqlx/ anew" >&2
    exit 1
}
sh sandbox/scripts/sqlx.sh check
"$sandbox" test-server -- cargo test --workspace --no-fail-fast
