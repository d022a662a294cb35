"""Follows a cycle in a browser from its start to its abort; see scripts/check-console."""

import argparse
import sys
import tempfile
import threading
import time

import history
from browser import Browser, settle
from fleet import Fleet
from server import Server


def arguments():
    parser = argparse.ArgumentParser(prog="check-console")
    parser.add_argument("--bin", required=True)
    parser.add_argument("--hosts", type=int, default=216)
    parser.add_argument("--pace", type=int, default=16)
    parser.add_argument("--screenshots")
    return parser.parse_args()


def approve(fleet, cycle, stage):
    view = fleet.api("GET", f"cycles/{cycle}")
    fleet.api("POST", f"cycles/{cycle}/approvals", {"stage": stage, "planDigest": view["planDigest"], "by": "ben"})


def until(what, condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"never: {what}")
        time.sleep(0.3)


def gate(fleet, cycle, stage):
    def is_open():
        stages = {s["name"]: s for s in fleet.api("GET", f"cycles/{cycle}")["stages"]}
        return stages[stage]["gate"]["state"] == "open"

    until(f"the gate after {stage}", is_open)


def finish_one_cycle(fleet):
    """A first cycle that is aborted after its scan, so that there are plans to compare and a list to show."""
    cycle = fleet.api("POST", "cycles", {"workflow": "weekly-patching", "openNow": True, "by": "ben"})["id"]
    gate(fleet, cycle, "scan")
    fleet.api("POST", f"cycles/{cycle}/abort", {"reason": "a rehearsal of the scan alone", "by": "ben"})
    until("the first cycle is aborted", lambda: fleet.api("GET", f"cycles/{cycle}")["state"] == "aborted")


def follow(browser, fleet, cycle):
    """Approves early in the console, sees main start, aborts late; nothing is loaded anew by hand."""
    browser.open(f"/console/cycles/{cycle}")
    browser.mark()
    browser.wait("the gate after scan", lambda: browser.state("scan") == "gate", 120)
    approve(fleet, cycle, "scan")
    browser.wait("early runs", lambda: browser.state("early") in ("running", "opening"))
    browser.wait("the gate after early", lambda: browser.state("early") == "gate", 120)
    assert browser.is_marked(), "the page was loaded anew instead of being brought up to date"
    browser.find("#reason-early").send_keys("early is healthy")
    settle()
    assert browser.find("#reason-early").get_attribute("value") == "early is healthy", "an update took away what was written"
    browser.find(".gate.open button.primary").click()
    browser.wait("the approval is told", lambda: "Approved by ana" in browser.text())
    browser.mark()
    browser.wait("main runs", lambda: browser.state("main") == "running")
    browser.wait("hosts of main are done", lambda: "0 succeeded" not in browser.text("#stage-main p"), 60)
    assert browser.is_marked(), "the page was loaded anew instead of being brought up to date"
    browser.wait("a failure is grouped", lambda: "Failures by what they have in common" in browser.text(), 120)
    browser.picture("cycle")
    browser.picture("cycle-dark", is_dark=True)
    browser.wait("the gate after main", lambda: browser.state("main") == "gate", 180)
    assert browser.is_marked(), "the page was loaded anew instead of being brought up to date"


def pages(browser, fleet, cycle):
    node = next(host for host in fleet.hosts if host.is_failing)
    advisory = "/console/advisories/amazon-linux/ALAS2023-2026-1040"
    for name, path in [
        ("today", "/console"), ("cycles", "/console/cycles"), ("cycle-gate", f"/console/cycles/{cycle}"),
        ("plan", f"/console/cycles/{cycle}/plan"), ("fleet", "/console/fleet"), ("node", f"/console/nodes/{node.node}"),
        ("advisories", "/console/advisories"), ("advisory", advisory), ("evidence", "/console/evidence"), ("windows", "/console/windows"),
        ("rehearsal", "/console/windows/rehearsal?from=2027-01-12T09:30&minutes=45"),
        ("policy", "/console/policy"), ("activity", "/console/activity"), ("trends", "/console/trends"),
    ]:
        browser.open(path)
        if name == "policy":
            browser.driver.execute_script("document.querySelector('details').open = true")
        browser.audit(name)
    browser.open("/console/no-such-page")
    assert "there is no page" in browser.text(), "an unknown page says so"


