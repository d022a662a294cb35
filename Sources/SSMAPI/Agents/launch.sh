#!/bin/sh
# Becomes the agent that the control plane names by its digest, in one-shot mode; fetches it where it is not there yet.
#
# RINGMASTER_SERVER        the control plane's base URL
# RINGMASTER_CA            certificate authorities to trust in place of the system's: PEM in base64; unset or empty for the system's
# RINGMASTER_AGENT_SHA256  of the agent, in lower-case hexadecimal; where there is one for each architecture,
#                          RINGMASTER_AGENT_SHA256_x86_64 and RINGMASTER_AGENT_SHA256_aarch64, as far as they are there
# RINGMASTER_ORDER_KEY     the control plane's order key in base64
# RINGMASTER_INSECURE_HTTP not empty where the control plane may be another machine and not https
# RINGMASTER_STATE_DIR     the agent's folder; unset for /var/lib/ringmaster-agent
#
# Exit status: the agent's (`ringmaster-agent once --help`), or 1 where it cannot be had.
set -eu
umask 022

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

machine=$(uname -m)
case $machine in
x86_64) own=${RINGMASTER_AGENT_SHA256_x86_64:-} ;;
aarch64) own=${RINGMASTER_AGENT_SHA256_aarch64:-} ;;
*) own= ;;
esac
digest=${RINGMASTER_AGENT_SHA256:-$own}
[ -n "$digest" ] || fail "the control plane has no agent for $machine (RINGMASTER_AGENT_SHA256): put ringmaster-agent-$machine into the folder of --agent-binaries"
server=${RINGMASTER_SERVER:?is not set}
server=${server%/}
order_key=${RINGMASTER_ORDER_KEY:?is not set}
case $digest in
*[!0-9a-f]*) fail "RINGMASTER_AGENT_SHA256 is no digest: $digest" ;;
esac
[ ${#digest} -eq 64 ] || fail "RINGMASTER_AGENT_SHA256 is no digest: $digest"

state=${RINGMASTER_STATE_DIR:-/var/lib/ringmaster-agent}
bin=$state/bin
agent=$bin/$digest
mkdir -p "$bin"
part=$bin/part.$$
trap 'rm -f "$part"' EXIT

ca=
if [ -n "${RINGMASTER_CA:-}" ]; then
    ca=$bin/ca.pem
    printf '%s' "$RINGMASTER_CA" | base64 -d >"$part" || fail "RINGMASTER_CA is no base64"
    mv "$part" "$ca"
fi

# is_genuine FILE: whether it is there, and is the agent.
is_genuine() {
    [ -f "$1" ] && printf '%s  %s\n' "$digest" "$1" | sha256sum -c - >/dev/null 2>&1
}

fetch() {
    url=$server/agent/v1/binaries/$digest
    if command -v curl >/dev/null; then
        curl --fail --silent --show-error --max-time 900 ${ca:+--cacert "$ca"} --output "$part" "$url"
    elif command -v wget >/dev/null; then
        wget --quiet --tries=1 --timeout=60 ${ca:+--ca-certificate="$ca"} --output-document="$part" "$url"
    else
        fail "neither curl nor wget is installed: the agent cannot be fetched from $server"
    fi
}

# Keeps this agent and the one that was used last before it, and nothing that an ended fetch has left.
prune() {
    for left in "$bin"/part.*; do
        kill -0 "${left##*.}" 2>/dev/null || rm -f "$left"
    done
    # shellcheck disable=SC2012 # the names are digests
    ls -t "$bin" | while read -r name; do
        case $name in
        "$digest" | ca.pem | part.*) continue ;;
        esac
        if [ -n "${kept:-}" ]; then rm -f "$bin/$name"; fi
        kept=$name
    done
}

if ! is_genuine "$agent"; then
    printf 'fetching the agent %s from %s\n' "$digest" "$server"
    for pause in 5 20 0; do
        if fetch && is_genuine "$part"; then break; fi
        [ "$pause" -ne 0 ] || fail "the agent $digest cannot be fetched from $server, or what comes is another program"
        sleep "$pause"
    done
    chmod 755 "$part"
    mv "$part" "$agent"
    prune
fi
# By their times the last ones are known.
touch "$agent"
trap - EXIT
exec "$agent" once --state-dir "$state" --server "$server" --order-key "$order_key" ${ca:+--ca-file "$ca"} \
    ${RINGMASTER_INSECURE_HTTP:+--insecure-http}
