"""The guest's disk: a Debian 12 root with an older kernel than the security suite's, made without mounting a disk."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base_root import SMALLEST, Recipe
from shell import E2EFailure, run

LABEL = "ringmaster"
METAPACKAGE = "linux-image-cloud-amd64"
DISK_SIZE = "3G"
# The guest's side of QEMU's user-mode network.
HOST_ADDRESS = "10.0.2.2"
NAMESERVER = "10.0.2.3"
STATE = Path("/var/lib/ringmaster-agent")
CODE = Path("/etc/ringmaster-activation.code")

# Everything but the kernel is as new as it can be, so that the kernel alone is pending.
_PREFERENCES = "etc/apt/preferences.d/ringmaster-e2e"
GUEST = Recipe(
    "guest",
    [*SMALLEST, METAPACKAGE, "e2fsprogs", "grub-pc", "initramfs-tools"],
    is_secured=True,
    options=[
        f"--setup-hook=printf 'Package: linux-image-*\\nPin: release n=bookworm-security\\nPin-Priority: 100\\n' "
        f'> "$1/{_PREFERENCES}"',
        "--essential-hook=echo grub-pc grub-pc/install_devices_empty boolean true | chroot $1 debconf-set-selections",
        f'--customize-hook=rm "$1/{_PREFERENCES}"',
    ],
)


@dataclass(frozen=True)
class Enrolment:
    """What the guest enrols itself with at its first boot."""

    name: str
    port: int
    activation: dict[str, Any]


class GuestImage:
    """A disk of one file system, and the boot medium that passes for the machine's boot loader."""

    def __init__(self, folder: Path) -> None:
        self.disk = folder / "disk.ext4"
        self.medium = folder / "boot.iso"
        self._folder = folder

    def build(self, base: Path, enrolment: Enrolment, agent: Path, unit_file: Path) -> str:
        """Writes both files; returns the kernel that the disk boots."""
        root, upper, work = (self._folder / name for name in ("root", "upper", "work"))
        for path in (root, upper, work):
            path.mkdir(parents=True)
        overlay = f"lowerdir={base},upperdir={upper},workdir={work}"
        run(["mount", "-t", "overlay", "ringmaster-e2e-guest", "-o", overlay, root])
        kernel = _kernel(root)
        shutil.copy(agent, root / "usr/bin/ringmaster-agent")
        shutil.copy(unit_file, root / "etc/systemd/system")
        for name, text in _files(enrolment, kernel).items():
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.write_text(text)
        (root / CODE.relative_to("/")).chmod(0o600)
        units = ["ringmaster-e2e-server.socket", "ringmaster-e2e-enrol.service", unit_file.name]
        run(["chroot", root, "systemctl", "--quiet", "enable", "systemd-networkd.service", *units])
        run(["mkfs.ext4", "-q", "-L", LABEL, "-d", root, self.disk, DISK_SIZE], timeout=300)
        run(["umount", root])
        self._make_medium()
        return kernel

    def read(self, path: str) -> str:
        """A file of the disk of a guest that is off; empty when there is none."""
        return run(["debugfs", "-R", f"cat {path}", self.disk])

    def _make_medium(self) -> None:
        """A GRUB that does nothing but hand over to the menu on the guest's own disk."""
        menu = self._folder / "medium/boot/grub/grub.cfg"
        menu.parent.mkdir(parents=True)
        menu.write_text(f"search --no-floppy --label {LABEL} --set=root\nconfigfile /boot/grub/grub.cfg\n")
        run(["grub-mkrescue", "-o", self.medium, self._folder / "medium"])


def _kernel(root: Path) -> str:
    kernels = [path.name.removeprefix("vmlinuz-") for path in (root / "boot").glob("vmlinuz-*")]
    if len(kernels) != 1:
        raise E2EFailure(f"the guest's base has the kernels {kernels}, not one")
    return kernels[0]


def _files(enrolment: Enrolment, kernel: str) -> dict[str, str]:
    server = f"https://127.0.0.1:{enrolment.port}"
    enrol = (
        f"/usr/bin/ringmaster-agent enrol --server {server} --activation {enrolment.activation['activation']} "
        f"--code-file {CODE} --order-key {enrolment.activation['orderKey']} "
        f"--ca-sha256 {enrolment.activation['caSHA256']} --state-dir {STATE} --name {enrolment.name}"
    )
    return {
        "etc/hostname": f"{enrolment.name}\n",
        "etc/machine-id": "",
        "etc/fstab": f"LABEL={LABEL} / ext4 errors=remount-ro 0 1\n",
        "etc/resolv.conf": f"nameserver {NAMESERVER}\n",
        "etc/systemd/network/ringmaster-e2e.network": (
            f"[Match]\nType=ether\n[Network]\nAddress=10.0.2.15/24\nGateway={HOST_ADDRESS}\n"
        ),
        # The menu for the first boot names its kernel; only the guest's own update-grub leads to another one.
        "boot/grub/grub.cfg": (
            f"linux /boot/vmlinuz-{kernel} root=LABEL={LABEL} ro console=ttyS0\n"
            f"initrd /boot/initrd.img-{kernel}\nboot\n"
        ),
        "etc/default/grub": 'GRUB_TIMEOUT=0\nGRUB_TERMINAL=console\nGRUB_CMDLINE_LINUX="console=ttyS0"\n',
        # The control plane listens on the machine's loopback, and here on the guest's.
        "etc/systemd/system/ringmaster-e2e-server.socket": (
            f"[Socket]\nListenStream=127.0.0.1:{enrolment.port}\n[Install]\nWantedBy=sockets.target\n"
        ),
        "etc/systemd/system/ringmaster-e2e-server.service": (
            f"[Service]\nExecStart=/lib/systemd/systemd-socket-proxyd {HOST_ADDRESS}:{enrolment.port}\n"
        ),
        "etc/systemd/system/ringmaster-e2e-enrol.service": (
            f"[Unit]\nBefore=ringmaster-agent.service\nConditionPathExists=!{STATE}/agent.json\n"
            f"[Service]\nType=oneshot\nExecStart={enrol}\n[Install]\nWantedBy=multi-user.target\n"
        ),
        str(CODE.relative_to("/")): enrolment.activation["code"],
    }
