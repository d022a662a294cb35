"""The Debian 12 root that all hosts share: of the main suite only, so that real security updates are pending."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from shell import E2EFailure, attempt, run, say

RELEASE = "bookworm"
# usr-is-merged stands in for usrmerge, which would bring all of Perl.
INCLUDED = [
    "apt",
    "ca-certificates",
    "dbus",
    "openssl",
    "systemd",
    "systemd-sysv",
    "unzip",
    "usr-is-merged",
    "xz-utils",
    "xzdec",
    "zip",
]
# Other updaters would race with the agent, and a login prompt would only fill the log.
MASKED = ["apt-daily.timer", "apt-daily-upgrade.timer", "console-getty.service"]


@dataclass(frozen=True)
class Mirror:
    """Where this machine's own apt gets Debian from."""

    main: str
    security: str
    main_release: bytes
    proxies: str

    @classmethod
    def of_this_machine(cls) -> Mirror:
        """Asks apt; needs `apt-get update` to have run."""
        found: dict[str, tuple[str, Path]] = {}
        for line in run(
            [
                "apt-get",
                "indextargets",
                "--format",
                "$(RELEASE)|$(COMPONENT)|$(REPO_URI)|$(FILENAME)",
                "Created-By: Packages",
            ]
        ).splitlines():
            release, component, site, file = line.split("|")
            if component == "main":
                found.setdefault(release, (site, Path(file)))
        missing = [suite for suite in (RELEASE, f"{RELEASE}-security") if suite not in found]
        if missing:
            raise E2EFailure(
                f"apt on this machine has no index of {' and '.join(missing)}: add Debian 12's suites to its "
                "sources and run `apt-get update`"
            )
        uri, index = found[RELEASE]
        prefix = index.name.partition(f"_dists_{RELEASE}_")[0]
        release_file = index.parent / f"{prefix}_dists_{RELEASE}_InRelease"
        content = release_file.read_bytes() if release_file.exists() else b""
        return cls(uri, found[f"{RELEASE}-security"][0], content, _proxies())

    def sources(self) -> str:
        """The lines for a host's sources.list."""
        return f"deb {self.main} {RELEASE} main\ndeb {self.security} {RELEASE}-security main\n"


class BaseRoot:
    """The base in the cache, made anew when the recipe or the mirror's release changed."""

    def __init__(self, cache: Path, mirror: Mirror) -> None:
        self._cache = cache
        self._mirror = mirror

    def ready(self) -> Path:
        """The base's folder; builds it when it is not in the cache."""
        self._cache.mkdir(parents=True, exist_ok=True)
        with open(self._cache / "lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            root = self._cache / f"base-{self._key()}"
            if not root.exists():
                self._remove_old()
                self._build(root)
            return root

    def _key(self) -> str:
        recipe = [Path(__file__).read_bytes(), self._mirror.sources().encode(), self._mirror.main_release]
        return hashlib.sha256(b"\0".join(recipe)).hexdigest()[:16]

    def _remove_old(self) -> None:
        for old in self._cache.glob("base-*"):
            shutil.rmtree(old)

    def _build(self, root: Path) -> None:
        say("making the Debian 12 base (about a minute; it is kept for later runs)")
        partial = root.with_name(f"{root.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        run(
            [
                "mmdebstrap",
                "--mode=root",
                "--variant=minbase",
                f"--include={','.join(INCLUDED)}",
                "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
                "--dpkgopt=force-unsafe-io",
                *[f"--aptopt={line}" for line in self._mirror.proxies.splitlines()],
                RELEASE,
                partial,
                f"deb {self._mirror.main} {RELEASE} main",
            ],
            timeout=900,
        )
        (partial / "etc/dpkg/dpkg.cfg.d/99mmdebstrap").unlink()
        apt = partial / "etc/apt"
        (apt / "sources.list").write_text(self._mirror.sources())
        (apt / "apt.conf.d/01ringmaster-e2e").write_text(self._mirror.proxies + 'Acquire::Languages "none";\n')
        for unit in MASKED:
            (partial / "etc/systemd/system" / unit).symlink_to("/dev/null")
        (partial / "var/log/journal").mkdir(parents=True, exist_ok=True)
        copy_resolver(partial)
        # The hosts' first refresh then only asks whether anything changed.
        run(["chroot", partial, "apt-get", "-q", "update"], timeout=300)
        partial.rename(root)


def copy_resolver(root: Path) -> None:
    """Lets a root resolve names as this machine does."""
    target = root / "etc/resolv.conf"
    target.unlink(missing_ok=True)
    shutil.copyfile("/etc/resolv.conf", target)


def _proxies() -> str:
    """This machine's proxy settings as apt.conf lines, from apt's configuration and the environment."""
    dump = attempt(["apt-config", "dump"]).stdout.splitlines()
    lines = [line for line in dump if line.startswith("Acquire::") and "::Proxy " in line and not line.endswith('"";')]
    for scheme in ("http", "https"):
        value = os.environ.get(f"{scheme}_proxy")
        if value and not any(line.startswith(f"Acquire::{scheme}::Proxy ") for line in lines):
            lines.append(f'Acquire::{scheme}::Proxy "{value}";')
    return "".join(f"{line}\n" for line in lines)
