#!/bin/sh
# `make bench`: all measurements, or the one that is named.
set -eu
. "$(dirname "$0")/common.sh"

sh sandbox/scripts/setup.sh bench
exec cargo run --release --manifest-path bench/Cargo.toml -- ${1:+--only "$1"}
