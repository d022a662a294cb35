"""The server with its embedded PostgreSQL, started again when a fault kills it, and the CLI that speaks to it."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import processes
from shell import E2EFailure, attempt, run, say, wait_until

# How soon after a start an exit still counts as a failed attempt to start, which is tried again.
START_GRACE_SECONDS = 20.0


class ControlPlane:
    """`ringmaster serve`, supervised by a thread as an init system would."""

    def __init__(self, binary: Path, data: Path, workflows: Path, log: Path) -> None:
        self.binary = binary
        self.data = data
        self.url = f"https://127.0.0.1:{_free_port()}"
        self.problems: list[str] = []
        self._workflows = workflows
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._is_ending = False
        self._killed: set[int] = set()
        self._thread = threading.Thread(target=self._supervise, name="server", daemon=True)

    def start(self) -> None:
        """Makes a certificate authority, starts the server, and waits until it is ready."""
        run([self.binary, "ca", "init", "--data", self.data])
        self._thread.start()
        wait_until("the server's /readyz says 200", self.is_ready, timeout=90)
        say(f"the control plane is ready at {self.url}")

    def is_ready(self) -> bool:
        """Whether /readyz says 200."""
        try:
            context = ssl.create_default_context(cafile=str(self.data / "tls" / "ca.pem"))
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5, context=context) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def pid(self) -> int | None:
        """The running server."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def kill(self) -> int | None:
        """kill -9 of the server; the process it hit."""
        pid = self.pid()
        if pid is None:
            return None
        self._killed.add(pid)
        return pid if processes.kill([pid]) else None

    def postmaster(self) -> int | None:
        """The embedded PostgreSQL's postmaster, by the postmaster.pid below the data folder."""
        file = self._postmaster_file()
        if file is None:
            return None
        try:
            pid = int(file.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if processes.is_alive(pid) else None

    def database(self) -> tuple[str, str, str]:
        """Socket folder, port and the operating system's user of the embedded PostgreSQL."""
        file = self._postmaster_file()
        if file is None:
            raise E2EFailure(f"there is no postmaster.pid below {self.data}")
        lines = file.read_text().splitlines()
        return lines[4], lines[3], file.owner()

    def stop(self, timeout: float = 30) -> int:
        """SIGTERM, as an operator stops it; the exit status."""
        process = self._process
        self._is_ending = True
        if process is None or process.poll() is not None:
            raise E2EFailure("the server was not running when it was to be stopped")
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise E2EFailure(f"the server did not stop within {timeout:.0f} s of SIGTERM") from error

    # The CLI

    def attempt(self, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Runs `ringmaster …` against this server."""
        environment = {
            **os.environ,
            "RINGMASTER_SERVER": self.url,
            "USER": "e2e",
            "RINGMASTER_TOKEN_FILE": str(self.data / "operator.token"),
        }
        return attempt([self.binary, *arguments], timeout=timeout, env=environment)

    def ask(self, *arguments: str, patience: float = 60) -> Any:
        """The JSON answer of a question, asked again while the server is down."""
        deadline = time.monotonic() + patience
        while True:
            done = self.attempt(*arguments, "-o", "json")
            if done.returncode == 0:
                return json.loads(done.stdout)
            if time.monotonic() > deadline:
                raise E2EFailure(
                    f"`ringmaster {' '.join(arguments)}` ended with status {done.returncode} "
                    f"for {patience:.0f} s:\n{(done.stdout + done.stderr).strip()[-2000:]}"
                )
            time.sleep(0.5)

    # Supervision

    def _supervise(self) -> None:
        while not self._is_ending:
            with open(self._log, "ab") as log:
                log.write(f"=== start at {time.strftime('%H:%M:%S')} ===\n".encode())
                log.flush()
                self._started_at = time.monotonic()
                self._process = subprocess.Popen(self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            status = self._process.wait()
            if not self._is_ending and self._process.pid not in self._killed:
                self._note_exit(status)
                time.sleep(0.5)

    def _note_exit(self, status: int) -> None:
        """An exit of its own is a fault, unless it failed to start because of a kill just before."""
        lived = time.monotonic() - self._started_at
        say(f"the server ended by itself with status {status} after {lived:.1f} s")
        if lived > START_GRACE_SECONDS or not self._killed:
            self.problems.append(f"the server ended by itself with status {status} after {lived:.1f} s")

    def _command(self) -> list[str | Path]:
        return [
            self.binary,
            "serve",
            "--data",
            self.data,
            "--listen",
            self.url.removeprefix("https://"),
            "--workflows",
            self._workflows,
            # Hosts with a stock agent fetch it.
            "--agent-binary",
            self.binary.with_name("ringmaster-agent"),
        ]

    def _postmaster_file(self) -> Path | None:
        for folder, _, files in os.walk(self.data, followlinks=True):
            if "postmaster.pid" in files:
                return Path(folder) / "postmaster.pid"
        return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
