"""Boots that nobody ordered or that go wrong, on hosts of their own: what the control plane makes of each."""

from __future__ import annotations

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from checks import Checks
from control_plane import ControlPlane
from cycle import Cycle, View, host_runs
from dpkg_log import DpkgLog
from fleet import (
    REBOOT_LOG,
    UNIT,
    agent_pid,
    enrol,
    nodes_by_name,
    ordered_reboots,
    wait_for_nodes,
)
from host import Boot, Host, HostPlan
from local_packages import OLD, PLAIN, RESTART, TRIGGER
from shell import E2EFailure, say, wait_until
from verdict import judge_boot, judge_upgrade

GROUP = "Reboots-early"
PLANS = [
    HostPlan("steady", "london", GROUP, [RESTART], is_local=True, machine=str(uuid.UUID(int=1))),
    HostPlan("lost", "london", GROUP, [RESTART], is_local=True, is_lost=True),
    HostPlan("looping", "london", GROUP, [RESTART], is_local=True),
    HostPlan("cut", "london", GROUP, [PLAIN, TRIGGER], is_local=True),
    HostPlan("restored", "london", "Reboots-late", [PLAIN], is_local=True),
]
CLONE = HostPlan("clone", "london", GROUP, machine=str(uuid.UUID(int=2)))

# How often the looping host reboots itself after the reboot that was ordered.
LOOPS = 3
LOOP = Path("/usr/local/sbin/ringmaster-e2e-loop")
LOOP_UNIT = "ringmaster-e2e-loop.service"
# A few seconds in each boot, so that the agent sees it.
LOOP_SCRIPT = f"""#!/bin/sh
count=$(cat {LOOP}.count 2>/dev/null || echo 0)
[ "$count" -lt {LOOPS} ] || exit 0
echo $((count + 1)) > {LOOP}.count
systemctl is-system-running --wait
sleep 2
systemctl reboot
"""
LOOP_SERVICE = f"""[Unit]
ConditionPathExists={REBOOT_LOG}
[Service]
ExecStart={LOOP}
[Install]
WantedBy=multi-user.target
"""

PATCH = "patch"
RUN_SECONDS = 120.0
# How long an agent with nothing to do is watched, to see that it does nothing.
WATCH_SECONDS = 5.0


