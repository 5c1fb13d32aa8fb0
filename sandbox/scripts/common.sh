# Read by the other scripts, which run from the root of the checkout.
cd "$(dirname "$0")/../.." || exit 1

# Builds check the queries against the committed .sqlx/, never against a database that happens to be named around here.
export SQLX_OFFLINE=true
unset DATABASE_URL

target=${CARGO_TARGET_DIR:-target}
sandbox="$target/debug/sandbox"
