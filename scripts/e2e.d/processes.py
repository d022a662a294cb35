"""Questions about processes, answered from /proc."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def children(pid: int) -> list[int]:
    """The direct children of a process, whichever of its threads made them; none when it is gone."""
    found: list[int] = []
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found.extend(int(child) for child in (thread / "children").read_text().split())
    except OSError:
        return found
    return found


def descendants(pid: int) -> list[int]:
    """All processes below a process."""
    found = children(pid)
    for child in found:
        found.extend(children(child))
    return found


def name(pid: int) -> str:
    """The kernel's name of a process, at most 15 characters; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    """Whether a process runs: it exists and is not a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def kill(pids: list[int]) -> list[int]:
    """Sends SIGKILL to all; returns those that were alive."""
    hit = [pid for pid in pids if is_alive(pid)]
    for pid in hit:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    return hit


def high_water(pid: int) -> int:
    """The most memory that a process has had resident, in kB; 0 when it is gone."""
    return _status(pid, "VmHWM:")


def resident(pid: int) -> int:
    """The memory that a process has resident, in kB; 0 when it is gone."""
    return _status(pid, "VmRSS:")


def switches(pid: int) -> int:
    """How often the threads of a process have gone to sleep of their own accord: each was awake before."""
    return sum(
        _field(thread / "status", "voluntary_ctxt_switches:") for thread in Path(f"/proc/{pid}/task").iterdir()
    )


def _status(pid: int, field: str) -> int:
    return _field(Path(f"/proc/{pid}/status"), field)


def _field(file: Path, field: str) -> int:
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(field)), 0)
