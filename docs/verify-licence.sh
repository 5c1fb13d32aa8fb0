#!/bin/sh
# Checks a licence file offline, with openssl alone:
#   verify-licence.sh <licence file> <public key: `x` of /.well-known/comptoir-keys> <product id> [<now, in seconds>]
# Prints what the file says and ends with 0 if it is good now.
set -eu

file=$(cat "$1")
key=$2
product=$3
now=${4:-$(date +%s)}

header=${file%%.*}
rest=${file#*.}
payload=${rest%%.*}
signature=${rest#*.}

from_base64url() {
    text=$(printf %s "$1" | tr '_-' '/+')
    case $((${#text} % 4)) in
        2) text="$text==" ;;
        3) text="$text=" ;;
    esac
    printf %s "$text" | openssl base64 -d -A
}

folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
printf %s "$header.$payload" > "$folder/signed"
from_base64url "$signature" > "$folder/signature"
# What stands before every Ed25519 key in DER (RFC 8410).
{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'; from_base64url "$key"; } > "$folder/key"
openssl pkeyutl -verify -pubin -keyform DER -inkey "$folder/key" -rawin \
    -in "$folder/signed" -sigfile "$folder/signature" > "$folder/said" 2>&1 || {
    echo "the signature is wrong" >&2
    exit 1
}

claims=$(from_base64url "$payload")
case $claims in
    *"\"aud\":\"$product\""*) ;;
    *) echo "the licence is for another product" >&2; exit 1 ;;
esac
end=$(printf %s "$claims" | sed 's/.*"exp":\([0-9]*\).*/\1/')
if [ "$now" -ge "$end" ]; then
    echo "the file has ended; fetch a new one" >&2
    exit 1
fi
printf '%s\n' "$claims"
