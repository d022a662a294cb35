# shellcheck shell=bash
# What scripts/benchmark does for `agent`; sourced, not run.

# benchmark_agent ARGUMENT…: on hosts in a scratch folder, which is removed; the status tells whether all goals are met.
benchmark_agent() {
    ((EUID == 0)) || fail "run it as root: it makes a Debian root and fetches its indexes"
    install_packages binutils createrepo-c debian-archive-keyring dnf mmdebstrap python3 rpm util-linux
    local bin run status=0
    bin=${RINGMASTER_BENCHMARK_BIN:-$("$root/scripts/build")}
    [[ -n $(apt-get indextargets 'Created-By: Packages') ]] || apt-get -q -o DPkg::Lock::Timeout=300 update >&2
    run=$(mktemp -d /var/tmp/ringmaster-benchmark.XXXXXX)
    chmod 755 "$run"
    # All processes and mounts end with the namespaces. Their init is a shell, because an init has to reap orphans.
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --mount --pid --ipc --fork --kill-child=SIGKILL --mount-proc \
        bash -c 'mount -t tmpfs tmpfs /dev/shm; "$@"; exit $?' init \
        /usr/bin/python3 -B "$root/scripts/benchmark.d" --run "$run" \
        --cache "${RINGMASTER_E2E_CACHE:-/var/cache/ringmaster-e2e}" --bin "$bin" "$@" || status=$?
    rm -rf --one-file-system "$run"
    return "$status"
}
