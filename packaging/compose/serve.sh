#!/usr/bin/env bash
# Usage: serve.sh OPTION…
# Makes the control plane's own certificate authority at the first start, then runs it.
set -euo pipefail

data=/var/lib/ringmaster

if [[ ! -e $data/tls ]]; then
    ringmaster ca init --data "$data" --name server
fi
exec ringmaster serve --data "$data" "$@"
