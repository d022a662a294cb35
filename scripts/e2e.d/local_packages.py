"""The packages that the harness makes itself, because no real update offers what they do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from shell import run

OLD = "1.0-1"
NEW = "2.0-1"

SLOW_SECONDS = 1.5
SLOW_COUNT = 5


@dataclass(frozen=True)
class LocalPackage:
    """One package in two versions, by the maintainer script and dependencies of the newer."""

    name: str
    summary: str
    postinst: str = ""
    depends: list[str] = field(default_factory=list)
    # A folder whose changes are its trigger, in both versions, and what is done then.
    interest: str = ""
    triggered: str = ""

    def build(self, version: str, folder: Path) -> Path:
        """Writes the .deb of a version; the old version has no dependencies, and does nothing when it is configured."""
        is_new = version == NEW
        tree = folder / f"{self.name}_{version}"
        control = tree / "DEBIAN"
        control.mkdir(parents=True)
        depends = f"Depends: {', '.join(self.depends)}\n" if is_new and self.depends else ""
        (control / "control").write_text(
            f"Package: {self.name}\nVersion: {version}\nArchitecture: all\n"
            f"Maintainer: Ringmaster <root@localhost>\nPriority: optional\nSection: misc\n"
            f"{depends}Description: {self.summary}\n"
        )
        configured = self.postinst if is_new else ""
        if configured or self.triggered:
            script = control / "postinst"
            cases = f"configure)\n{configured}\n;;\ntriggered)\n{self.triggered}\n;;"
            script.write_text(f'#!/bin/sh\nset -e\ncase "$1" in\n{cases}\nesac\n')
            script.chmod(0o755)
        if self.interest:
            (control / "triggers").write_text(f"interest-noawait {self.interest}\n")
        content = tree / "usr/share/ringmaster-e2e" / self.name
        content.parent.mkdir(parents=True)
        content.write_text(f"{version}\n")
        for path in [tree, *tree.rglob("*")]:
            if path.is_dir():
                path.chmod(0o755)
        package = folder / f"{self.name}_{version}_all.deb"
        run(["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", tree, package])
        return package


SLOW = [
    LocalPackage(f"ringmaster-e2e-slow-{index}", "takes its time to configure", f"sleep {SLOW_SECONDS}")
    for index in range(1, SLOW_COUNT + 1)
]


def _wanting_reboot(name: str, depends: list[str]) -> LocalPackage:
    script = f"echo '*** System restart required ***' > /run/reboot-required\necho {name} >> /run/reboot-required.pkgs"
    return LocalPackage(name, "wants a reboot", script, depends)


# Configured after the slow ones, so that every fault that is aimed at those strikes before the reboot is wanted.
REBOOT = _wanting_reboot("ringmaster-e2e-reboot", [f"{package.name} (>= {NEW})" for package in SLOW])
RESTART = _wanting_reboot("ringmaster-e2e-restart", [])
PLAIN = LocalPackage("ringmaster-e2e-plain", "wants nothing")
# Never updated itself; every other package's update is its trigger.
TRIGGER = LocalPackage(
    "ringmaster-e2e-trigger",
    "takes its time after other packages changed",
    interest="/usr/share/ringmaster-e2e",
    triggered=f"sleep {SLOW_SECONDS}",
)
REJECTED = LocalPackage("ringmaster-e2e-rejected", "is a security update that the baseline rejects")
FEATURE = LocalPackage("ringmaster-e2e-feature", "is an update without security relevance")

SECURITY = [*SLOW, REBOOT, RESTART, PLAIN, REJECTED]
EVERYWHERE = [*SLOW, REJECTED, FEATURE]
