#!/usr/bin/env bash
# Usage: host.sh GROUP
# A container that behaves as a host: each start is a boot with an identity of its own, and ending is how it reboots.
set -euo pipefail

activation=/activations/$1
boot_identity=/run/ringmaster-boot-id

cat /proc/sys/kernel/random/uuid >"$boot_identity"
# On a host /run does not outlive a boot.
rm -f /run/reboot-required /run/reboot-required.pkgs

# Repeating a successful enrolment changes nothing.
ringmaster-agent enrol --server https://server:7440 --activation "$(<"$activation/id")" \
    --code-file "$activation/code" --order-key "$(<"$activation/order-key")" --ca-sha256 "$(<"$activation/ca-sha256")" \
    --boot-identity "$boot_identity" \
    --reboot-command bash --reboot-command -c --reboot-command 'kill 1'
exec ringmaster-agent run
