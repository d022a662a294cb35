"""What apt on a host would install, and which of it the baseline approves."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from host import Host
from local_packages import REJECTED

_INST = re.compile(r"^Inst (?P<name>\S+) \[(?P<old>[^]]+)\] \((?P<new>\S+) (?P<origins>[^[]*)\[(?P<arch>[^]]+)\]\)")


@dataclass(frozen=True, order=True)
class Update:
    """One pending update."""

    name: str
    old: str
    new: str
    is_security: bool

    @property
    def is_approved(self) -> bool:
        """What the harness's baseline says: security updates but the rejected one."""
        return self.is_security and self.name != REJECTED.name


def refreshed_pending(hosts: list[Host]) -> dict[str, list[Update]]:
    """Each host's pending updates by fresh indexes."""
    with ThreadPoolExecutor() as pool:
        return dict(zip([host.name for host in hosts], pool.map(_refreshed_pending, hosts), strict=True))


def _refreshed_pending(host: Host) -> list[Update]:
    """The updates of apt's own simulation of a full upgrade; any source that fails is an error."""
    host.run("apt-get", "-q", "update", "-o", "APT::Update::Error-Mode=any")
    output = host.run("apt-get", "-s", "-o", "APT::Get::Show-User-Simulation-Note=false", "dist-upgrade")
    matches = [_INST.match(line) for line in output.splitlines()]
    return sorted(
        Update(match["name"], match["old"], match["new"], "Debian-Security:" in match["origins"])
        for match in matches
        if match
    )
