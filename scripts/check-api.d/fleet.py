"""Gives the served fleet what a quickstart lacks, and prints Schemathesis's configuration with the ids that there are.

Usage: fleet.py URL TOKEN-FILE RINGMASTER
"""

import json
import pathlib
import subprocess
import sys
import time
import urllib.request

# As Debian's security tracker writes its list.
FEED = """[14 Jan 2026] DSA-6100-1 openssl - security update
\t{CVE-2026-1001 CVE-2026-1002}
\t[bookworm] - openssl 3.0.99-1~deb12u1
[12 Jan 2026] DSA-6099-1 curl - security update
\t{CVE-2026-1003}
\t[bookworm] - curl 7.99.1-10+deb12u9
"""

SLOTS = {
    "name": "db",
    "slots": 1,
    "leaseSeconds": 600,
    "releaseWhen": "expired",
    "isOpenToFleetLock": False,
    "targets": {"rings": ["late"], "patchGroups": [], "sites": []},
    "hosts": [],
}

# What a description cannot say: names that must be known, texts that must be cron expressions, networks or feeds.
RULES = {
    "createActivation": ["400"],
    "startRun": ["400"],
    "applyPolicy": ["400"],
    "comparePolicy": ["400"],
    "previewBaseline": ["400"],
    "importFeed": ["400", "422"],
    "readEvents": ["400"],
    "listAdvisories": ["400"],
    "listImports": ["400"],
    "listImpact": ["400"],
    "rejectPatch": ["400"],
}
# How often a parameter is one that there is.
PROBABILITY = 0.7
ACCEPTED = ["2xx", "401", "403", "404", "409", "429", "503"]


class ControlPlane:
    def __init__(self, url, token_file, ringmaster):
        self.url, self.token_file, self.ringmaster = url, token_file, ringmaster
        with open(token_file, encoding="utf-8") as file:
            self.token = file.read().strip()

    def ask(self, path, body=None, media_type="application/json"):
        headers = {"Authorization": "Bearer " + self.token}
        data = body
        if body is not None:
            headers["Content-Type"] = media_type
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + "/api/v1/" + path, data=data, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    def run(self, *arguments):
        where = ["--server", self.url, "--token-file", self.token_file]
        subprocess.run([self.ringmaster, *arguments, *where], check=True, stdout=subprocess.DEVNULL)


def furnish(control_plane):
    """A policy, advisories, a cycle that waits, one that is over, and a run; returns the ids of the last two."""
    control_plane.run("policy", "apply", "policy", "--as", "ana")
    policy = control_plane.ask("policy")["policy"]
    policy["rebootSlots"] = [SLOTS]
    control_plane.ask("policy", {"policy": policy, "by": "ana"})
    control_plane.ask("advisories/imports?feed=debian&by=ana&format=debian-list", FEED.encode(), "application/octet-stream")
    control_plane.ask("cycles", {"workflow": "debian12-rings", "openNow": False, "by": "ana"})
    run = {
        "targets": {"rings": ["early"], "patchGroups": [], "sites": []},
        "command": ["true"],
        "maxConcurrency": {"count": {"_0": 1}},
        "maxErrors": {"count": {"_0": 0}},
        "timeoutSeconds": 60,
        "deliverySeconds": 60,
        "by": "ana",
    }
    return control_plane.ask("runs", run)["id"]


def choices(control_plane, run):
    """By paths, the values that their parameters take beside what is made up: those that there are."""
    nodes = [node["id"] for node in control_plane.ask("nodes")["items"]]
    cycles = [cycle["id"] for cycle in control_plane.ask("cycles")["items"]]
    groups = [group["group"] for group in control_plane.ask("reboot-slots")["items"]]
    advisories = [advisory["id"] for advisory in control_plane.ask("advisories")["items"]]
    node, output = next((node, output) for node in nodes for output in control_plane.ask(f"nodes/{node}/outputs")["items"])
    return {
        "^/nodes/{id}(?!/outputs/)": {"path.id": nodes},
        "^/nodes/{id}/outputs/": {"path.id": [node], "path.order": [output["order"]], "path.name": [output["name"]]},
        "^/cycles/{id}": {"path.id": cycles},
        "^/runs/{id}": {"path.id": [run]},
        "^/workflows/": {"path.name": ["debian12-rings", "monthly-patch-cycle"]},
        "^/reboot-slots/{group}": {"path.group": groups},
        "^/advisories/{id}$": {"path.id": advisories},
        "^/advisories/{source}/": {"path.source": ["debian"], "path.id": advisories},
        "^/advisories/impact$": {"query.of": ["CVE-2026-1001", *advisories]},
    }


def configuration(parameters):
    """In the words of schemathesis.toml; JSON's lists and texts are TOML's, too."""
    yield "continue-on-failure = true"
    yield f"hooks = {json.dumps(str(pathlib.Path(__file__).with_name('hooks.py')))}"
    # Most texts that are made up are no parts of a path, and are left out; how fast they are made up says nothing of the server.
    yield 'suppress-health-check = ["filter_too_much", "too_slow"]'
    yield "[parameters]"
    # A position that the log never comes to is waited for.
    yield 'since = "0:1"'
    dictionaries = {}
    for pattern, values in parameters.items():
        yield "[[operations]]"
        yield f"include-path-regex = {json.dumps(pattern)}"
        yield "[operations.parameters]"
        for name, choice in values.items():
            dictionary = f"choice-{len(dictionaries)}"
            dictionaries[dictionary] = choice
            yield f'{json.dumps(name)} = {{ dictionary = "{dictionary}", probability = {PROBABILITY} }}'
    for operation, statuses in RULES.items():
        yield "[[operations]]"
        yield f'include-operation-id = "{operation}"'
        yield "[operations.checks.positive_data_acceptance]"
        yield f"expected-statuses = {json.dumps(ACCEPTED + statuses)}"
    for name, values in dictionaries.items():
        yield f"[dictionaries.{name}]"
        yield f"values = {json.dumps(values)}"


def main():
    control_plane = ControlPlane(*sys.argv[1:4])
    run = furnish(control_plane)
    # Reads hold all that was decided; the lanes of the run are opened a little later.
    end = time.monotonic() + 30
    while time.monotonic() < end and control_plane.ask(f"runs/{run}")["state"] == "planned":
        time.sleep(0.2)
    print("\n".join(configuration(choices(control_plane, run))))


if __name__ == "__main__":
    main()
