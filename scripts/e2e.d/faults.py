"""The faults of a run: what is killed, at which moment, drawn from the seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum

# Only so many of the slow packages are aimed at, so that a fault that comes too late finds another one.
LAST_POSITION = 4


class Kind(Enum):
    """What kill -9 hits."""

    SERVER = "server"
    AGENT = "agent"
    HOST = "host"
    POSTGRES = "PostgreSQL"


@dataclass(frozen=True)
class DuringDpkg:
    """dpkg on a host has begun to configure so many of the slow packages, and still runs.

    At position 0 it has begun to unpack, so that the fault strikes among the real packages.
    """

    host: str
    position: int

    def __str__(self) -> str:
        what = f"configures slow package {self.position}" if self.position else "unpacks"
        return f"while dpkg on {self.host} {what}"


@dataclass(frozen=True)
class StageIs:
    """A stage of the cycle is in a state; `gate` is when the harness approves."""

    stage: str
    state: str

    def __str__(self) -> str:
        return f"when stage {self.stage} is in state {self.state}"


@dataclass(frozen=True)
class Fault:
    """One fault."""

    kind: Kind
    moment: DuringDpkg | StageIs
    # Seconds between the moment and the kill.
    delay: float
    # An agent's apt and dpkg die with it.
    takes_children: bool = False

    @property
    def target(self) -> str:
        """What has to recover before the next fault of the same target: a host, or the control plane."""
        if self.kind in (Kind.SERVER, Kind.POSTGRES) or not isinstance(self.moment, DuringDpkg):
            return "control plane"
        return self.moment.host

    def __str__(self) -> str:
        children = " with its apt and dpkg" if self.takes_children else ""
        return f"kill -9 of the {self.kind.value}{children} {self.delay:.2f} s after: {self.moment}"


def draw(seed: int, hosts: list[str]) -> list[Fault]:
    """Each kind twice: agents and hosts in the middle of dpkg, server and PostgreSQL there and between stages."""
    generator = random.Random(seed)
    positions = {host: generator.sample(range(1, LAST_POSITION + 1), LAST_POSITION) for host in hosts}

    def configuring(host: str) -> DuringDpkg:
        return DuringDpkg(host, positions[host].pop())

    def inside() -> float:
        return generator.uniform(0.1, 1.2)

    # One agent and one host are hit while dpkg unpacks, on different hosts; the other two while it configures.
    unpacking_agent, unpacking_host, quiet = generator.sample(hosts, 3)
    other_agent, other_host = generator.choice([unpacking_host, quiet]), generator.choice([unpacking_agent, quiet])
    with_children = generator.sample([False, True], 2)
    servers = generator.sample(hosts, 2)
    gates = [StageIs(stage, "gate") for stage in ("scan", *hosts)]
    between = generator.sample([StageIs("scan", "running"), *gates], 2)
    return [
        Fault(Kind.AGENT, DuringDpkg(unpacking_agent, 0), inside(), with_children[0]),
        Fault(Kind.AGENT, configuring(other_agent), inside(), with_children[1]),
        Fault(Kind.HOST, DuringDpkg(unpacking_host, 0), inside()),
        Fault(Kind.HOST, configuring(other_host), inside()),
        Fault(Kind.SERVER, configuring(servers[0]), inside()),
        Fault(Kind.POSTGRES, configuring(servers[1]), inside()),
        Fault(Kind.SERVER, between[0], generator.uniform(0, 0.4)),
        Fault(Kind.POSTGRES, between[1], generator.uniform(0, 0.4)),
    ]
