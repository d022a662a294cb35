#!/usr/bin/env bash
# Usage: with-secrets.sh COMMAND…
# Runs a command that connects to the database, and to the store where there is a secret for it, by passwords that are in
# no argument: libpq reads PGPASSFILE, and believes no file that others could read, as a mounted secret can be.
set -euo pipefail

(
    umask 077
    printf '*:*:*:*:%s\n' "$(</run/secrets/database)" >"$PGPASSFILE"
)
if [[ -e /run/secrets/store ]]; then
    AWS_SECRET_ACCESS_KEY=$(</run/secrets/store)
    export AWS_SECRET_ACCESS_KEY
fi
exec "$@"
