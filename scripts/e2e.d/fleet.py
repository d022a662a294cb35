"""The booted hosts as nodes of the control plane: enrolled, each with its agent as a systemd unit."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from control_plane import ControlPlane
from host import AGENT, Host
from shell import say, wait_until

STATE = Path("/var/lib/ringmaster-agent")
CODE = Path("/run/ringmaster-activation.code")
UNIT = "ringmaster-agent.service"
REBOOT_COMMAND = Path("/usr/local/sbin/ringmaster-e2e-reboot")
REBOOT_LOG = Path("/var/log/ringmaster-e2e-reboots")


def enrol(host: Host, server: ControlPlane, unit_file: Path) -> None:
    """Enrols a host with an activation of its own, and starts its agent, whose reboots leave a line each on the host."""
    host.install_file(
        REBOOT_COMMAND,
        f"#!/bin/sh\ncat /proc/sys/kernel/random/boot_id >> {REBOOT_LOG}\nexec systemctl reboot\n",
        mode=0o755,
    )
    activation = server.ask(
        "activation", "create", "--site", host.plan.site, "--patch-group", host.plan.patch_group, "--expires", "1h"
    )
    host.run("sh", "-c", f"umask 077; printf %s '{activation['code']}' > {CODE}")
    host.run(
        str(AGENT),
        "enrol",
        "--server",
        server.url,
        "--activation",
        activation["activation"],
        "--code-file",
        str(CODE),
        "--order-key",
        activation["orderKey"],
        "--ca-sha256",
        activation["caSHA256"],
        "--state-dir",
        str(STATE),
        "--name",
        host.name,
        "--reboot-command",
        str(REBOOT_COMMAND),
    )
    host.run("rm", str(CODE))
    host.install_file(Path("/etc/systemd/system") / UNIT, unit_file.read_text())
    host.run("systemctl", "daemon-reload")
    host.run("systemctl", "enable", "--quiet", "--now", UNIT)
    say(f"host {host.name} is enrolled")


def agent_pid(host: Host) -> int | None:
    """The agent's process on a host, when it runs."""
    pids = host.pids(AGENT.name)
    return pids[0] if pids else None


def ordered_reboots(host: Host) -> list[str]:
    """The boots that its agent ended by its reboot command, by their ids."""
    log = host.root / REBOOT_LOG.relative_to("/")
    return log.read_text().split() if log.exists() else []


def last_reboot(server: ControlPlane, node: object) -> dict[str, Any]:
    """What `node show` tells of a node's last boot; empty when there was none."""
    return server.ask("node", "show", str(node)).get("lastReboot") or {}


def nodes_by_name(server: ControlPlane) -> dict[str, dict[str, object]]:
    """The control plane's nodes, by the name they were enrolled with."""
    answer = server.ask("node", "ls")
    items = answer["items"] if isinstance(answer, dict) else answer
    return {node["name"]: node for node in items}


def wait_for_nodes(server: ControlPlane, hosts: list[Host]) -> None:
    """Waits until all are listed and all agents run."""
    wanted = {host.name for host in hosts}

    def are_listed() -> bool:
        return wanted <= set(nodes_by_name(server))

    wait_until("the control plane lists all nodes", are_listed, timeout=30, every=0.5)
    for host in hosts:
        wait_until(f"the agent of host {host.name} runs", partial(agent_pid, host), timeout=30)
