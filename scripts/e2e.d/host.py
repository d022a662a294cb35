"""A host: a Debian root by overlay on the base, booted by systemd-nspawn, started again when it reboots or is cut."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
import uuid
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import processes
from base_root import copy_resolver
from control_group import entering
from local_packages import LocalPackage
from repository import KEYRING, MOUNT_POINT, Repository
from shell import E2EFailure, attempt, run, say, wait_until

REBOOT_STATUS = 133
AGENT = Path("/usr/bin/ringmaster-agent")
# Where a firmware says which machine it is in; containers have none of their own.
MACHINE = Path("/sys/class/dmi/id/product_uuid")


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

    name: str
    site: str
    patch_group: str
    # The local packages that it starts with in their old versions.
    packages: list[LocalPackage] = field(default_factory=list)
    wants_reboot: bool = False
    # It comes back from its reboot with a kernel that calls itself an old one.
    old_kernel: bool = False
    # The local repository's updates alone are pending, so that a run takes seconds.
    is_local: bool = False
    # The machine that it is in by its firmware, where it has one.
    machine: str | None = None
    # Its first reboot leaves it off.
    is_lost: bool = False


class Host:
    """One booted host, supervised by a thread of its own."""

    def __init__(self, plan: HostPlan, folder: Path, agent: Path | None) -> None:
        self.plan = plan
        self.name = plan.name
        self.root = folder / plan.name / "root"
        self.boots: list[Boot] = []
        self.problems: list[str] = []
        self._base: Path | None = None
        self._folder = folder / plan.name
        self._agent = agent
        self._repository: Repository | None = None
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._cut = False
        # Cleared: once it is down, it stays off.
        self._power = threading.Event()
        self._power.set()
        self._thread = threading.Thread(target=self._supervise, name=self.name, daemon=True)

    # Preparation

    def prepare(self, base: Path, repository: Repository) -> None:
        """Lays the overlay, and installs the local packages in their old versions."""
        self._repository = repository
        self._base = base
        self._upper.mkdir(parents=True)
        self._mount()
        copy_resolver(self.root)
        (self.root / "etc/machine-id").write_text(f"{uuid.uuid4().hex}\n")
        (self.root / "etc/hostname").write_text(f"{self.name}\n")
        (self.root / KEYRING.relative_to("/")).write_bytes(repository.keyring.read_bytes())
        (self.root / "etc/apt/sources.list.d/ringmaster-e2e.list").write_text(repository.sources())
        if self.plan.is_local:
            (self.root / "etc/apt/sources.list").write_text("")
        packages = [repository.old_package(package) for package in self.plan.packages]
        run(["dpkg", "--root", self.root, "--install", *packages])
        (self.root / "var/log/dpkg.log").write_text("")

    def prepare_beside(self, other: Host) -> None:
        """Lays the overlay on the base that another host has, with its repository."""
        if other._base is None:
            raise E2EFailure(f"host {other.name} is not prepared")
        self.prepare(other._base, other.repository)

    def prepare_copy(self, original: Host) -> None:
        """Takes what is on another host's disk at this moment."""
        self._repository, self._base = original._repository, original._base
        original.copy_disk(self._upper)
        self._mount()

    def copy_disk(self, target: Path) -> None:
        """Copies all that tells the disk from the base into a new folder, whatever the host is doing."""
        target.parent.mkdir(parents=True, exist_ok=True)
        run(["cp", "--archive", self._upper, target])

    def restore_disk(self, copy: Path) -> None:
        """Puts a copy in the disk's place while the host is off."""
        run(["umount", self.root])
        shutil.rmtree(self._upper)
        run(["cp", "--archive", copy, self._upper])
        self._mount()

    @property
    def _upper(self) -> Path:
        return self._folder / "upper"

    def _mount(self) -> None:
        work = self._folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        self.root.mkdir(exist_ok=True)
        overlay = f"lowerdir={self._base},upperdir={self._upper},workdir={work}"
        run(["mount", "-t", "overlay", f"ringmaster-e2e-{self.name}", "-o", overlay, self.root])

    def install_file(self, path: Path, text: str, mode: int = 0o644) -> None:
        """Writes a file on the host."""
        target = self.root / path.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(mode=mode)
        target.write_text(text)

    @property
    def repository(self) -> Repository:
        """The local repository that it was prepared with."""
        if self._repository is None:
            raise E2EFailure(f"host {self.name} is not prepared")
        return self._repository

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

    def power_off(self) -> None:
        """Cuts the power, and leaves it off until :meth:`power_on`."""
        self._power.clear()
        self.power_cut()
        wait_until(
            f"host {self.name} is off", lambda: self._nspawn is None or self._nspawn.poll() is not None, timeout=10
        )

    def power_on(self) -> None:
        """Boots a host that is off."""
        self._power.set()

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
            self._power.wait()
            status = self._run_once(cause)
            if self._cut:
                self._cut, cause = False, Cause.POWER_CUT
            elif status == REBOOT_STATUS:
                if self.plan.is_lost and cause is Cause.FIRST:
                    self._power.clear()
                cause = Cause.REBOOT
            else:
                self.problems.append(f"systemd-nspawn ended with status {status}, which is neither a reboot nor ours")

    def _run_once(self, cause: Cause) -> int:
        with open(self._folder / "console.log", "ab") as console:
            console.write(f"=== {cause.value} ===\n".encode())
            console.flush()
            self._nspawn = subprocess.Popen(
                self._command(cause), stdin=subprocess.DEVNULL, stdout=console, stderr=console
            )
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
        agent = [f"--bind-ro={self._agent}:{AGENT}"] if self._agent else []
        machine: list[str] = []
        if self.plan.machine:
            file = self._folder / MACHINE.name
            file.write_text(f"{self.plan.machine}\n")
            machine = [f"--tmpfs={MACHINE.parents[2]}", f"--bind-ro={file}:{MACHINE}"]
        kernel = ["setarch", "--uname-2.6"] if self.plan.old_kernel and cause is Cause.REBOOT else []
        return [
            *entering(f"{self._folder.parents[1].name}-{self.name}"),
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
            f"--bind-ro={self.repository.root}:{MOUNT_POINT}",
            *agent,
            *machine,
        ]
