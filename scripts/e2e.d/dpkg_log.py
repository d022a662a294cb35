"""What dpkg did, read from a host's dpkg.log."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class PackageHistory:
    """One package's upgrades."""

    # OLD → NEW of each upgrade that came as far as the new version's files being unpacked.
    unpacked: list[tuple[str, str]] = field(default_factory=list)
    # The version that was last reported as installed, that is unpacked and configured.
    installed: str | None = None


class DpkgLog:
    """A host's dpkg.log, by package name without architecture.

    An upgrade is a line `upgrade PACKAGE OLD NEW` and, before any other action on the package, a line
    `status unpacked PACKAGE NEW`. One that a kill interrupted lacks the second line and counts as not done, because
    the repair has to do it again. Unpacking the version that is there, or configuring a second time, is part of a
    repair too, and is not an upgrade.
    """

    def __init__(self, path: Path) -> None:
        # Whether the first upgrade was begun.
        self.is_begun = False
        self.packages: dict[str, PackageHistory] = defaultdict(PackageHistory)
        # Packages that were removed or newly installed, which no cycle does.
        self.others: set[str] = set()
        # New versions whose configuration began, in order, each once.
        self.configured: list[str] = []
        # Packages whose triggers were processed, or were about to be, in order.
        self.triggered: list[str] = []
        self._pending: dict[str, tuple[str, str]] = {}
        for line in path.read_text(errors="replace").splitlines():
            self._read(line.split()[2:])

    def _read(self, words: list[str]) -> None:
        match words:
            case ["upgrade", package, old, new] if old != new:
                self.is_begun = True
                self._pending[_name(package)] = (old, new)
            case ["status", "unpacked", package, version]:
                self._unpacked(_name(package), version)
            case ["status", "installed", package, version]:
                self.packages[_name(package)].installed = version
            case ["configure", package, _, _] if _name(package) not in self.configured:
                self.configured.append(_name(package))
            case ["trigproc", package, *_]:
                self.triggered.append(_name(package))
            case ["install" | "remove" | "purge", package, *_]:
                self.others.add(_name(package))
            case _:
                pass

    def _unpacked(self, package: str, version: str) -> None:
        upgrade = self._pending.get(package)
        if upgrade and upgrade[1] == version:
            self.packages[package].unpacked.append(upgrade)
            del self._pending[package]


def _name(package: str) -> str:
    return package.partition(":")[0]