def decide_late(browser, fleet, cycle):
    approve(fleet, cycle, "main")
    browser.open(f"/console/cycles/{cycle}")
    browser.wait("late runs", lambda: browser.state("late") == "running")
    browser.find("#reason-abort").send_keys("a customer reports errors since main")
    browser.find("button.danger").click()
    browser.wait("the cycle is aborted", lambda: "aborted" in browser.text("h1"), 120)
    assert "a customer reports errors since main" in browser.text(), "the reason is told"
    last = fleet.api("GET", f"cycles/{cycle}")
    assert last["state"] == "aborted", last["state"]


def check_csv(browser):
    browser.open("/console/fleet?group=AL2023-early&compliance=COMPLIANT")
    shown = [row.text for row in browser.driver.find_elements("css selector", "section:last-of-type tbody tr td:first-child")]
    rows = browser.table("#csv")
    assert [row["name"] for row in rows] == shown and shown, "the CSV has other rows than the page"
    assert all(row["compliance_state"] == "COMPLIANT" and row["patch_group"] == "AL2023-early" for row in rows)


def check_evidence(browser, server, hosts):
    """The heads that the page gives are the ones that the verification of the log asks for."""
    browser.open("/console/evidence")
    heads = server.data.parent / "heads.json"
    heads.write_text(browser.download("#heads"))
    verdict = server.run("log", "verify", "--data", server.data, "--since", heads)
    assert "kept heads are in it" in verdict, verdict
    rows = browser.table("a[href$='/evidence/hosts.csv']")
    assert len(rows) == hosts, "the report has other nodes than the fleet"


def sign_out(browser):
    browser.find(".who button").click()
    browser.wait("signed out", lambda: "/console/login" in browser.driver.current_url)
    browser.open("/console/fleet")
    assert "/console/login" in browser.driver.current_url, "who has signed out must sign in"


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="ringmaster-console.") as folder:
        server = Server(options.bin, folder)
        browser = None
        fleet = None
        try:
            server.start()
            fleet = Fleet(server.address, server.token, options.hosts, options.pace)
            server.prepare(fleet)
            late_comers = fleet.hosts[-4:]
            del fleet.hosts[-4:]
            fleet.enrol()
            threading.Thread(target=fleet.serve, daemon=True).start()
            finish_one_cycle(fleet)
            browser = Browser(server.address, options.screenshots)
            browser.sign_in_at_provider(server.console)
            browser.sign_in("ana", server.token)
            cycle = fleet.api("POST", "cycles", {"workflow": "weekly-patching", "openNow": True, "by": "ben"})["id"]
            follow(browser, fleet, cycle)
            fleet.enrol(late_comers)
            history.write(server.data, fleet.hosts)
            pages(browser, fleet, cycle)
            decide_late(browser, fleet, cycle)
            check_csv(browser)
            check_evidence(browser, server, options.hosts)
            sign_out(browser)
            problems = browser.violations + browser.complaints()
        except Exception:
            with open(server.log.name, encoding="utf-8", errors="replace") as log:
                sys.stderr.write("".join(log.readlines()[-20:]))
            if browser and options.screenshots:
                browser.driver.save_screenshot(f"{options.screenshots}/failure.png")
            raise
        finally:
            if fleet:
                fleet.stopping.set()
            if browser:
                browser.close()
            server.stop()
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        sys.exit(1)
    print(f"the console is as it should be: {options.hosts} hosts, one cycle followed, every page looked at")


if __name__ == "__main__":
    main()
