"""The end-to-end test: real hosts, a real PostgreSQL, a real patch cycle, and faults while it runs.

Started by scripts/e2e, which puts it into namespaces of its own: whatever still runs when it ends, ends with it.
"""

from __future__ import annotations

import argparse
import random
import sys
import traceback
from pathlib import Path

from artifacts import keep
from base_root import CONTAINER, BaseRoot, Mirror
from chaos import Chaos
from checks import Checks
from control_plane import ControlPlane
from cycle import Cycle
from dnf_host import DnfHost, DnfPlan
from faults import draw
from fleet import enrol, wait_for_nodes
from host import Host, HostPlan
from hosts_only import prove
from kernel_update import patch_kernel
from pending import refreshed_pending
from local_packages import EVERYWHERE, REBOOT
from reboots import Reboots
from repository import Repository
from rpm_packages import RPMRepository
from shell import E2EFailure, say
from stock_hosts import StockHosts
from verdict import judge_cycle, judge_faults, judge_host, judge_log, judge_reboots, judge_stop

PLANS = [
    HostPlan("early", "london", "Debian12-early", EVERYWHERE),
    HostPlan("main", "frankfurt", "Debian12-main", [*EVERYWHERE, REBOOT], wants_reboot=True),
    HostPlan("late", "virginia", "Debian12-late", [*EVERYWHERE, REBOOT], wants_reboot=True, old_kernel=True),
]
DNF_PLANS = [
    DnfPlan("amazon-early", "london", "AL2023-early"),
    DnfPlan("amazon-main", "frankfurt", "AL2023-main", is_struck=True),
]
HERE = Path(__file__).resolve().parent
UNIT_FILE = HERE.parents[1] / "packaging/agent/ringmaster-agent.service"


def main() -> int:
    """Runs the test; 0 when every check holds."""
    arguments = parse()
    checks = Checks()
    cycle: Cycle | None = None
    try:
        if arguments.bin is None:
            prove(boot(arguments), checks)
        elif arguments.vm:
            server = start_control_plane(arguments)
            cycle = Cycle(server, "e2e-kernel")
            patch_kernel(arguments, server, cycle, UNIT_FILE, checks)
        elif arguments.stock:
            server = start_control_plane(arguments)
            repository = Repository(arguments.run)
            repository.create()
            cycle = patch_stock(arguments, repository, server, checks)
            judge_log(server, checks)
            judge_stop(server, checks)
        else:
            hosts = boot(arguments)
            server = start_control_plane(arguments)
            cycle = Cycle(server, "e2e-cycle")
            patch(arguments, hosts, server, cycle, checks)
    except E2EFailure as failure:
        checks.record("the run came to its end", False, str(failure))
    except Exception:  # pylint: disable=broad-except
        checks.record("the run came to its end", False, traceback.format_exc())
    if checks.failed:
        keep(arguments.run, arguments.artifacts, cycle.view if cycle else {})
        print(f"failed: {'; '.join(checks.failed)}\nlogs: {arguments.artifacts}")
    print(f"e2e: {checks.passed} passed, {len(checks.failed)} failed")
    return 1 if checks.failed else 0


def parse() -> argparse.Namespace:
    """The command line, as scripts/e2e writes it."""
    parser = argparse.ArgumentParser(prog="scripts/e2e")
    parser.add_argument("--run", type=Path, required=True, help="scratch folder of this run")
    parser.add_argument("--cache", type=Path, required=True, help="folder that keeps the Debian base between runs")
    parser.add_argument("--artifacts", type=Path, required=True, help="where logs go when a check fails")
    parser.add_argument(
        "--bin", type=Path, help="folder of the product's binaries; without it, only the hosts are proved"
    )
    parser.add_argument("--vm", action="store_true", help="patch the kernel of an emulated guest instead")
    parser.add_argument("--stock", action="store_true", help="patch the hosts with a stock agent alone")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    return parser.parse_args()


def boot(arguments: argparse.Namespace) -> list[Host]:
    """Prepares the base, the repository and the hosts, and waits until all are up."""
    base = BaseRoot(arguments.cache, Mirror.of_this_machine(), CONTAINER).ready()
    repository = Repository(arguments.run)
    repository.create()
    agent = arguments.bin / "ringmaster-agent" if arguments.bin else None
    hosts = [Host(plan, arguments.run / "hosts", agent) for plan in PLANS]
    for host in hosts:
        host.prepare(base, repository)
        host.start()
    for host in hosts:
        host.wait_for_boot(1)
    return hosts


def boot_dnf(arguments: argparse.Namespace, server: ControlPlane) -> list[DnfHost]:
    """Makes the hosts with dnf and their repository, and enrols them."""
    repository = RPMRepository(arguments.run / "rpm")
    repository.create()
    agent = arguments.bin / "ringmaster-agent"
    hosts = [DnfHost(plan, arguments.run / plan.name, agent, repository) for plan in DNF_PLANS]
    for host in hosts:
        host.prepare()
        host.enrol(server)
    return hosts


def start_control_plane(arguments: argparse.Namespace) -> ControlPlane:
    """Starts the server on a data folder of its own, with the harness's workflows."""
    binary, data, log = arguments.bin / "ringmaster", arguments.run / "data", arguments.run / "server.log"
    server = ControlPlane(binary, data, HERE / "workflows", log)
    server.start()
    return server


def patch(arguments: argparse.Namespace, hosts: list[Host], server: ControlPlane, cycle: Cycle, checks: Checks) -> None:
    """The cycle with its faults, and the judgement."""
    before = refreshed_pending(hosts)
    for host in hosts:
        say(f"host {host.name}: {sum(update.is_approved for update in before[host.name])} approved updates are pending")
        enrol(host, server, UNIT_FILE)
    dnf_hosts = boot_dnf(arguments, server)
    wait_for_nodes(server, hosts)
    print(f"seed {arguments.seed} (scripts/e2e --seed {arguments.seed} draws the same faults)", flush=True)
    chaos = Chaos(draw(arguments.seed, [host.name for host in hosts]), hosts, server)
    for progress in chaos.progress:
        print(f"  {progress.fault}", flush=True)
    cycle.start()
    chaos.start()
    view = cycle.drive(chaos.observe)
    chaos.end()
    judge_faults(chaos, checks)
    judge_cycle(view, [*hosts, *dnf_hosts], server, checks)
    for dnf_host in dnf_hosts:
        dnf_host.judge(checks)
    judge_reboots(hosts, server, checks)
    after = refreshed_pending(hosts)
    for host in hosts:
        judge_host(host, before[host.name], after[host.name], checks)
    reboots = Reboots(arguments.run / "hosts", arguments.bin / "ringmaster-agent", server, checks)
    reboots.prepare(hosts[0], UNIT_FILE)
    reboots.prove()
    patch_stock(arguments, hosts[0].repository, server, checks)
    judge_log(server, checks)
    judge_stop(server, checks)


def patch_stock(arguments: argparse.Namespace, repository: Repository, server: ControlPlane, checks: Checks) -> Cycle:
    """The cycle of the hosts with a stock agent."""
    stock = StockHosts(arguments.run / "hosts", arguments.bin / "ringmaster-agent", server, checks)
    stock.prepare(arguments.cache, repository, UNIT_FILE)
    stock.prove()
    return stock.cycle


if __name__ == "__main__":
    sys.exit(main())
