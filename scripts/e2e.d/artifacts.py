"""Keeps the logs of a failed run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from shell import attempt

HOST_LOGS = ["var/log/dpkg.log", "var/log/apt/history.log", "var/log/apt/term.log"]


def keep(run_folder: Path, target: Path, view: dict[str, Any]) -> None:
    """Copies every log out of the run's scratch folder, which is about to be removed."""
    target.mkdir(parents=True, exist_ok=True)
    (target / "cycle.json").write_text(json.dumps(view, indent=2))
    _copy(run_folder / "server.log", target)
    for log in (run_folder / "data").rglob("*.log"):
        _copy(log, target / "data")
    for name in ("console.log", "dpkg.log"):
        _copy(run_folder / "guest" / name, target / "guest")
    for log in run_folder.glob("*/agent.log"):
        _copy(log, target / log.parent.name)
    for host in (run_folder / "hosts").glob("*"):
        _copy(host / "console.log", target / host.name)
        for name in HOST_LOGS:
            _copy(host / "root" / name, target / host.name)
        journal = attempt(
            ["journalctl", "--directory", host / "root/var/log/journal", "--no-pager", "--output=short-iso"]
        )
        (target / host.name / "journal.log").write_text(journal.stdout + journal.stderr)


def _copy(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if source.is_file():
        shutil.copy(source, folder)
