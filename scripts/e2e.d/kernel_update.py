"""A cycle that patches the kernel of a guest, whose reboot is a real one: scripts/e2e --vm."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from base_root import BaseRoot, Mirror
from checks import Checks
from control_plane import ControlPlane
from cycle import Cycle, host_runs
from dpkg_log import DpkgLog
from fleet import last_reboot, nodes_by_name
from guest import Guest
from guest_image import GUEST, METAPACKAGE, Enrolment, GuestImage
from shell import say, wait_until
from verdict import judge_stop

NAME = "guest"
ENROLMENT_SECONDS = 240.0
# An emulated guest takes its time to unpack a kernel and to make its initramfs.
CYCLE_SECONDS = 1800.0


def patch_kernel(
    arguments: argparse.Namespace, server: ControlPlane, cycle: Cycle, unit_file: Path, checks: Checks
) -> None:
    """Boots the guest with its old kernel, drives the cycle, and judges what became of it."""
    image = GuestImage(arguments.run / "guest")
    base = BaseRoot(arguments.cache, Mirror.of_this_machine(), GUEST).ready()
    activation = server.ask(
        "activation", "create", "--site", "london", "--patch-group", "Debian12-early", "--expires", "1h"
    )
    enrolment = Enrolment(NAME, int(server.url.rpartition(":")[2]), activation)
    old = image.build(base, enrolment, arguments.bin / "ringmaster-agent", unit_file)
    guest = Guest(image, arguments.run / "guest")
    guest.start()
    say(f"the guest is started with kernel {old}")
    wait_until(
        "the guest has enrolled itself",
        lambda: guest.kernels() and NAME in nodes_by_name(server),
        timeout=ENROLMENT_SECONDS,
        every=2,
    )
    say("the guest is enrolled")
    cycle.start()
    view = cycle.drive(lambda _: None, CYCLE_SECONDS)
    node = nodes_by_name(server)[NAME]
    reboot = last_reboot(server, node["id"])
    kernels = guest.kernels()
    guest.switch_off()
    say("the guest is off")
    _judge_cycle(view, node, checks)
    _judge_reboot(reboot, old, kernels, checks)
    _judge_disk(image, arguments.run / "guest", old, reboot, checks)
    checks.equal("the server never ended by itself", server.problems, [])
    judge_stop(server, checks)


def _judge_cycle(view: dict[str, Any], node: dict[str, object], checks: Checks) -> None:
    checks.equal("the cycle is completed", view["state"], "completed")
    for stage in ("scan", "early"):
        checks.equal(f"the guest's host run of stage {stage}", host_runs(view, stage), {NAME: "succeeded"})
    checks.equal("the guest is COMPLIANT", node["compliance"], "COMPLIANT")


def _judge_reboot(reboot: dict[str, Any], old: str, kernels: list[str], checks: Checks) -> None:
    new = str(reboot.get("kernelAfter"))
    checks.equal("the reboot's verdict", reboot.get("outcome"), "confirmed")
    checks.equal("the kernel before the reboot", reboot.get("kernelBefore"), old)
    checks.equal("the kernel after it is the one that was expected", new, reboot.get("expectedKernel"))
    checks.record("the boot before and the boot after differ", reboot.get("bootBefore") != reboot.get("bootAfter"))
    checks.record("the new kernel is another one", new != old, f"{old} → {new}")
    checks.equal("the guest's boots by its console", kernels, [old, new])


def _judge_disk(image: GuestImage, folder: Path, old: str, reboot: dict[str, Any], checks: Checks) -> None:
    """What the guest's disk says of itself, read while the guest is off."""
    new = str(reboot.get("kernelAfter"))
    path = folder / "dpkg.log"
    path.write_text(image.read("/var/log/dpkg.log"))
    log = DpkgLog(path)
    checks.equal("upgrades of the kernel's metapackage by dpkg.log", len(log.packages[METAPACKAGE].unpacked), 1)
    checks.record(f"dpkg.log names linux-image-{new} as new", f"linux-image-{new}" in log.others)
    states = set(re.findall(r"^Status: (.+)$", image.read("/var/lib/dpkg/status"), re.MULTILINE))
    checks.equal("the states of the guest's packages", states, {"install ok installed"})
    menu = re.findall(r"vmlinuz-(\S+)", image.read("/boot/grub/grub.cfg"))
    checks.record("the guest's own menu starts the new kernel and keeps the old", menu[:1] == [new] and old in menu)
