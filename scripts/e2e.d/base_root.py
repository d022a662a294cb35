"""The Debian 12 roots that hosts are made of, kept from run to run."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from shell import E2EFailure, attempt, run, say

RELEASE = "bookworm"


@dataclass(frozen=True)
class Recipe:
    """What a root is made of."""

    name: str
    included: list[str]
    # Whether the security suite is there from the start; otherwise its real updates are pending.
    is_secured: bool = False
    # More of mmdebstrap's options.
    options: list[str] = field(default_factory=list)


# usr-is-merged stands in for usrmerge, which would bring all of Perl.
SMALLEST = ["apt", "ca-certificates", "dbus", "systemd", "systemd-sysv", "usr-is-merged"]
CONTAINER = Recipe("base", [*SMALLEST, "openssl", "unzip", "xz-utils", "xzdec", "zip"])
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

    def __init__(self, cache: Path, mirror: Mirror, recipe: Recipe) -> None:
        self._cache = cache
        self._mirror = mirror
        self._recipe = recipe

    def ready(self) -> Path:
        """The base's folder; builds it when it is not in the cache."""
        self._cache.mkdir(parents=True, exist_ok=True)
        with open(self._cache / "lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            root = self._cache / f"{self._recipe.name}-{self._key()}"
            if not root.exists():
                self._remove_old()
                self._build(root)
            return root

    def _key(self) -> str:
        recipe = [Path(__file__).read_bytes(), repr(self._recipe).encode(), self._mirror.sources().encode()]
        return hashlib.sha256(b"\0".join([*recipe, self._mirror.main_release])).hexdigest()[:16]

    def _remove_old(self) -> None:
        for old in self._cache.glob(f"{self._recipe.name}-*"):
            shutil.rmtree(old)

    def _build(self, root: Path) -> None:
        say(f"making the Debian 12 {self._recipe.name} (a minute or two; it is kept for later runs)")
        partial = root.with_name(f"{root.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        run(
            [
                "mmdebstrap",
                "--mode=root",
                "--variant=minbase",
                f"--include={','.join(self._recipe.included)}",
                "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
                "--dpkgopt=force-unsafe-io",
                *[f"--aptopt={line}" for line in self._mirror.proxies.splitlines()],
                *self._recipe.options,
                RELEASE,
                partial,
                *self._mirror.sources().splitlines()[: 2 if self._recipe.is_secured else 1],
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
