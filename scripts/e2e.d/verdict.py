"""What has to be true when the cycle has ended."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from chaos import Chaos
from checks import Checks
from control_plane import ControlPlane
from dnf_host import DnfHost
from dpkg_log import DpkgLog
from faults import Kind
from fleet import agent_pid, last_reboot, nodes_by_name
from host import Boot, Cause, Host
from local_packages import NEW, OLD
from pending import Update
from shell import E2EFailure, wait_until
from tamper import tamper

IDLE_AGENT_MEGABYTES = 30


def judge_faults(chaos: Chaos, checks: Checks) -> None:
    """Every fault struck what it was aimed at, and the target came back."""
    for progress in chaos.progress:
        detail = "did not strike" if progress.struck is None else f"hit {progress.struck}"
        checks.record(
            f"fault: {progress.fault}",
            progress.struck is not None and progress.recovered_after is not None,
            detail if progress.recovered_after is None else f"{detail}, back after {progress.recovered_after:.1f} s",
        )
    struck = Counter(progress.fault.kind for progress in chaos.progress if progress.struck)
    for kind in Kind:
        checks.record(f"{kind.value} was hit at least twice", struck[kind] >= 2, f"{struck[kind]} times")
    checks.equal("everything that was hit recovered", chaos.problems, [])


def judge_cycle(view: dict[str, Any], hosts: Sequence[Host | DnfHost], server: ControlPlane, checks: Checks) -> None:
    """The cycle completed, every host is compliant, and the CSV says so."""
    checks.equal("the cycle is completed", view["state"], "completed")
    for stage in view["stages"]:
        failed = [run["name"] for lane in stage["lanes"] for run in lane["hosts"] if run["state"] != "succeeded"]
        checks.equal(f"stage {stage['name']}: hosts that did not succeed", failed, [])
    checks.record(
        "the view carries the digests of definition and plan",
        all(re.fullmatch("[0-9a-f]{64}", str(view[key])) for key in ("definitionDigest", "planDigest")),
    )
    nodes = nodes_by_name(server)
    for host in hosts:
        node = nodes[host.name]
        is_compliant = node["compliance"] == "COMPLIANT"
        checks.record(f"{host.name}: COMPLIANT by the control plane", is_compliant, "" if is_compliant else str(node))
    _judge_csv(view["id"], {str(nodes[host.name]["id"]) for host in hosts}, server, checks)
    checks.equal("the server never ended by itself", server.problems, [])


def judge_reboots(hosts: list[Host], server: ControlPlane, checks: Checks) -> None:
    """What the control plane says of each host's last boot is what happened to the host."""
    nodes = nodes_by_name(server)
    for host in hosts:
        if len(host.boots) < 2:
            continue
        last = host.boots[-1]
        wanted = "old-kernel" if host.plan.old_kernel else "confirmed"
        reboot = last_reboot(server, nodes[host.name]["id"])
        checks.equal(
            f"{host.name}: node show's verdict on its last boot",
            (reboot.get("outcome"), reboot.get("bootBefore"), reboot.get("bootAfter")),
            (wanted if last.cause is Cause.REBOOT else "unordered", host.boots[-2].boot_id, last.boot_id),
        )


def judge_boot(
    host: Host, node: str, outcome: str, before: Boot, after: Boot | None, server: ControlPlane, checks: Checks
) -> None:
    """`node show` comes to tell this of the host's last boot."""
    wanted = (outcome, before.boot_id, after.boot_id if after else None)

    def told() -> tuple[object, ...]:
        reboot = last_reboot(server, node)
        return (reboot.get("outcome"), reboot.get("bootBefore"), reboot.get("bootAfter"))

    what = f"{host.name}: node show's verdict is {outcome}"
    try:
        wait_until(what, lambda: told() == wanted, timeout=30, every=0.5)
    except E2EFailure:
        checks.equal(what, told(), wanted)
    else:
        checks.record(what, True)


def judge_upgrade(host: Host, package: str, checks: Checks) -> None:
    """One local package was upgraded once."""
    history = DpkgLog(host.root / "var/log/dpkg.log").packages[package]
    found = (history.unpacked, history.installed)
    checks.equal(f"{host.name}: {package} was upgraded once by dpkg.log", found, ([(OLD, NEW)], NEW))


