"""A guest in QEMU: a real kernel, real firmware and a real boot loader, emulated in software."""

from __future__ import annotations

import re
import socket
import subprocess
from pathlib import Path

from guest_image import GuestImage
from shell import E2EFailure, wait_until

MEMORY_MEGABYTES = 768
_KERNEL = re.compile(r"Linux version (\S+)")


class Guest:
    """A machine that reboots by itself; what it does is read from its console."""

    def __init__(self, image: GuestImage, folder: Path) -> None:
        self._image = image
        self._console = folder / "console.log"
        self._monitor = folder / "monitor"
        self._qemu: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Switches it on."""
        self._qemu = subprocess.Popen(
            [
                "qemu-system-x86_64",
                *["-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2"],
                *["-m", str(MEMORY_MEGABYTES), "-display", "none", "-serial", f"file:{self._console}"],
                *["-monitor", f"unix:{self._monitor},server,nowait"],
                *["-drive", f"file={self._image.disk},format=raw,if=virtio,cache=unsafe"],
                *["-cdrom", str(self._image.medium), "-boot", "d"],
                *["-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net", "-device", "virtio-rng-pci"],
            ],
            stdin=subprocess.DEVNULL,
        )

    def kernels(self) -> list[str]:
        """The kernel of each boot so far, as each called itself on the console."""
        if self._qemu is None or self._qemu.poll() is not None:
            raise E2EFailure(f"the guest is off; the end of its console:\n{self.console()[-2000:]}")
        return _KERNEL.findall(self.console())

    def console(self) -> str:
        """All that it wrote to its serial port."""
        return self._console.read_text(errors="replace") if self._console.exists() else ""

    def switch_off(self, timeout: float = 120) -> None:
        """Presses the power button, and waits until it is off."""
        qemu = self._qemu
        if qemu is None:
            return
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.connect(str(self._monitor))
            monitor.sendall(b"system_powerdown\n")
            wait_until("the guest is off", lambda: qemu.poll() is not None, timeout=timeout)
