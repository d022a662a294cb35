"""A host: a Debian root by overlay on the base, booted by systemd-nspawn, started again when it reboots or is cut."""

from __future__ import annotations

import subprocess
import threading
import time
import uuid
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import processes
from base_root import copy_resolver
from local_packages import EVERYWHERE, REBOOT
from repository import KEYRING, MOUNT_POINT, Repository
from shell import E2EFailure, attempt, run, say, wait_until

REBOOT_STATUS = 133
AGENT = Path("/usr/bin/ringmaster-agent")


class Cause(Enum):
    """Why a boot took place."""

    FIRST = "first start"
    REBOOT = "reboot"
    POWER_CUT = "power cut"


@dataclass(frozen=True)
class Boot:
    """One boot and the identity that the kernel gave it."""

    cause: Cause
    boot_id: str


@dataclass(frozen=True)
class HostPlan:
    """What a host is to be."""

    ring: str
    site: str
    wants_reboot: bool
    # It comes back from its reboot with a kernel that calls itself an old one.
    old_kernel: bool = False

    @property
    def patch_group(self) -> str:
        return f"Debian12-{self.ring}"


class Host:
    """One booted host, supervised by a thread of its own."""

    def __init__(self, plan: HostPlan, folder: Path, agent: Path | None) -> None:
        self.plan = plan
        self.name = plan.ring
        self.root = folder / plan.ring / "root"
        self.boots: list[Boot] = []
        self.problems: list[str] = []
        self._folder = folder / plan.ring
        self._agent = agent
        self._repository: Repository | None = None
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._cut = False
        self._thread = threading.Thread(target=self._supervise, name=self.name, daemon=True)

    # Preparation

    def prepare(self, base: Path, repository: Repository) -> None:
        """Lays the overlay, and installs the local packages in their old versions."""
        self._repository = repository
        upper, work = self._folder / "upper", self._folder / "work"
        for path in (upper, work, self.root):
            path.mkdir(parents=True)
        run(
            [
                "mount",
                "-t",
                "overlay",
                f"ringmaster-e2e-{self.name}",
                "-o",
                f"lowerdir={base},upperdir={upper},workdir={work}",
                self.root,
            ]
        )
        copy_resolver(self.root)
        (self.root / "etc/machine-id").write_text(f"{uuid.uuid4().hex}\n")
        (self.root / "etc/hostname").write_text(f"{self.name}\n")
        (self.root / KEYRING.relative_to("/")).write_bytes(repository.keyring.read_bytes())
        (self.root / "etc/apt/sources.list.d/ringmaster-e2e.list").write_text(repository.sources())
        packages = EVERYWHERE + ([REBOOT] if self.plan.wants_reboot else [])
        run(["dpkg", "--root", self.root, "--install", *[repository.old_package(package) for package in packages]])
        (self.root / "var/log/dpkg.log").write_text("")

    def install_file(self, path: Path, text: str, mode: int = 0o644) -> None:
        """Writes a file on the host."""
        target = self.root / path.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(mode=mode)
        target.write_text(text)

    # Life

    def start(self) -> None:
        """Boots the host, and starts it again whenever it goes down."""
        self._thread.start()

    def wait_for_boot(self, count: int, timeout: float = 60) -> Boot:
        """Waits until the host is up for the count-th time."""
        wait_until(
            f"boot {count} of host {self.name}",
            lambda: len(self.boots) >= count or bool(self.problems),
            timeout=timeout,
        )
        if self.problems:
            raise E2EFailure(f"host {self.name}: {'; '.join(self.problems)}")
        return self.boots[count - 1]

    def power_cut(self) -> bool:
        """Kills the host's init, and all its processes with it; False when it was not running."""
        leader = self.leader()
        if leader is None:
            return False
        self._cut = True
        return bool(processes.kill([leader]))

    def leader(self) -> int | None:
        """The host's init as a process of this machine."""
        nspawn = self._nspawn
        if nspawn is None or nspawn.poll() is not None:
            return None
        found = [pid for pid in processes.children(nspawn.pid) if processes.name(pid) == "systemd"]
        return found[0] if found else None

    def pids(self, name: str) -> list[int]:
        """The host's processes of a name, which the kernel shortens to 15 characters."""
        leader = self.leader()
        below = processes.descendants(leader) if leader is not None else []
        return [pid for pid in below if processes.name(pid) == name[:15] and processes.is_alive(pid)]

    def attempt(self, *command: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Runs a command on the booted host."""
        leader = self.leader()
        if leader is None:
            return subprocess.CompletedProcess(list(command), 255, "", f"host {self.name} is down")
        return attempt(["nsenter", "--target", str(leader), "--all", "--", *command], timeout=timeout)

    def run(self, *command: str, timeout: float = 120) -> str:
        """Runs a command on the booted host that has to succeed."""
        done = self.attempt(*command, timeout=timeout)
        if done.returncode != 0:
            raise E2EFailure(
                f"host {self.name}: `{' '.join(command)}` ended with status {done.returncode}:\n"
                f"{(done.stdout + done.stderr).strip()[-2000:]}"
            )
        return done.stdout

    def count(self, cause: Cause) -> int:
        """How many boots had this cause."""
        return sum(boot.cause is cause for boot in self.boots)

    # Supervision

    def _supervise(self) -> None:
        cause = Cause.FIRST
        while not self.problems:
            status = self._run_once(cause)
            if self._cut:
                self._cut, cause = False, Cause.POWER_CUT
            elif status == REBOOT_STATUS:
                cause = Cause.REBOOT
            else:
                self.problems.append(f"systemd-nspawn ended with status {status}, which is neither a reboot nor ours")

    def _run_once(self, cause: Cause) -> int:
        with open(self._folder / "console.log", "ab") as console:
            console.write(f"=== {cause.value} ===\n".encode())
            console.flush()
            self._nspawn = subprocess.Popen(self._command(cause), stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        boot_id = self._wait_for_multi_user()
        if boot_id is not None:
            self.boots.append(Boot(cause, boot_id))
            say(f"host {self.name} is up ({cause.value}), boot id {boot_id[:8]}")
        return self._nspawn.wait()

    def _wait_for_multi_user(self) -> str | None:
        deadline = time.monotonic() + 60
        while self._nspawn is not None and self._nspawn.poll() is None:
            state = self.attempt("systemctl", "is-system-running", timeout=10).stdout.strip()
            if state in ("running", "degraded"):
                done = self.attempt("cat", "/proc/sys/kernel/random/boot_id", timeout=10)
                return done.stdout.strip() or None
            if time.monotonic() > deadline:
                self.problems.append(f"not up within 60 s, systemd says {state or 'nothing'}")
                return None
            time.sleep(0.1)
        return None

    def _command(self, cause: Cause) -> list[str]:
        if self._repository is None:
            raise E2EFailure(f"host {self.name} was started before it was prepared")
        agent = [f"--bind-ro={self._agent}:{AGENT}"] if self._agent else []
        kernel = ["setarch", "--uname-2.6"] if self.plan.old_kernel and cause is Cause.REBOOT else []
        return [
            *kernel,
            "systemd-nspawn",
            "--quiet",
            "--boot",
            "--register=no",
            "--keep-unit",
            f"--directory={self.root}",
            f"--machine=ringmaster-e2e-{self.name}",
            f"--hostname={self.name}",
            "--resolv-conf=off",
            "--timezone=off",
            "--link-journal=no",
            f"--bind-ro={self._repository.root}:{MOUNT_POINT}",
            *agent,
        ]
