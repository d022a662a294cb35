#!/usr/bin/env bash
# Usage: packaging/compose/secrets.sh
# Makes the passwords of docker-compose.yml, each a file of .secrets/, where they do not exist.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# A container reads its files under a user of its own: they are open, and nobody but their owner gets through the folder.
install -d -m 700 .secrets
umask 022
for name in database-superuser database-owner database-server store-root store-writer; do
    if [[ ! -s .secrets/$name ]]; then
        od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >".secrets/$name"
    fi
done
