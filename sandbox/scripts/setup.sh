#!/bin/sh
# Looks for what the build and the tests need beside Rust, installs what is missing, and says so. With `bench`, also for
# what the peers need that the measurements are held against; with `test`, for what validates e-invoices and reads
# exports, and for a browser.
set -eu

missing_packages=
missing_names=

lacks() { # what it is for a reader, Debian's package
    missing_names="${missing_names:+$missing_names, }$1"
    missing_packages="${missing_packages:+$missing_packages }$2"
}

# The same places as sandbox/src/postgres/binaries.rs.
has_postgres() {
    for version in 14 15 16 17 18; do
        [ -x "/usr/lib/postgresql/$version/bin/initdb" ] && [ -x "/usr/lib/postgresql/$version/bin/postgres" ] && return 0
    done
    command -v initdb >/dev/null 2>&1 || return 1
    major=$(postgres --version 2>/dev/null | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    [ "${major:-0}" -ge 14 ]
}

command -v cargo >/dev/null 2>&1 || {
    echo "setup: no Rust toolchain found (cargo is not in PATH). Install one, for example with rustup, then try again." >&2
    exit 1
}
command -v cc >/dev/null 2>&1 || lacks "a C compiler and linker (cc)" build-essential
has_postgres || lacks "the PostgreSQL server, version 14 or newer (initdb, postgres)" postgresql

if [ "${1:-}" = bench ]; then
    command -v pkg-config >/dev/null 2>&1 || lacks "pkg-config" pkg-config
    [ -f /usr/include/openssl/ssl.h ] || lacks "the headers of OpenSSL" libssl-dev
    command -v taskset >/dev/null 2>&1 || lacks "taskset" util-linux
    command -v go >/dev/null 2>&1 || lacks "the Go toolchain" golang-go
    [ -d /usr/share/gocode/src/github.com/jung-kurt/gofpdf ] || lacks "gofpdf" golang-github-jung-kurt-gofpdf-dev
    python3 -c 'import venv, ensurepip' >/dev/null 2>&1 || lacks "Python with venv" python3-venv
    [ -e /usr/lib/*/libpangoft2-1.0.so.0 ] || lacks "Pango, which weasyprint draws with" libpangoft2-1.0-0
    [ -e /usr/lib/*/libharfbuzz-subset.so.0 ] || lacks "HarfBuzz, which weasyprint cuts fonts with" libharfbuzz-subset0
fi

if [ "${1:-}" = test ]; then
    python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || lacks "Python 3 with its venv" python3-venv
    command -v java >/dev/null 2>&1 || lacks "Java, which Spark runs on" default-jre-headless
    command -v chromium >/dev/null 2>&1 || lacks "a browser (Chromium)" chromium
    command -v chromedriver >/dev/null 2>&1 || lacks "what drives it (chromedriver)" chromium-driver
fi

[ -n "$missing_packages" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    as_root=none
fi

if [ "$as_root" = none ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "setup: missing: $missing_names." >&2
    echo "setup: I cannot install it here (that takes apt-get, and root or a sudo without password)." >&2
    echo "setup: Please install it, on Debian and Ubuntu with: apt-get install $missing_packages" >&2
    exit 1
fi

echo "setup: missing: $missing_names. Installing with apt-get: $missing_packages"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # both are lists of words
if { $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing_packages; } >"$log" 2>&1; then
    echo "setup: installed."
else
    tail -n 20 "$log" >&2
    echo "setup: apt-get failed (see above). Please install by hand: $missing_packages" >&2
    exit 1
fi

has_postgres || {
    echo "setup: PostgreSQL was installed, but no server of version 14 to 18 is to be found. Please install one." >&2
    exit 1
}
