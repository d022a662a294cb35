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

    def build(self, version: str, folder: Path) -> Path:
        """Writes the .deb of a version; the old version has neither script nor dependencies."""
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
        if is_new and self.postinst:
            script = control / "postinst"
            script.write_text(f'#!/bin/sh\nset -e\n[ "$1" = configure ] || exit 0\n{self.postinst}\n')
            script.chmod(0o755)
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
# Configured after the slow ones, so that every fault that is aimed at those strikes before the reboot is wanted.
REBOOT = LocalPackage(
    "ringmaster-e2e-reboot",
    "wants a reboot",
    "echo '*** System restart required ***' > /run/reboot-required\n"
    "echo ringmaster-e2e-reboot >> /run/reboot-required.pkgs",
    [f"{package.name} (>= {NEW})" for package in SLOW],
)
REJECTED = LocalPackage("ringmaster-e2e-rejected", "is a security update that the baseline rejects")
FEATURE = LocalPackage("ringmaster-e2e-feature", "is an update without security relevance")

SECURITY = [*SLOW, REBOOT, REJECTED]
EVERYWHERE = [*SLOW, REJECTED, FEATURE]
