#!/bin/sh
# What the XML of documents is validated with, in a Python of its own under target/. Made once for each list of requirements;
# afterwards no network is needed.
set -eu
. "$(dirname "$0")/common.sh"

requirements=documents/tests/documents/requirements.txt
python=$target/validators
[ "$(cat "$python/made-from" 2>/dev/null)" != "$(cat "$requirements")" ] || exit 0

echo "setup: installing the validators of e-invoices into $python"
rm -rf "$python"
mkdir -p "$target"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if { python3 -m venv "$python" && "$python/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: -r "$requirements"; } >"$log" 2>&1; then
    cp "$requirements" "$python/made-from"
else
    tail -n 20 "$log" >&2
    echo "setup: the validators cannot be installed (see above); pip needs PyPI once" >&2
    exit 1
fi
