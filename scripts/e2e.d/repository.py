"""A signed apt repository in a folder: one suite that passes for Debian's security suite, one that does not."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from local_packages import FEATURE, NEW, OLD, SECURITY, LocalPackage
from shell import run

MOUNT_POINT = Path("/srv/ringmaster-e2e")
KEYRING = Path("/usr/share/keyrings/ringmaster-e2e.gpg")


@dataclass(frozen=True)
class Suite:
    """What the Release file of a suite says."""

    codename: str
    archive: str
    origin: str
    label: str
    packages: list[LocalPackage]


SUITES = [
    Suite("bookworm-security", "oldstable-security", "Debian", "Debian-Security", SECURITY),
    Suite("ringmaster-e2e", "ringmaster-e2e", "Ringmaster", "Ringmaster", [FEATURE]),
]


class Repository:
    """The repository's folder, its key, and the old packages' files."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "repository"
        self.keyring = folder / "repository.gpg"
        self._gpg_home = folder / "gnupg"
        self._build = folder / "packages"

    def create(self) -> None:
        """Builds both versions of every package, and publishes the new ones."""
        self._build.mkdir()
        self._make_key()
        for suite in SUITES:
            self._publish(suite)

    def old_package(self, package: LocalPackage) -> Path:
        """The .deb of the version that hosts start with."""
        path = self._build / f"{package.name}_{OLD}_all.deb"
        return path if path.exists() else package.build(OLD, self._build)

    @staticmethod
    def sources() -> str:
        """The lines for a host's sources.list."""
        return "".join(f"deb [signed-by={KEYRING}] file:{MOUNT_POINT} {suite.codename} main\n" for suite in SUITES)

    def _make_key(self) -> None:
        self._gpg_home.mkdir(mode=0o700)
        self._gpg("--quick-generate-key", "Ringmaster end-to-end test", "ed25519", "sign", "1d")
        self._gpg("--output", str(self.keyring), "--export")
        self.keyring.chmod(0o644)

    def _publish(self, suite: Suite) -> None:
        pool = self.root / "pool" / suite.codename
        index = self.root / "dists" / suite.codename / "main" / "binary-amd64"
        pool.mkdir(parents=True)
        index.mkdir(parents=True)
        stanzas = [self._stanza(package, pool) for package in suite.packages]
        packages = "\n".join(stanzas).encode()
        (index / "Packages").write_bytes(packages)
        (index / "Packages.gz").write_bytes(gzip.compress(packages, mtime=0))
        self._sign(suite, [index / "Packages", index / "Packages.gz"])

    def _stanza(self, package: LocalPackage, pool: Path) -> str:
        built = package.build(NEW, self._build)
        path = pool / built.name
        built.rename(path)
        content = path.read_bytes()
        control = run(["dpkg-deb", "--field", path])
        return (
            f"{control}Filename: {path.relative_to(self.root)}\nSize: {len(content)}\n"
            f"SHA256: {hashlib.sha256(content).hexdigest()}\n"
        )

    def _sign(self, suite: Suite, indexes: list[Path]) -> None:
        folder = self.root / "dists" / suite.codename
        now = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S UTC")
        sums = "".join(
            f" {hashlib.sha256(path.read_bytes()).hexdigest()} {path.stat().st_size} {path.relative_to(folder)}\n"
            for path in indexes
        )
        release = folder / "Release"
        release.write_text(
            f"Origin: {suite.origin}\nLabel: {suite.label}\nSuite: {suite.archive}\nCodename: {suite.codename}\n"
            f"Version: 12\nDate: {now}\nArchitectures: amd64\nComponents: main\nSHA256:\n{sums}"
        )
        self._gpg("--output", str(folder / "InRelease"), "--clearsign", str(release))

    def _gpg(self, *arguments: str) -> None:
        run(
            [
                "gpg",
                "--homedir",
                self._gpg_home,
                "--batch",
                "--quiet",
                "--pinentry-mode",
                "loopback",
                "--passphrase",
                "",
                *arguments,
            ]
        )
