"""The rpm packages of the hosts with dnf, and the repository that updates them with notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from shell import run

RELEASE = "1"
OLD = f"1.0-{RELEASE}"
NEW = f"2.0-{RELEASE}"
SLOW_SECONDS = 2
# A line for each script that a root ran.
SCRIPT_LOG = Path("/var/log/ringmaster-e2e-scripts")
# rpm's own Lua runs the scripts, since the roots have no shell. Debian's rpm keeps its database below the home folder.
ENVIRONMENT = {"HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True)
class RPMPackage:
    """One package in two versions."""

    name: str
    is_security: bool = True
    is_slow: bool = False

    def spec(self, version: str) -> str:
        """The text of its spec file."""
        upstream, _, release = version.partition("-")
        script = ""
        if self.is_slow and version == NEW:
            log = f"local log = io.open('{SCRIPT_LOG}', 'a'); log:write('{self.name}\\n'); log:close()"
            script = f"%post -p <lua>\n{log}\nposix.sleep({SLOW_SECONDS})\n"
        return (
            f"Name: {self.name}\nVersion: {upstream}\nRelease: {release}\nSummary: {self.name}\nLicense: none\n"
            f"BuildArch: noarch\n%description\nnone\n{script}%files\n"
        )

    def file_name(self, version: str) -> str:
        """The name of the .rpm of a version."""
        return f"{self.name}-{version}.noarch.rpm"


SLOW = [RPMPackage(f"ringmaster-e2e-rpm-slow-{index}", is_slow=True) for index in range(1, 4)]
FEATURE = RPMPackage("ringmaster-e2e-rpm-feature", is_security=False)
PACKAGES = [*SLOW, RPMPackage("ringmaster-e2e-rpm-plain"), FEATURE]


class RPMRepository:
    """Two folders: what hosts start with, and what updates it."""

    def __init__(self, folder: Path) -> None:
        self.base = folder / "base"
        self.updates = folder / "updates"
        self._build = folder / "build"

    def create(self) -> None:
        """Builds both versions of every package, and publishes the new ones."""
        self._build.mkdir(parents=True)
        for folder, version in ((self.base, OLD), (self.updates, NEW)):
            self._publish(folder, version)
        notices = self._build / "updateinfo.xml"
        notices.write_text(f"<updates>{''.join(_notice(each) for each in PACKAGES if each.is_security)}</updates>\n")
        run(["modifyrepo_c", notices, self.updates / "repodata"])

    def _publish(self, folder: Path, version: str) -> None:
        specs: list[Path] = []
        for package in PACKAGES:
            specs.append(self._build / f"{package.name}-{version}.spec")
            specs[-1].write_text(package.spec(version))
        macros = [
            f"_topdir {self._build}",
            f"_rpmdir {folder}",
            "_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
        ]
        defines = [word for macro in macros for word in ("--define", macro)]
        run(["rpmbuild", "-bb", "--quiet", *defines, *specs], env=ENVIRONMENT)
        run(["createrepo_c", "--quiet", "--no-database", folder])


def _notice(package: RPMPackage) -> str:
    version, _, release = NEW.partition("-")
    day = datetime.now(UTC).strftime("%Y-%m-%d 00:00:00")
    return (
        f'<update from="ringmaster" status="final" type="security" version="1"><id>RINGMASTER-{package.name}</id>'
        f'<title>{package.name}</title><issued date="{day}"/><updated date="{day}"/><severity>Important</severity>'
        '<references/><pkglist><collection short="ringmaster"><name>ringmaster</name>'
        f'<package name="{package.name}" epoch="0" version="{version}" release="{release}" arch="noarch">'
        f"<filename>{package.file_name(NEW)}</filename></package></collection></pkglist></update>"
    )
