"""Carries out the faults while the cycle runs, and proves that each one struck and was recovered from."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import processes
from control_plane import ControlPlane
from dpkg_log import DpkgLog
from faults import DuringDpkg, Fault, Kind, StageIs
from fleet import agent_pid
from host import Host
from local_packages import REBOOT, SLOW
from shell import say

POLL_SECONDS = 0.05
RECOVERY_SECONDS = 90.0


@dataclass
class Progress:
    """How far a fault has come."""

    fault: Fault
    due: float | None = None
    struck: str | None = None
    recovered_after: float | None = None


@dataclass
class Recovery:
    """A target that was struck and is not back yet."""

    progress: Progress
    since: float
    is_back: Callable[[], bool]


class Chaos:
    """A thread that waits for the faults' moments."""

    def __init__(self, faults: list[Fault], hosts: list[Host], server: ControlPlane) -> None:
        self.progress = [Progress(fault) for fault in faults]
        self.problems: list[str] = []
        self._hosts = {host.name: host for host in hosts}
        self._server = server
        self._recovering: dict[str, Recovery] = {}
        self._stages: dict[str, str] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chaos", daemon=True)

    def start(self) -> None:
        """Begins to wait for moments."""
        self._thread.start()

    def observe(self, view: dict[str, Any]) -> None:
        """Takes notice of the cycle's stages."""
        self._stages = {stage["name"]: stage["state"] for stage in view["stages"]}

    def end(self) -> None:
        """Waits until every fault whose moment has come has struck and is recovered from, and stops."""
        deadline = time.monotonic() + RECOVERY_SECONDS
        while (self._recovering or self._is_any_armed()) and time.monotonic() < deadline and not self.problems:
            time.sleep(POLL_SECONDS)
        self._ended.set()
        self._thread.join()

    # Steps

    def _is_any_armed(self) -> bool:
        return any(progress.due is not None and progress.struck is None for progress in self.progress)

    def _run(self) -> None:
        while not self._ended.wait(POLL_SECONDS):
            self._check_recoveries()
            logs = {name: self._dpkg_log(host) for name, host in self._hosts.items()}
            for progress in self.progress:
                if progress.struck is None:
                    self._advance(progress, logs)

    def _advance(self, progress: Progress, logs: dict[str, DpkgLog]) -> None:
        moment = progress.fault.moment
        has_come = self._is_stage(moment) if isinstance(moment, StageIs) else self._is_dpkg(moment, logs[moment.host])
        if not has_come and isinstance(moment, DuringDpkg):
            # dpkg ended before the delay had passed: wait for the next slow package.
            progress.due = None
        elif has_come and progress.due is None:
            progress.due = time.monotonic() + progress.fault.delay
        is_free = progress.fault.target not in self._recovering
        if is_free and progress.due is not None and time.monotonic() >= progress.due:
            self._strike(progress)

    def _is_stage(self, moment: StageIs) -> bool:
        return self._stages.get(moment.stage) == moment.state

    def _is_dpkg(self, moment: DuringDpkg, log: DpkgLog) -> bool:
        slow = {package.name for package in SLOW}
        begun = [package for package in log.configured if package in slow]
        return (
            log.is_begun
            and len(begun) >= moment.position
            and REBOOT.name not in log.configured
            and bool(self._hosts[moment.host].pids("dpkg"))
        )

    def _strike(self, progress: Progress) -> None:
        fault = progress.fault
        match fault.kind:
            case Kind.SERVER:
                struck, is_back = self._strike_server()
            case Kind.POSTGRES:
                struck, is_back = self._strike_postgres()
            case Kind.AGENT:
                struck, is_back = self._strike_agent(fault)
            case Kind.HOST:
                struck, is_back = self._strike_host(fault)
        if struck is None:
            return
        say(f"FAULT {fault}: {struck}")
        progress.struck = struck
        self._recovering[fault.target] = Recovery(progress, time.monotonic(), is_back)

    def _strike_server(self) -> tuple[str | None, Callable[[], bool]]:
        victim = self._server.kill()
        return (
            None if victim is None else f"pid {victim}",
            lambda: self._server.pid() not in (None, victim) and self._server.is_ready(),
        )

    def _strike_postgres(self) -> tuple[str | None, Callable[[], bool]]:
        victim = self._server.postmaster()
        hit = processes.kill([victim]) if victim else []
        return (
            f"postmaster {victim}" if hit else None,
            lambda: self._server.postmaster() not in (None, victim) and self._server.is_ready(),
        )

    def _strike_agent(self, fault: Fault) -> tuple[str | None, Callable[[], bool]]:
        host = self._host_of(fault)
        victim = agent_pid(host)
        if victim is None:
            return None, lambda: True
        family = [victim, *processes.descendants(victim)] if fault.takes_children else [victim]
        names = " ".join(processes.name(pid) for pid in family)
        hit = processes.kill(family)
        return names if hit else None, lambda: agent_pid(host) not in (None, victim)

    def _strike_host(self, fault: Fault) -> tuple[str | None, Callable[[], bool]]:
        host = self._host_of(fault)
        boots = len(host.boots)
        return "all its processes" if host.power_cut() else None, lambda: len(host.boots) > boots

    def _check_recoveries(self) -> None:
        for target, recovery in list(self._recovering.items()):
            elapsed = time.monotonic() - recovery.since
            if recovery.is_back():
                recovery.progress.recovered_after = elapsed
                say(f"{recovery.progress.fault.kind.value} ({target}) is back after {elapsed:.1f} s")
                del self._recovering[target]
            elif elapsed > RECOVERY_SECONDS:
                self.problems.append(f"{target} is not back {elapsed:.0f} s after: {recovery.progress.fault}")
                del self._recovering[target]

    def _host_of(self, fault: Fault) -> Host:
        if not isinstance(fault.moment, DuringDpkg):
            raise ValueError(f"{fault} names no host")
        return self._hosts[fault.moment.host]

    @staticmethod
    def _dpkg_log(host: Host) -> DpkgLog:
        return DpkgLog(host.root / "var/log/dpkg.log")
