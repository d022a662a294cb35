"""What an agent costs its host: scans beside the package manager's own answer, memory, and wake-ups while it waits.

Started by scripts/benchmark, in namespaces of its own. The hosts and the control plane are those of the end-to-end test.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1] / "e2e.d"))

# pylint: disable=wrong-import-position
from idle import idle  # noqa: E402
from scans import scan_apt, scan_dnf  # noqa: E402
from shell import E2EFailure, run  # noqa: E402

PACKAGE_SCRIPT = Path(__file__).resolve().parents[1] / "package"


def main() -> int:
    """Runs all parts; 0 when every goal is met."""
    arguments = parse()
    parts = {
        "agent: apt scan": lambda: scan_apt(arguments.run, arguments.cache, arguments.bin, arguments.rounds),
        "agent: dnf scan": lambda: scan_dnf(arguments.run, arguments.bin, arguments.rounds),
        "agent: idle": lambda: idle(arguments.run, arguments.bin, arguments.seconds),
        "agent: packages": lambda: packages(arguments.run, arguments.bin),
    }
    missed = False
    for name, measure in parts.items():
        try:
            # What the hosts' makers say is no result.
            with contextlib.redirect_stdout(sys.stderr):
                figures, goals = measure()
        except E2EFailure as failure:
            print(f"{name}: {failure}", file=sys.stderr)
            missed = True
            continue
        missed = missed or any(figures[goal] > most for goal, most in goals.items())
        print(json.dumps({"benchmark": name, "machine": machine(), "figures": figures, "goals": goals}), flush=True)
    return 1 if missed else 0


def parse() -> argparse.Namespace:
    """The command line, as scripts/benchmark writes it."""
    parser = argparse.ArgumentParser(prog="scripts/benchmark agent")
    parser.add_argument("--run", type=Path, required=True, help="scratch folder of this run")
    parser.add_argument("--cache", type=Path, required=True, help="folder that keeps the Debian base between runs")
    parser.add_argument("--bin", type=Path, required=True, help="folder of the product's binaries")
    parser.add_argument("--rounds", type=int, default=7, help="pairs of scans, one after the other")
    parser.add_argument("--seconds", type=int, default=40, help="how long the idle agent is looked at, in one poll")
    return parser.parse_args()


def packages(folder: Path, binaries: Path) -> tuple[dict[str, Any], dict[str, float]]:
    """The sizes of the agent's packages."""
    made = run([PACKAGE_SCRIPT, "--bin", binaries, "--out", folder / "packages"], timeout=600).split()
    sizes = {f"{Path(file).suffix[1:]}MB": round(Path(file).stat().st_size / 1e6, 1) for file in made}
    return sizes, {name: 25.0 for name in sizes}


def machine() -> dict[str, Any]:
    """What was measured on; other work disturbs the figures."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memoryGiB": round(memory / (1 << 30)),
        "system": platform.freedesktop_os_release()["PRETTY_NAME"],
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    sys.exit(main())
