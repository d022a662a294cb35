"""Commands, and waiting with a bound."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")


class E2EFailure(Exception):
    """The run cannot go on; the message tells a person why."""


def say(text: str) -> None:
    """Prints a line with the time since the harness started."""
    print(f"[{time.monotonic() - _START:6.1f}s] {text}", flush=True)


def attempt(
    command: Sequence[str | Path],
    *,
    timeout: float = 120,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Runs a command whose failure is an answer, not an end; a time-out is exit status 124."""
    words = [str(word) for word in command]
    try:
        return subprocess.run(
            words,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            env=env,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(words, 124, "", f"no end after {timeout:.0f} s")


def run(
    command: Sequence[str | Path],
    *,
    timeout: float = 120,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
) -> str:
    """Runs a command that has to succeed, and returns what it printed."""
    done = attempt(command, timeout=timeout, env=env, stdin=stdin)
    if done.returncode != 0:
        words = " ".join(str(word) for word in command)
        output = (done.stdout + done.stderr).strip()[-2000:]
        raise E2EFailure(f"`{words}` ended with status {done.returncode}:\n{output}")
    return done.stdout


def wait_until(
    what: str,
    probe: Callable[[], Value | None],
    *,
    timeout: float,
    every: float = 0.1,
) -> Value:
    """Asks until the answer is more than None, False, 0 or nothing, at most `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > deadline:
            raise E2EFailure(f"waited {timeout:.0f} s in vain: {what}")
        time.sleep(every)


_START = time.monotonic()
