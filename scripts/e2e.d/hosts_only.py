"""The self-test of the hosts: all that the end-to-end test relies on, without the product."""

from __future__ import annotations

from checks import Checks
from host import Cause, Host
from local_packages import FEATURE, REJECTED
from pending import Update, refreshed_pending
from shell import say

# Fewer would not be a real patch day.
LEAST_REAL_UPDATES = 5


def prove(hosts: list[Host], checks: Checks) -> None:
    """Boots, updates as apt sees them, a reboot and a power cut of every host."""
    updates = refreshed_pending(hosts)
    for host in hosts:
        _prove_updates(host, updates[host.name], checks)
    for host in hosts:
        say(f"rebooting host {host.name}, then cutting its power")
        host.attempt("systemctl", "reboot")
        host.wait_for_boot(2)
        host.power_cut()
        host.wait_for_boot(3)
    for host in hosts:
        _prove_boots(host, checks)


def _prove_updates(host: Host, updates: list[Update], checks: Checks) -> None:
    names = {update.name for update in updates}
    real = [update for update in updates if update.is_security and not update.name.startswith("ringmaster-e2e-")]
    checks.record(
        f"{host.name}: at least {LEAST_REAL_UPDATES} real security updates are pending",
        len(real) >= LEAST_REAL_UPDATES,
        f"{len(real)} of {len(updates)}: {' '.join(u.name for u in real)}",
    )
    checks.record(
        f"{host.name}: the harness's own updates are pending",
        {FEATURE.name, REJECTED.name} <= names,
        " ".join(sorted(name for name in names if name.startswith("ringmaster-e2e-"))),
    )
    approved = {update.name for update in updates if update.is_approved}
    checks.record(
        f"{host.name}: neither the rejected nor the feature update counts as approved",
        not approved & {FEATURE.name, REJECTED.name},
    )
    checks.record(f"{host.name}: dpkg --audit is empty", host.run("dpkg", "--audit") == "")


def _prove_boots(host: Host, checks: Checks) -> None:
    causes = [boot.cause for boot in host.boots]
    checks.record(
        f"{host.name}: first start, reboot (status 133), power cut",
        causes == [Cause.FIRST, Cause.REBOOT, Cause.POWER_CUT],
        ", ".join(cause.value for cause in causes),
    )
    identities = [boot.boot_id for boot in host.boots]
    checks.record(
        f"{host.name}: every boot has an identity of its own",
        len(set(identities)) == len(identities),
        " ".join(identity[:8] for identity in identities),
    )
