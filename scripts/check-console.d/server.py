"""A control plane of its own for the check, with a policy and advisories."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from fleet import AL2023, DAY, now
from provider import CLIENT, ROLES, Provider

HERE = Path(__file__).parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, binaries, folder):
        self.program = str(Path(binaries) / "ringmaster")
        self.data = Path(folder) / "data"
        self.address = f"127.0.0.1:{free_port()}"
        self.log = open(Path(folder) / "server.log", "wb")
        self.process = None
        self.provider = Provider()
        # By another name than the provider's, so that the browser takes them for two sites.
        self.console = f"http://localhost:{self.address.split(':')[1]}"

    def start(self):
        folder = Path(self.log.name).parent
        (folder / "roles.json").write_text(json.dumps(ROLES))
        secret = folder / "client.secret"
        secret.touch(0o600)
        secret.write_text(self.provider.secret)
        self.process = subprocess.Popen(
            [
                self.program, "serve", "--data", self.data, "--listen", self.address, "--workflows", HERE / "workflows",
                "--oidc-issuer", self.provider.issuer, "--oidc-audience", "ringmaster", "--oidc-roles", folder / "roles.json",
                "--oidc-client-id", CLIENT, "--oidc-client-secret-file", secret, "--console-url", self.console,
            ],
            stdout=self.log, stderr=self.log,
        )
        end = time.monotonic() + 90
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"http://{self.address}/readyz", timeout=5):
                    self.token = (self.data / "operator.token").read_text().strip()
                    return self
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"the control plane did not start; see {self.log.name}")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        self.log.close()

    def run(self, *words):
        environment = os.environ | {
            "RINGMASTER_SERVER": f"http://{self.address}", "RINGMASTER_TOKEN_FILE": str(self.data / "operator.token"),
        }
        command = [self.program, *map(str, words)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
        return done.stdout

    def prepare(self, fleet):
        """Applies the policy, twice so that there is a change to show, and imports advisories."""
        self.run("policy", "apply", HERE / "policy", "--as", "ben")
        later = Path(self.log.name).parent / "policy"
        later.mkdir()
        policy = (HERE / "policy" / "policy.yaml").read_text()
        year = time.gmtime(time.time() + 40 * 86_400).tm_year
        freezes = f"\nfreezes:\n  - {{ name: year-end, from: {year - 1}-12-18, until: {year}-01-04, reason: closing of the books }}\n"
        (later / "policy.yaml").write_text(policy.replace("critical: 14d", "critical: 13d") + freezes)
        self.run("policy", "apply", later, "--as", "ana")
        fleet.api("POST", "advisories/imports?feed=al2023&by=ana", updateinfo().encode())
        fleet.api("POST", "advisories/imports?feed=kev&by=ana", known_exploited().encode())
        fleet.api("POST", "advisories/imports?feed=epss&by=ana", probabilities().encode())


def stamp(days):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime((now() - days * DAY) / 1_000_000))


def updateinfo():
    """The fixes that the hosts lack, as Amazon Linux publishes them."""
    updates = ""
    for name, _, version, severity, _, advisory, cves, days in AL2023:
        number, release = version.split("-", 1)
        epoch, number = number.split(":") if ":" in number else ("0", number)
        references = "".join(f'<reference href="https://cve.example/{cve}" id="{cve}" type="cve" title=""/>' for cve in cves)
        updates += (
            f'<update status="final" version="1.4" author="a@example.com" type="security" from="a@example.com"><id>{advisory}</id>'
            f'<title>Amazon Linux 2023: {name}</title><issued date="{stamp(days)}"/><updated date="{stamp(days)}"/>'
            f"<severity>{severity.lower()}</severity><description>An update of {name}.</description>"
            f'<references>{references}</references><pkglist><collection short="amazon-linux-2023"><name>Amazon Linux 2023</name>'
            f'<package name="{name}" version="{number}" release="{release}" epoch="{epoch}" arch="x86_64"><filename/></package>'
            "</collection></pkglist></update>\n"
        )
    return f'<?xml version="1.0" ?>\n<updates>{updates}</updates>\n'


def known_exploited():
    entry = {
        "cveID": "CVE-2026-20107", "vendorProject": "Sudo", "product": "Sudo", "vulnerabilityName": "Sudo privilege escalation",
        "dateAdded": stamp(15)[:10], "shortDescription": "", "requiredAction": "", "dueDate": stamp(-6)[:10],
        "knownRansomwareCampaignUse": "Unknown", "notes": "",
    }
    return json.dumps({
        "title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "1", "dateReleased": stamp(1)[:10] + "T00:00:00Z",
        "count": 1, "vulnerabilities": [entry],
    })


def probabilities():
    lines = "".join(f"{cve},{score},0.9\n" for cve, score in [
        ("CVE-2026-20107", "0.71"), ("CVE-2026-20871", "0.034"), ("CVE-2026-21001", "0.12"), ("CVE-2026-20640", "0.006"),
    ])
    return f"#model_version:v2026.03.14,score_date:{stamp(1)[:10]}T00:00:00+0000\ncve,epss,percentile\n{lines}"
