"""One patch cycle: started, watched and approved through the CLI."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from control_plane import ControlPlane
from shell import E2EFailure, say

CYCLE_SECONDS = 600.0
POLL_SECONDS = 0.5
ENDS = {"completed", "failed", "aborted"}
# These wait for a person; in this run nobody comes.
STOPS = {"paused", "halted"}

View = dict[str, Any]


def host_runs(view: View, stage: str) -> dict[str, str]:
    """The state of each host's run in a stage, by the host's name."""
    lanes = [lane for each in view.get("stages", []) if each["name"] == stage for lane in each["lanes"]]
    return {run["name"]: run["state"] for lane in lanes for run in lane["hosts"]}


class Cycle:
    """A started cycle."""

    def __init__(self, server: ControlPlane, workflow: str) -> None:
        self._server = server
        self._workflow = workflow
        self._told: dict[str, str] = {}
        self.id: str = ""
        self.view: View = {}

    def start(self) -> None:
        """Starts the workflow."""
        self.id = self._server.ask("cycle", "start", self._workflow, patience=0)["id"]
        say(f"cycle {self.id} is started")

    def drive(self, observe: Callable[[View], None], timeout: float = CYCLE_SECONDS) -> View:
        """Approves every gate, and returns the view of the ended cycle."""
        deadline = time.monotonic() + timeout
        while True:
            self.view = self._server.ask("cycle", "show", self.id, patience=120)
            observe(self.view)
            self._tell()
            state = self.view["state"]
            if state in ENDS:
                return self.view
            if state in STOPS:
                raise E2EFailure(f"the cycle is {state}: {self.view.get('reason')}")
            if time.monotonic() > deadline:
                raise E2EFailure(f"the cycle is still {state} after {timeout:.0f} s")
            self._approve_open_gates()
            time.sleep(POLL_SECONDS)

    def _approve_open_gates(self) -> None:
        for stage in self.view["stages"]:
            gate = stage.get("gate")
            if gate and gate["state"] == "open" and len(gate["approvals"]) < gate["approvalsNeeded"]:
                # A fault may take the answer away; the next view then tells whether the approval is recorded.
                done = self._server.attempt(
                    "cycle",
                    "approve",
                    self.id,
                    "--stage",
                    stage["name"],
                    "--digest",
                    gate["planDigest"],
                    "--reason",
                    "end-to-end test",
                )
                outcome = "is approved" if done.returncode == 0 else f"is not yet approved: {done.stderr.strip()}"
                say(f"the gate of stage {stage['name']} {outcome}")

    def _tell(self) -> None:
        self._tell_change("cycle", self.view["state"])
        for stage in self.view["stages"]:
            self._tell_change(f"stage {stage['name']}", stage["state"])
            for lane in stage["lanes"]:
                for run in lane["hosts"]:
                    detail = f" ({run['detail']})" if run.get("detail") else ""
                    self._tell_change(f"stage {stage['name']}, host {run['name']}", run["state"] + detail)

    def _tell_change(self, what: str, state: str) -> None:
        if self._told.get(what) != state:
            self._told[what] = state
            say(f"{self._workflow}: {what}: {state}")
