#!/bin/sh
# Expands every query macro against a private PostgreSQL with the migrations of this checkout; the macros describe
# themselves on the way. `write` keeps the descriptions as .sqlx/; `check` runs the lints and compares.
set -eu
. "$(dirname "$0")/common.sh"
mode=$1

sh sandbox/scripts/setup.sh

# What the descriptions depend on. Unchanged since the last success: nothing to do but the lints.
stamp="$target/sqlx-checked"
users=$(grep -rlE --include='*.rs' 'query(_as|_scalar|_file|_file_as|_file_scalar)?!' \
    domain ledger projections engine api audit e2e sandbox/src | sort)
state=$({
    echo "$users" | xargs cat
    find domain ledger projections engine api audit e2e migrations .sqlx -type f \( -name '*.sql' -o -name 'query-*.json' \) 2>/dev/null |
        LC_ALL=C sort | xargs -r cat
} | sha256sum)
if [ "$mode" = check ] && [ "$(cat "$stamp" 2>/dev/null)" = "$state" ]; then
    exec cargo clippy --workspace --all-targets -- -D warnings
fi

fresh=$(mktemp -d)
times=$(mktemp -d)
# The sources look changed while the macros are expanded anew, and get their times back: other builds stay valid.
# A file that somebody has edited since keeps its own time.
put_times_back() {
    for file in $users; do
        [ ! -e "$times/$file" ] || [ "$file" -nt "$times/touched" ] || touch -r "$times/$file" "$file"
    done
    rm -rf "$fresh" "$times"
}
trap put_times_back EXIT
trap 'exit 1' INT TERM
for file in $users; do
    mkdir -p "$times/$(dirname "$file")"
    touch -r "$file" "$times/$file"
    touch "$file"
done
touch "$times/touched"

[ "$mode" = check ] && [ -x "$sandbox" ] || cargo build --quiet -p comptoir-sandbox --bins
if [ "$mode" = write ]; then
    set -- cargo check --workspace --all-targets
else
    set -- cargo clippy --workspace --all-targets -- -D warnings
fi
SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$fresh" "$sandbox" test-server --migrations migrations -- "$@"

if [ "$mode" = write ]; then
    rm -rf .sqlx
    mkdir .sqlx
    find "$fresh" -name 'query-*.json' -exec cp {} .sqlx/ \;
    chmod 644 .sqlx/*
    echo "sqlx: wrote $(ls .sqlx | wc -l) descriptions to .sqlx/; commit them"
elif diff -rq .sqlx "$fresh"; then
    echo "$state" >"$stamp"
else
    echo "sqlx: .sqlx/ does not fit the queries and migrations; run \`make sqlx\` and commit .sqlx/" >&2
    exit 1
fi
