#!/usr/bin/env bash
# Usage: activate.sh GROUP…
# Makes an activation for each patch group and leaves it in /activations/GROUP, where docker-compose.yml's hosts find it.
set -euo pipefail
umask 077

# field NAME: a text field of the JSON object on standard input.
field() { sed -n "s/^ *\"$1\" *: *\"\\([^\"]*\\)\",\\{0,1\\}\$/\\1/p"; }

for group in "$@"; do
    if [[ -e /activations/$group/order-key ]]; then
        continue
    fi
    activation=$(ringmaster activation create --site Frankfurt --patch-group "$group" --output json)
    mkdir -p "/activations/$group"
    field activation <<<"$activation" >"/activations/$group/id"
    field code <<<"$activation" >"/activations/$group/code"
    field caSHA256 <<<"$activation" >"/activations/$group/ca-sha256"
    # Last: its presence says that the others are complete.
    field orderKey <<<"$activation" >"/activations/$group/order-key"
done
