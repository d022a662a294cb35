"""Scans beside what the package manager takes for the same answer, in pairs, so that both meet the same machine."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base_root import CONTAINER, BaseRoot, Mirror
from dnf_host import DnfHost, DnfPlan
from processes import high_water
from rpm_packages import ENVIRONMENT, RPMRepository
from shell import E2EFailure, run

SCAN_GOAL = 1.3
MEMORY_GOAL_MB = 60.0
AGENT = "usr/local/bin/ringmaster-agent"
# `dnf check-update` says by it that there are updates.
UPDATES_STATUS = 100
LOOK_SECONDS = 0.002


@dataclass(frozen=True)
class Taken:
    """What one run of a command took."""

    seconds: float
    # Of the command's own process.
    own_mb: float
    # Of the largest of its processes.
    largest_mb: float


def scan_apt(folder: Path, cache: Path, binaries: Path, rounds: int) -> tuple[dict[str, Any], dict[str, float]]:
    """A Debian 12 root in which apt-get and the agent are at home."""
    root = folder / "debian"
    run(["cp", "--archive", BaseRoot(cache, Mirror.of_this_machine(), CONTAINER).ready(), root], timeout=300)
    shutil.copy(binaries / "ringmaster-agent", root / AGENT)
    run(["mount", "-t", "proc", "proc", root / "proc"])
    inside: list[str | Path] = ["chroot", root]
    upgrade = "apt-get -s dist-upgrade"
    figures = compare(
        [*inside, "sh", "-c", f"apt-get -q update && {upgrade}"],
        [*inside, f"/{AGENT}", "scan", "--output", "json"],
        rounds,
    )
    offline = compare(
        [*inside, "sh", "-c", upgrade], [*inside, f"/{AGENT}", "scan", "--no-refresh", "--output", "json"], rounds
    )
    figures |= {f"{name}WithoutRefresh": value for name, value in offline.items() if "Peak" not in name}
    return figures, goals()


def scan_dnf(folder: Path, binaries: Path, rounds: int) -> tuple[dict[str, Any], dict[str, float]]:
    """A root with an rpm database and a local repository, both asked from outside."""
    repository = RPMRepository(folder / "rpm")
    repository.create()
    host = DnfHost(DnfPlan("scanned", "", ""), folder / "dnf", binaries / "ringmaster-agent", repository)
    host.prepare()
    check = ["dnf", f"--installroot={host.root}", "--refresh", "--quiet", "check-update"]
    scan = [binaries / "ringmaster-agent", "scan", "--root", host.root, "--output", "json"]
    return compare(check, scan, rounds), goals()


def goals() -> dict[str, float]:
    """Of a scan, the refresh included."""
    return {"ratio": SCAN_GOAL, "agentPeakMB": MEMORY_GOAL_MB}


def compare(reference: Sequence[str | Path], scan: Sequence[str | Path], rounds: int) -> dict[str, Any]:
    """Runs both so many times in turn; once before, so that both find the same caches."""
    timed(reference)
    timed(scan)
    pairs = [(timed(reference), timed(scan)) for _ in range(rounds)]
    return {
        "ratio": round(statistics.median(scan.seconds / reference.seconds for reference, scan in pairs), 2),
        "agentSeconds": round(statistics.median(scan.seconds for _, scan in pairs), 2),
        "managerSeconds": round(statistics.median(reference.seconds for reference, _ in pairs), 2),
        "agentPeakMB": max(scan.own_mb for _, scan in pairs),
        "managerPeakMB": max(reference.largest_mb for reference, _ in pairs),
    }


def timed(command: Sequence[str | Path]) -> Taken:
    """Runs a command to its end."""
    begun = time.monotonic()
    with subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT | proxies(),
    ) as process:
        own = 0
        while True:
            own = max(own, high_water(process.pid))
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            time.sleep(LOOK_SECONDS)
        seconds = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        complaint = process.stderr.read().decode(errors="replace") if process.stderr else ""
    if process.returncode not in (0, UPDATES_STATUS):
        words = " ".join(str(word) for word in command)
        raise E2EFailure(f"`{words}` ended with status {process.returncode}: {complaint[-2000:]}")
    return Taken(seconds, round(own / 1e3, 1), round(usage.ru_maxrss / 1e3, 1))


def proxies() -> dict[str, str]:
    """This machine's proxy settings, for those who fetch."""
    return {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
