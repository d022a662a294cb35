"""Hosts whose orders come through the protocol of amazon-ssm-agent, beside one with our own agent: one cycle, one report."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from base_root import CONTAINER, BaseRoot, Mirror, Recipe
from checks import Checks
from control_plane import ControlPlane
from cycle import Cycle, host_runs
from dpkg_log import DpkgLog
from fleet import enrol, nodes_by_name, wait_for_nodes
from host import Cause, Host, HostPlan
from local_packages import RESTART, SLOW
from repository import Repository
from shell import E2EFailure, say, wait_until
from sigv4 import AWSError, Credentials, ask
from verdict import judge_boot, judge_upgrade

HERE = Path(__file__).resolve().parent
# To AWS's tools a site is a region.
SITE = "london"
GROUP = "Stock-early"
PATCH = "patch"
RUN_SECONDS = 120.0

# As a host is that has amazon-ssm-agent; our own agent is not among it.
STOCK = Recipe("stock", [*CONTAINER.included, "curl", "python3"])
OWN = HostPlan("own", SITE, GROUP, [RESTART], is_local=True)
# Rebooted by its agent, as exit status 194 asks for it.
AWS = HostPlan("aws", SITE, GROUP, [RESTART], is_local=True)
# Loses its power in the minute that its agent gives people before that reboot.
AWS_WAITING = HostPlan("aws-waiting", SITE, GROUP, [RESTART], is_local=True)
# Loses its power while dpkg configures.
AWS_TORN = HostPlan("aws-torn", SITE, GROUP, SLOW[:2], is_local=True)
REBOOTED = (OWN.name, AWS.name)
STOCK_PLANS = [AWS, AWS_WAITING, AWS_TORN]
# The time that people are given before a reboot; of the real one it is +1, a minute.
NOTICE = {AWS.name: "now", AWS_WAITING.name: "+1", AWS_TORN.name: "now"}

PROGRAM = Path("/usr/lib/amazon-ssm-agent")
CONFIGURATION = Path("/etc/amazon/ssm/amazon-ssm-agent.json")
AUTHORITY = Path("/etc/ringmaster/ca.pem")
UNIT = "amazon-ssm-agent.service"
DOCUMENTS = Path("var/lib/amazon/ssm")
BINARIES = Path("var/lib/ringmaster-agent/bin")
# Of the real one's unit, but for RestartSec=90.
UNIT_TEXT = f"""[Unit]
After=network-online.target
[Service]
ExecStart=/usr/bin/python3 -B {PROGRAM}/stock_agent.py run
Environment=SSL_CERT_FILE={AUTHORITY} STAND_IN_NOTICE=%s STAND_IN_LOST_AFTER=5
Restart=always
RestartSec=5
KillMode=process
[Install]
WantedBy=multi-user.target
"""


class StockHosts:
    """The hosts with their cycle."""

    def __init__(self, folder: Path, agent: Path, server: ControlPlane, checks: Checks) -> None:
        self._agent = agent
        self._own = Host(OWN, folder, agent)
        self._stock = {plan.name: Host(plan, folder, None) for plan in STOCK_PLANS}
        self._server = server
        self._checks = checks
        self.cycle = Cycle(server, "e2e-stock")

    @property
    def _hosts(self) -> list[Host]:
        return [self._own, *self._stock.values()]

    def prepare(self, cache: Path, repository: Repository, unit_file: Path) -> None:
        """Boots the hosts, and makes them nodes."""
        base = BaseRoot(cache, Mirror.of_this_machine(), STOCK).ready()
        for host in self._hosts:
            host.prepare(base, repository)
            host.start()
        self._server.ask("policy", "apply", str(HERE / "policy"))
        key = self._server.ask("access-key", "create", "--name", "e2e", "--role", "admin", "--expires", "1h")
        credentials = Credentials(key["id"], key["secret"])
        for host in self._hosts:
            host.wait_for_boot(1)
        enrol(self._own, self._server, unit_file)
        for host in self._stock.values():
            self._register(host, credentials)
        wait_for_nodes(self._server, [self._own])
        names = set(self._stock)
        wait_until("stock hosts are listed by their names", lambda: names <= set(self._nodes()), timeout=60, every=0.5)
        agents = {self._nodes()[name]["agentVersion"] for name in names}
        self._checks.equal("node ls tells the agents of the stock hosts", agents, {"amazon-ssm-agent 3.3.0.0"})

    def prove(self) -> None:
        """The cycle, the two power cuts, a second cycle that has nothing left to do, and the judgement."""
        self.cycle.start()
        with ThreadPoolExecutor(max_workers=3) as pool:
            end = pool.submit(self.cycle.drive, lambda _: None)
            cuts = [pool.submit(self._cut_before_reboot), pool.submit(self._cut_in_dpkg)]
            for cut in cuts:
                cut.result()
            view = end.result()
        self._checks.equal("stock hosts: the cycle is completed", view["state"], "completed")
        runs = host_runs(view, PATCH)
        torn = runs.pop(AWS_TORN.name, "none")
        say(f"the run of {AWS_TORN.name} ended as {torn}")
        self._checks.equal("stock hosts: host runs", runs, dict.fromkeys((*REBOOTED, AWS_WAITING.name), "succeeded"))
        again = Cycle(self._server, "e2e-stock")
        again.start()
        view = again.drive(lambda _: None)
        self._checks.equal("stock hosts: the next cycle is completed", view["state"], "completed")
        self._judge()

    # What happens

    def _cut_before_reboot(self) -> None:
        host = self._stock[AWS_WAITING.name]
        wait_until(
            f"the agent of {host.name} is to reboot it",
            lambda: self._document_status(host) == "SuccessAndReboot",
            timeout=RUN_SECONDS,
        )
        self._checks.record(f"{host.name}: the power was cut before its agent's reboot", host.power_cut())

    def _cut_in_dpkg(self) -> None:
        host = self._stock[AWS_TORN.name]
        log = host.root / "var/log/dpkg.log"

        def is_configuring() -> bool:
            return bool(DpkgLog(log).configured) and bool(host.pids("dpkg"))

        wait_until(f"dpkg on {host.name} configures", is_configuring, timeout=RUN_SECONDS, every=0.05)
        self._checks.record(f"{host.name}: the power was cut while dpkg configured", host.power_cut())

    # What is checked

    def _judge(self) -> None:
        nodes = self._nodes()
        found = {host.name: nodes[host.name]["compliance"] for host in self._hosts}
        self._checks.equal("stock hosts and the one beside them are COMPLIANT", set(found.values()), {"COMPLIANT"})
        for host in self._hosts:
            for package in host.plan.packages:
                judge_upgrade(host, package.name, self._checks)
            self._checks.equal(f"{host.name}: dpkg --audit", host.run("dpkg", "--audit"), "")
            if host.name != AWS_TORN.name:
                cause = Cause.REBOOT if host.name in REBOOTED else Cause.POWER_CUT
                self._checks.equal(f"{host.name}: boots", [boot.cause for boot in host.boots], [Cause.FIRST, cause])
                node, (before, after) = str(nodes[host.name]["id"]), host.boots
                judge_boot(host, node, "confirmed", before, after, self._server, self._checks)
        digest = hashlib.sha256(self._agent.read_bytes()).hexdigest()
        for host in self._stock.values():
            programs = {file.name for file in (host.root / BINARIES).iterdir()} - {"ca.pem"}
            self._checks.equal(f"{host.name}: the agent that it has fetched, by digest", programs, {digest})

    # Steps

    def _nodes(self) -> dict[str, dict[str, object]]:
        return nodes_by_name(self._server)

    def _register(self, host: Host, credentials: Credentials) -> None:
        """Gives the host its agent, as docs/stock-agent.md says, by an activation of SSM's API."""
        url, authority = self._server.url, self._server.data / "tls/ca.pem"
        tags = [{"Key": "Patch Group", "Value": host.plan.patch_group}]
        # What is the same in one second is one request.
        request = {"Description": host.name, "IamRole": "e2e", "Tags": tags}
        try:
            activation = ask(url, "ssm", SITE, credentials, "AmazonSSM.CreateActivation", request, authority=authority)
        except AWSError as error:
            raise E2EFailure(f"no activation for host {host.name}: {error}") from error
        endpoint = {"Endpoint": url}
        configuration = {
            "Mds": endpoint,
            "Ssm": endpoint,
            "Mgs": {**endpoint, "Region": SITE},
            "S3": endpoint,
            "Agent": {"Region": SITE},
            "Identity": {"ConsumptionOrder": ["OnPrem"]},
        }
        host.install_file(CONFIGURATION, json.dumps(configuration))
        host.install_file(AUTHORITY, authority.read_text())
        for name in ("stock_agent.py", "stock_vault.py", "sigv4.py"):
            host.install_file(PROGRAM / name, (HERE / name).read_text())
        host.install_file(Path("/etc/systemd/system") / UNIT, UNIT_TEXT % NOTICE[host.name])
        register = [f"SSL_CERT_FILE={AUTHORITY}", "/usr/bin/python3", "-B", f"{PROGRAM}/stock_agent.py", "register"]
        host.run("env", *register, activation["ActivationCode"], activation["ActivationId"])
        host.run("systemctl", "daemon-reload")
        host.run("systemctl", "enable", "--quiet", "--now", UNIT)
        say(f"host {host.name} is registered")

    @staticmethod
    def _document_status(host: Host) -> str | None:
        """The status of the document that the host's agent has at hand."""
        for file in (host.root / DOCUMENTS).glob("*/document/state/current/[!.]*"):
            try:
                return str(json.loads(file.read_text())["status"])
            except FileNotFoundError:
                continue
        return None
