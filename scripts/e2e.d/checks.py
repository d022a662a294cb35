"""The list of what was checked, each printed as a line."""

from __future__ import annotations


class Checks:
    """Collects and prints the outcomes."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed: list[str] = []

    def record(self, what: str, holds: bool, detail: str = "") -> None:
        """Prints a check as ok or FAIL."""
        if holds:
            self.passed += 1
        else:
            self.failed.append(what)
        print(f"{'ok  ' if holds else 'FAIL'} {what}{f' ({detail})' if detail else ''}", flush=True)

    def equal(self, what: str, found: object, expected: object) -> None:
        """A check that two values are the same; tells both when they are not."""
        holds = found == expected
        self.record(what, holds, "" if holds else f"found {found!r}, expected {expected!r}")
