#!/bin/sh
# What reads exports in the tests: Spark and DuckDB, in a Python of their own under target/. Made once for each list of
# requirements; afterwards no network is needed. Spark runs on the Java that setup.sh looks for.
set -eu
. "$(dirname "$0")/common.sh"

requirements=e2e/spark/requirements.txt
python=$target/auditors
[ "$(cat "$python/made-from" 2>/dev/null)" != "$(cat "$requirements")" ] || exit 0

echo "setup: installing Spark and DuckDB into $python (some 450 MB, once)"
rm -rf "$python"
mkdir -p "$target"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if { python3 -m venv "$python" && "$python/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir -r "$requirements"; } >"$log" 2>&1; then
    cp "$requirements" "$python/made-from"
else
    tail -n 20 "$log" >&2
    echo "setup: Spark and DuckDB cannot be installed (see above); pip needs PyPI once" >&2
    exit 1
fi