class Reboots:
    """The hosts with their cycle, which runs while things happen to them."""

    def __init__(self, folder: Path, agent: Path, server: ControlPlane, checks: Checks) -> None:
        self._folder = folder
        self._hosts = {plan.name: Host(plan, folder, agent) for plan in PLANS}
        self._clone = Host(CLONE, folder, agent)
        self._server = server
        self._checks = checks
        self._cycle = Cycle(server, "e2e-reboots")
        self._nodes: dict[str, Any] = {}

    def prepare(self, original: Host, unit_file: Path) -> None:
        """Boots and enrols the hosts, which share the base and the repository of another one."""
        for host in self._hosts.values():
            host.prepare_beside(original)
            host.start()
        for host in self._hosts.values():
            host.wait_for_boot(1)
            enrol(host, self._server, unit_file)
        wait_for_nodes(self._server, list(self._hosts.values()))
        self._nodes = {name: nodes_by_name(self._server)[name]["id"] for name in self._hosts}
        looping = self._hosts["looping"]
        looping.install_file(LOOP, LOOP_SCRIPT, mode=0o755)
        looping.install_file(Path("/etc/systemd/system") / LOOP_UNIT, LOOP_SERVICE)
        looping.run("systemctl", "enable", "--quiet", LOOP_UNIT)
        self._hosts["restored"].copy_disk(self._folder / "snapshot")
        self._clone.prepare_copy(self._hosts["steady"])
        self._clone.start()
        self._clone.wait_for_boot(1)

    def prove(self) -> None:
        """The cycle, what happens meanwhile, and the judgement."""
        self._cycle.start()
        with ThreadPoolExecutor(max_workers=1) as pool:
            end = pool.submit(self._cycle.drive, lambda _: None)
            self._cut_in_triggers()
            self._restore()
            self._reboot_unasked()
            view = end.result()
        self._judge_runs(view)
        self._judge_lost()
        self._judge_looping()
        self._judge_clone()

    # What happens

    def _cut_in_triggers(self) -> None:
        host = self._hosts["cut"]

        def is_triggering() -> bool:
            return TRIGGER.name in self._dpkg_log(host).triggered and bool(host.pids("dpkg"))

        wait_until(f"dpkg on {host.name} processes triggers", is_triggering, timeout=RUN_SECONDS, every=0.05)
        self._checks.record("cut: the power was cut while dpkg processed triggers", host.power_cut())
        self._wait_for_run(host)
        self._judge_unordered(host, host.wait_for_boot(2))
        self._checks.equal("cut: dpkg --audit", host.run("dpkg", "--audit"), "")
        self._judge_upgrade(host)
        installed = self._dpkg_log(host).packages[TRIGGER.name].installed
        self._checks.equal("cut: the triggers were processed in the end", installed, OLD)

    def _restore(self) -> None:
        """The disk as it was before the install: its agent knows nothing of the order that the control plane has seen end."""
        host = self._hosts["restored"]
        self._wait_for_run(host)
        self._judge_upgrade(host)
        say(f"host {host.name} gets the copy of its disk from before the cycle")
        host.power_off()
        host.restore_disk(self._folder / "snapshot")
        host.power_on()
        self._judge_unordered(host, host.wait_for_boot(2))
        wait_until("the agent of the restored host runs", lambda: agent_pid(host), timeout=30)
        time.sleep(WATCH_SECONDS)
        self._checks.record("restored: no old order is carried out", not self._dpkg_log(host).is_begun)
        again = Cycle(self._server, "e2e-again")
        again.start()
        view = again.drive(lambda _: None)
        self._checks.equal("restored: the next cycle is completed", view["state"], "completed")
        self._checks.equal("restored: its host run", host_runs(view, PATCH), {host.name: "succeeded"})
        self._judge_upgrade(host)

    def _reboot_unasked(self) -> None:
        host = self._hosts["steady"]
        self._wait_for_run(host)
        first, second = host.boots[0], host.wait_for_boot(2)
        self._judge_reboot(host, "confirmed", first, second)
        host.attempt("systemctl", "reboot")
        self._judge_unordered(host, host.wait_for_boot(3))
        self._checks.equal("steady: reboots that were ordered", ordered_reboots(host), [first.boot_id])

    # What is checked

    def _judge_runs(self, view: View) -> None:
        wanted = {plan.name: "timed-out" if plan.is_lost else "succeeded" for plan in PLANS}
        self._checks.equal("the cycle with the reboots: host runs", host_runs(view, PATCH), wanted)
        self._checks.equal("the cycle with the reboots is completed", view["state"], "completed")
        nodes = nodes_by_name(self._server)
        found = {plan.name: nodes[plan.name]["compliance"] for plan in PLANS if not plan.is_lost}
        self._checks.equal("the hosts that came back are COMPLIANT", set(found.values()), {"COMPLIANT"})

    def _judge_lost(self) -> None:
        host = self._hosts["lost"]
        first = host.boots[0]
        self._judge_reboot(host, "never-came-back", first, None)
        host.power_on()
        self._judge_reboot(host, "confirmed", first, host.wait_for_boot(2))
        self._checks.equal("lost: reboots that were ordered", ordered_reboots(host), [first.boot_id])

    def _judge_looping(self) -> None:
        host = self._hosts["looping"]
        boots = [boot.boot_id for boot in host.boots]
        self._checks.equal("looping: boots", len(boots), 2 + LOOPS)
        self._checks.equal("looping: reboots that were ordered", ordered_reboots(host), boots[:1])
        told = [(each["before"]["bootID"], each["after"]["bootID"]) for each in self._reboots(host, "unordered")]
        self._checks.equal("looping: the unordered reboots are told one by one", told, list(zip(boots[1:], boots[2:])))

    def _judge_clone(self) -> None:
        """Two machines with one identity: the copy is at rest, and the original went its way."""
        clone = self._clone
        log = clone.run("journalctl", "--no-pager", "--boot", "--unit", UNIT)
        is_told = "is a copy" in log
        self._checks.record("clone: its agent says that it is a copy", is_told, "" if is_told else log.strip()[-300:])
        self._checks.record("clone: its agent does nothing", not self._dpkg_log(clone).is_begun)
        self._checks.equal("clone: it never rebooted", len(clone.boots), 1)
        self._checks.record("clone: the control plane has no node of it", clone.name not in nodes_by_name(self._server))
        self._judge_upgrade(self._hosts["steady"])

    # Steps

    def _wait_for_run(self, host: Host) -> None:
        def state() -> str | None:
            found = host_runs(self._cycle.view, PATCH).get(host.name)
            return found if found in ("succeeded", "failed", "refused", "timed-out", "unknown") else None

        found = wait_until(f"the run of host {host.name} ends", state, timeout=RUN_SECONDS)
        if found != "succeeded":
            raise E2EFailure(f"the run of host {host.name} ended as {found}")

    def _judge_unordered(self, host: Host, after: Boot) -> None:
        self._judge_reboot(host, "unordered", host.boots[host.boots.index(after) - 1], after)

    def _judge_reboot(self, host: Host, outcome: str, before: Boot, after: Boot | None) -> None:
        judge_boot(host, self._nodes[host.name], outcome, before, after, self._server, self._checks)

    def _judge_upgrade(self, host: Host) -> None:
        judge_upgrade(host, host.plan.packages[0].name, self._checks)

    def _reboots(self, host: Host, outcome: str) -> list[dict[str, Any]]:
        """What the log tells of a node's reboots with this outcome."""
        stream = f"node/{self._nodes[host.name]}"
        done = self._server.attempt("events", "tail", "--stream", stream, "--from-start", "-o", "json")
        events = [json.loads(line) for line in done.stdout.splitlines()]
        reboots = [event["data"]["rebooted"]["_0"] for event in events if event["type"] == "node.rebooted.v1"]
        return [reboot for reboot in reboots if reboot["outcome"] == outcome]

    @staticmethod
    def _dpkg_log(host: Host) -> DpkgLog:
        return DpkgLog(host.root / "var/log/dpkg.log")