def _judge_csv(cycle: str, nodes: set[str], server: ControlPlane, checks: Checks) -> None:
    done = server.attempt("report", "csv", "--cycle", cycle)
    rows = list(csv.reader(done.stdout.splitlines()))
    found = {node for row in rows[1:] for node in row if node in nodes}
    is_right = done.returncode == 0 and len(rows) == len(nodes) + 1 and found == nodes
    checks.record("the CSV has one row per host", is_right, f"{max(len(rows) - 1, 0)} rows")
    checks.record("every row of the CSV says COMPLIANT", is_right and all("COMPLIANT" in row for row in rows[1:]))


def judge_host(host: Host, before: list[Update], after: list[Update], checks: Checks) -> None:
    """The host by its own apt, dpkg and kernel."""
    approved = {update for update in before if update.is_approved}
    checks.equal(
        f"{host.name}: approved updates still pending by apt's simulation",
        [update.name for update in after if update.is_approved],
        [],
    )
    checks.equal(
        f"{host.name}: updates that nobody approved are still pending",
        [update.name for update in after],
        [update.name for update in before if not update.is_approved],
    )
    checks.equal(f"{host.name}: dpkg --audit", host.run("dpkg", "--audit"), "")
    _judge_packages(host, approved, checks)
    _judge_boots(host, checks)


def _judge_packages(host: Host, approved: set[Update], checks: Checks) -> None:
    log = DpkgLog(host.root / "var/log/dpkg.log")
    wrong = [
        f"{update.name}: {log.packages[update.name].unpacked}, installed {log.packages[update.name].installed}"
        for update in sorted(approved)
        if log.packages[update.name].unpacked != [(update.old, update.new)]
        or log.packages[update.name].installed != update.new
    ]
    checks.record(
        f"{host.name}: each of {len(approved)} approved packages was upgraded exactly once by dpkg.log",
        not wrong,
        "; ".join(wrong),
    )
    touched = {name for name, history in log.packages.items() if history.unpacked} | log.others
    checks.equal(
        f"{host.name}: packages touched that were not approved",
        sorted(touched - {update.name for update in approved}),
        [],
    )


def _judge_boots(host: Host, checks: Checks) -> None:
    causes = ", ".join(boot.cause.value for boot in host.boots)
    checks.record(
        f"{host.name}: {'one reboot' if host.plan.wants_reboot else 'no reboot'} besides the power cuts",
        host.count(Cause.REBOOT) == int(host.plan.wants_reboot),
        causes,
    )
    checks.equal(f"{host.name}: it never went down otherwise", host.problems, [])
    identities = {boot.boot_id for boot in host.boots}
    checks.record(f"{host.name}: every boot has an identity of its own", len(identities) == len(host.boots))
    pid = agent_pid(host)
    size = _resident_megabytes(pid) if pid else 0.0
    checks.record(
        f"{host.name}: the agent runs in under {IDLE_AGENT_MEGABYTES} MB",
        0 < size < IDLE_AGENT_MEGABYTES,
        f"{size:.1f} MB",
    )


def _resident_megabytes(pid: int) -> float:
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        lines = [line.split() for line in status if line.startswith("VmRSS:")]
    return int(lines[0][1]) / 1024 if lines else 0.0


def judge_log(server: ControlPlane, checks: Checks) -> None:
    """The event log verifies, and no longer does when a byte of it was changed."""
    clean = server.attempt("log", "verify", "--data", str(server.data))
    checks.record("log verify passes", clean.returncode == 0, (clean.stdout + clean.stderr).strip()[-300:])
    where = tamper(server)
    broken = server.attempt("log", "verify", "--data", str(server.data))
    text = (broken.stdout + broken.stderr).strip()
    numbers = {int(number) for number in re.findall(r"\d+", text)}
    checks.equal("log verify exits 1 after one byte of a commit was changed", broken.returncode, 1)
    checks.record(
        f"log verify names shard {where.shard}, position {where.position}",
        {where.shard, where.position} <= numbers,
        text[-300:],
    )


def judge_stop(server: ControlPlane, checks: Checks) -> None:
    """SIGTERM ends the server and its PostgreSQL."""
    postmaster = server.postmaster()
    checks.equal("the server ends with status 0 on SIGTERM", server.stop(), 0)
    try:
        wait_until("the embedded PostgreSQL is gone", lambda: server.postmaster() is None, timeout=10)
    except E2EFailure:
        checks.record("the embedded PostgreSQL stops with the server", False, f"postmaster {postmaster} runs")
    else:
        checks.record("the embedded PostgreSQL stops with the server", postmaster is not None)
