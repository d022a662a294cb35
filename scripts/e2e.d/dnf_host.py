"""A host with dnf: a root folder with an rpm database of its own, whose agent is a process of this machine."""

from __future__ import annotations

import subprocess
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import processes
from checks import Checks
from control_plane import ControlPlane
from rpm_packages import ENVIRONMENT, FEATURE, NEW, OLD, PACKAGES, SCRIPT_LOG, RPMRepository
from shell import run, say

# The blow falls when so many of the slow scripts have begun.
STRIKE_AT = 2
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class DnfPlan:
    """What a host is to be."""

    name: str
    site: str
    patch_group: str
    # Its agent and dnf are killed once in the middle of a transaction.
    is_struck: bool = False


class DnfHost:
    """One root, with its agent supervised by a thread."""

    def __init__(self, plan: DnfPlan, folder: Path, agent: Path, repository: RPMRepository) -> None:
        self.plan = plan
        self.name = plan.name
        self.root = folder / "root"
        self.struck: str | None = None
        self._folder = folder
        self._agent = agent
        self._repository = repository
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Makes the root, with the packages in their old versions."""
        files = {
            "etc/os-release": 'ID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"\n',
            "etc/dnf/dnf.conf": "[main]\ngpgcheck=0\n",
            "etc/yum.repos.d/updates.repo": f"[updates]\nname=updates\nbaseurl=file://{self._repository.updates}\n",
            f"var/log/{SCRIPT_LOG.name}": "",
        }
        for name, text in files.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)
        (self.root / "boot").mkdir()
        (self._folder / "boot_id").write_text(f"{uuid.uuid4()}\n")
        packages = [self._repository.base / package.file_name(OLD) for package in PACKAGES]
        run(["rpm", "--root", self.root, "--install", *packages], env=ENVIRONMENT)

    def enrol(self, server: ControlPlane) -> None:
        """Enrols it with an activation of its own, and starts its agent."""
        activation = server.ask(
            "activation", "create", "--site", self.plan.site, "--patch-group", self.plan.patch_group, "--expires", "1h"
        )
        enrolment = {
            "server": server.url,
            "activation": activation["activation"],
            "order-key": activation["orderKey"],
            "ca-sha256": activation["caSHA256"],
            "state-dir": self._folder / "agent",
            "name": self.name,
            "root": self.root,
            "boot-identity": self._folder / "boot_id",
            # Nothing on it wants a reboot.
            "reboot-command": "/bin/false",
        }
        options = [word for name, value in enrolment.items() for word in (f"--{name}", value)]
        run([self._agent, "enrol", *options], env={**ENVIRONMENT, "RINGMASTER_ACTIVATION_CODE": activation["code"]})
        threading.Thread(target=self._supervise, name=self.name, daemon=True).start()
        if self.plan.is_struck:
            threading.Thread(target=self._strike, name=f"{self.name}'s fault", daemon=True).start()
        say(f"host {self.name} is enrolled")

    def pid(self) -> int | None:
        """The running agent."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def judge(self, checks: Checks) -> None:
        """The host by its own rpm database."""
        if self.plan.is_struck:
            what = f"{self.name}: agent and dnf were killed in the middle of a transaction"
            checks.record(what, self.struck is not None, self.struck or "no")
        format_ = "%{NAME} %{VERSION}-%{RELEASE}\\n"
        installed = run(["rpm", "--root", self.root, "--query", "--all", "--queryformat", format_], env=ENVIRONMENT)
        wanted = [f"{package.name} {OLD if package is FEATURE else NEW}" for package in PACKAGES]
        checks.equal(f"{self.name}: what rpm has, each once", sorted(installed.splitlines()), sorted(wanted))

    def _supervise(self) -> None:
        while True:
            with open(self._folder / "agent.log", "ab") as log:
                self._process = subprocess.Popen(
                    [self._agent, "run", "--state-dir", self._folder / "agent"],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=ENVIRONMENT,
                )
            self._process.wait()
            time.sleep(0.5)

    def _strike(self) -> None:
        log = self.root / SCRIPT_LOG.relative_to("/")
        while len(log.read_text().split()) < STRIKE_AT or self._process is None:
            time.sleep(POLL_SECONDS)
        family = [self._process.pid, *processes.descendants(self._process.pid)]
        names = " ".join(processes.name(pid) for pid in family)
        if "dnf" in names and processes.kill(family):
            self.struck = names
            say(f"FAULT kill -9 of the agent of {self.name} and its dnf: {names}")
