"""What an enrolled agent takes that has nothing to do."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from control_plane import ControlPlane
from dnf_host import DnfHost, DnfPlan
from processes import resident, switches
from rpm_packages import RPMRepository
from shell import E2EFailure, wait_until

MEMORY_GOAL_MB = 20.0
# The agent's long poll, and what it does when it has come to rest in one.
POLL_SECONDS = 50
REST_SECONDS = 8
WORKFLOWS = Path(__file__).resolve().parents[1] / "e2e.d/workflows"


def idle(folder: Path, binaries: Path, seconds: int) -> tuple[dict[str, Any], dict[str, float]]:
    """Looks at an agent from behind the beginning of a poll for so many seconds, less than a poll has."""
    if seconds + REST_SECONDS >= POLL_SECONDS:
        raise E2EFailure(f"--seconds must be below {POLL_SECONDS - REST_SECONDS}: a poll is over then")
    server = ControlPlane(binaries / "ringmaster", folder / "data", WORKFLOWS, folder / "server.log")
    server.start()
    try:
        pid = _waiting_agent(folder, binaries, server)
        before = switches(pid)
        time.sleep(seconds)
        wakes = switches(pid) - before
        figures = {
            "residentMB": round(resident(pid) / 1e3, 1),
            "wakeUpsPerMinuteBeyondPoll": round(wakes * 60 / seconds, 1),
        }
    finally:
        server.stop()
    return figures, {"residentMB": MEMORY_GOAL_MB, "wakeUpsPerMinuteBeyondPoll": 0}


def _waiting_agent(folder: Path, binaries: Path, server: ControlPlane) -> int:
    """An agent that has just begun a poll, and not its first."""
    repository = RPMRepository(folder / "idle-rpm")
    repository.create()
    host = DnfHost(DnfPlan("idle", "london", "AL2023-early"), folder / "idle", binaries / "ringmaster-agent", repository)
    host.prepare()
    host.enrol(server)
    pid = wait_until("the agent runs", host.pid, timeout=10)
    time.sleep(REST_SECONDS)
    before = switches(pid)
    wait_until("the agent's next poll", lambda: switches(pid) > before, timeout=POLL_SECONDS + 10)
    time.sleep(REST_SECONDS)
    return pid
