"""A stand-in for amazon-ssm-agent 3.3, as the protocol shows it from outside: it runs on a host, as that host's unit.

`register` makes the host a node by an activation. `run` has temporary credentials, tells what it runs on, polls, acknowledges, runs the
scripts of documents, replies, and reboots the host where a script ends with 194; what it was doing is kept, and goes on at its next
start. Standard library and openssl only.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sigv4 import AWSError
from stock_vault import MESSAGES, SHARED_CREDENTIALS, SSM, STATE, Vault, register, replace_file

VERSION = "3.3.0.0"
CONFIGURATION = Path("/etc/amazon/ssm/amazon-ssm-agent.json")
# An answer that comes sooner is no long poll's.
SHORTEST_POLL_SECONDS = 1.0
SHORT_POLL_PAUSE_SECONDS = 2.2
REBOOT_STATUS = 194
OUTPUT_CHARACTERS = 24_000
# The real one takes 1 to 15 s from its last reply to `shutdown -r`, with a minute's notice, and 60 s to find that a document's process
# is gone. Here the host's plan says how long the notice is, and the loss is found sooner.
SHUTDOWN_AFTER_SECONDS = 1.0
NOTICE = os.environ.get("STAND_IN_NOTICE", "+1")
LOST_AFTER_SECONDS = float(os.environ.get("STAND_IN_LOST_AFTER", "60"))
LOST = "document process failed unexpectedly: ipc messaging received timeout signal"


def main() -> int:
    """`register CODE ID`, or `run`."""
    configuration = json.loads(CONFIGURATION.read_text())
    url, region = configuration["Ssm"]["Endpoint"], configuration["Agent"]["Region"]
    match sys.argv[1:]:
        case ["register", code, activation]:
            register(url, region, code, activation)
        case ["run"]:
            Agent(url, region).run()
        case _:
            return 64
    return 0


def note(text: str) -> None:
    """A line for the journal."""
    print(text, flush=True)


class Agent:
    """The registered agent."""

    def __init__(self, url: str, region: str) -> None:
        self._region = region
        self._vault = Vault(url, region)
        self.node = self._vault.node
        self._folder = STATE / self.node
        self._documents = self._folder / "document/state/current"
        self._commands = self._folder / "idempotency/SendCommand"
        self._replies = self._folder / "replies"
        # Set: the host is to go down, and the agent is deaf until it has.
        self._rebooting = threading.Event()

    def run(self) -> None:
        """Until the host goes down."""
        for folder in (self._documents, self._commands, self._replies):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._tell_itself()
        self._send_kept_replies()
        for file in sorted(self._documents.glob("[!.]*")):
            self._begin(self._go_on, file)
        while not self._rebooting.is_set():
            began = time.monotonic()
            for message in self._poll():
                self._take(message)
            if time.monotonic() - began < SHORTEST_POLL_SECONDS:
                time.sleep(SHORT_POLL_PAUSE_SECONDS)
        signal.pause()

    # Calls

    def _tell_itself(self) -> None:
        """First whether the node is there, then what it runs on; then its associations, which are none."""
        system = platform.freedesktop_os_release()
        known = {
            "AgentName": "amazon-ssm-agent",
            "AgentVersion": VERSION,
            "InstanceId": self.node,
            "PlatformType": "Linux",
        }
        told = {
            "AgentStatus": "Active",
            "ComputerName": socket.gethostname(),
            "IPAddress": "127.0.0.1",
            "PlatformName": system["NAME"],
            "PlatformVersion": system["VERSION_ID"],
            "SSMConnectionChannel": "ec2messages",
        }
        self._vault.call(f"{SSM}UpdateInstanceInformation", known)
        self._vault.call(f"{SSM}UpdateInstanceInformation", known | told)
        associations = self._vault.call(f"{SSM}ListInstanceAssociations", {"InstanceId": self.node, "MaxResults": 20})
        note(f"{self.node} has {len(associations['Associations'])} associations")

    def _poll(self) -> list[dict[str, str]]:
        request = {
            "Destination": self.node,
            "MessagesRequestId": str(uuid.uuid4()),
            "VisibilityTimeoutInSeconds": 10,
        }
        try:
            return list(self._vault.call(f"{MESSAGES}GetMessages", request)["Messages"])
        except AWSError as error:
            note(f"cannot get messages: {error}")
            return []

    # Documents

    def _take(self, message: dict[str, str]) -> None:
        """Says that it has come, each time, and runs a command that is new."""
        if not message["Topic"].startswith("aws.ssm.sendCommand"):
            return
        identity = message["MessageId"]
        command = identity.split(".")[-2]
        self._reply(identity, "InProgress", None)
        self._vault.call(f"{MESSAGES}AcknowledgeMessage", {"MessageId": identity})
        known = self._commands / command
        if known.exists():
            note(f"command {command} is known")
            return
        known.touch()
        file = self._documents / command
        document = json.loads(message["Payload"])["DocumentContent"]
        replace_file(file, json.dumps({"message": identity, "status": "Pending", "document": document, "output": ""}))
        self._begin(self._run_document, file)

    @staticmethod
    def _begin(work: Callable[[Path], None], file: Path) -> None:
        threading.Thread(target=work, args=(file,), daemon=True).start()

    def _go_on(self, file: Path) -> None:
        """A reboot's step is run again from its first line; what a power cut has interrupted is lost, and told so after a while."""
        state = json.loads(file.read_text())
        if state["status"] == "InProgress":
            time.sleep(LOST_AFTER_SECONDS)
            step = {"status": "Failed", "code": 1, "output": LOST, "standardOutput": "", "standardError": ""}
            self._end(file, state, "Failed", step)
        else:
            self._run_document(file)

    def _run_document(self, file: Path) -> None:
        state = json.loads(file.read_text())
        (step,) = state["document"]["mainSteps"]
        state["status"] = "InProgress"
        replace_file(file, json.dumps(state))
        began = _now()
        code, output, errors = self._run_script(file.name, step)
        state["output"] += output
        status = {0: "Success", REBOOT_STATUS: "SuccessAndReboot"}.get(code, "Failed")
        note(f"command {file.name}: step {step['name']} ended with status {code}: {output}{errors}")
        result = {
            "status": status,
            "code": code,
            "name": step["action"],
            "startDateTime": began,
            "endDateTime": _now(),
            "standardOutput": state["output"][-OUTPUT_CHARACTERS:],
            "standardError": errors[-OUTPUT_CHARACTERS:],
        }
        if status == "SuccessAndReboot":
            state["status"] = status
            replace_file(file, json.dumps(state))
            self._reply(state["message"], status, {step["name"]: result})
            self._reboot()
        else:
            self._reply(state["message"], "InProgress", {step["name"]: result})
            self._end(file, state, status, result)

    def _run_script(self, command: str, step: dict[str, Any]) -> tuple[int, str, str]:
        """The exit status and both outputs."""
        folder = self._folder / "document/orchestration" / command / step["name"]
        folder.mkdir(parents=True, exist_ok=True)
        script = folder / "_script.sh"
        script.write_text("\n".join(step["inputs"]["runCommand"]))
        script.chmod(0o700)
        environment = {
            **os.environ,
            "SSM_COMMAND_ID": command,
            "AWS_SSM_INSTANCE_ID": self.node,
            "AWS_SSM_REGION_NAME": self._region,
            "AWS_SSM_PLATFORM_NAME": platform.freedesktop_os_release()["NAME"],
            "AWS_SSM_PLATFORM_VERSION": platform.freedesktop_os_release()["VERSION_ID"],
            "AWS_SHARED_CREDENTIALS_FILE": str(SHARED_CREDENTIALS),
            **step["inputs"].get("environment", {}),
        }
        with open(folder / "stdout", "wb") as output, open(folder / "stderr", "wb") as errors:
            process = subprocess.Popen(
                ["sh", "-c", str(script)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                env=environment,
                start_new_session=True,
            )
            try:
                code = process.wait(int(step["inputs"].get("timeoutSeconds", "3600")))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                code = process.wait()
        texts = [(folder / name).read_text(errors="replace") for name in ("stdout", "stderr")]
        return code if code >= 0 else 128 - code, texts[0], texts[1]

    def _end(self, file: Path, state: dict[str, Any], status: str, step: dict[str, Any]) -> None:
        self._reply(state["message"], status, {state["document"]["mainSteps"][0]["name"]: step})
        file.unlink()

    def _reboot(self) -> None:
        self._rebooting.set()
        time.sleep(SHUTDOWN_AFTER_SECONDS)
        note(f"shutdown -r {NOTICE}")
        subprocess.run(["/sbin/shutdown", "-r", NOTICE], check=False)

    # Replies

    def _reply(self, message: str, status: str, steps: dict[str, Any] | None) -> None:
        """Kept where it cannot be sent."""
        payload = {
            "additionalInfo": {
                "agent": {"lang": "en-US", "name": "amazon-ssm-agent", "os": "linux", "osver": "1", "ver": VERSION},
                "dateTime": _now(),
                "runId": "",
                "runtimeStatusCounts": None if steps is None else {step["status"]: 1 for step in steps.values()},
                "ableToOpenMGSConnection": False,
            },
            "documentStatus": status,
            "documentTraceOutput": "",
            "runtimeStatus": steps,
        }
        request = {"MessageId": message, "ReplyId": str(uuid.uuid4()), "Payload": json.dumps(payload)}
        try:
            self._vault.call(f"{MESSAGES}SendReply", request)
        except AWSError as error:
            note(f"a reply is kept: {error}")
            replace_file(self._replies / f"{request['ReplyId']}_{_now()}", json.dumps(request))

    def _send_kept_replies(self) -> None:
        for file in sorted(self._replies.glob("[!.]*")):
            self._vault.call(f"{MESSAGES}SendReply", json.loads(file.read_text()))
            file.unlink()


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


if __name__ == "__main__":
    sys.exit(main())
