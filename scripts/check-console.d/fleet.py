"""Hosts that speak the agents' protocol and carry out what they are ordered, a step each time they are visited."""

import base64
import hashlib
import http.client
import json
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SITES = ["us-east-1", "eu-west-1", "ap-southeast-1", "ap-southeast-2", "London", "Frankfurt"]
RINGS = ["early", "main", "late"]
DAY = 86_400_000_000

# name, installed, offered, severity or priority, whether it wants a reboot, advisory, CVEs, days since it was published
AL2023 = [
    ("openssl", "1:3.0.8-1.amzn2023.0.18", "1:3.0.8-1.amzn2023.0.19", "Critical", False, "ALAS2023-2026-1101", ["CVE-2026-21001"], 12),
    ("kernel", "6.1.141-155.222.amzn2023", "6.1.147-172.266.amzn2023", "Important", True, "ALAS2023-2026-1088", ["CVE-2026-20871", "CVE-2026-20877"], 18),
    ("curl-minimal", "8.11.1-4.amzn2023.0.1", "8.11.1-4.amzn2023.0.2", "Important", False, "ALAS2023-2026-1079", ["CVE-2026-20640"], 26),
    ("python3", "3.9.22-1.amzn2023.0.2", "3.9.23-1.amzn2023.0.1", "Medium", False, "ALAS2023-2026-1071", ["CVE-2026-20512"], 31),
    ("sudo", "1.9.15-1.p5.amzn2023.0.1", "1.9.15-1.p5.amzn2023.0.2", "Critical", False, "ALAS2023-2026-1040", ["CVE-2026-20107"], 19),
]
UBUNTU22 = [
    ("openssl", "3.0.2-0ubuntu1.18", "3.0.2-0ubuntu1.19", "important", False, None, [], 0),
    ("linux-image-generic", "5.15.0.140.139", "5.15.0.144.141", "optional", True, None, [], 0),
    ("libc6", "2.35-0ubuntu3.9", "2.35-0ubuntu3.10", "required", True, None, [], 0),
    ("nginx", "1.18.0-6ubuntu14.5", "1.18.0-6ubuntu14.6", "optional", False, None, [], 0),
    ("docker.io", "26.1.3-0ubuntu1~22.04.1", "27.5.1-0ubuntu3~22.04.2", "optional", False, None, [], 0),
]
# Updates go by article and revision; what was installed before has no name of its own.
WIN2022 = [
    ("KB5068787", "", "8a1b0a52-0c27-4b6c-9f3e-5d1f6f0b7a11.200", "Critical", True, "KB5068787", ["CVE-2026-21333", "CVE-2026-21420"], 16),
    ("KB5066139", "", "1f9d2b60-7f45-4a34-8f0e-2c7e0f3d9b22.201", "Important", False, "KB5066139", ["CVE-2026-20988"], 23),
    ("KB890830", "", "c3f0e6aa-55b1-4d0f-b6f5-90c8a3a1de33.100", "Unspecified", False, None, [], 9),
]
# By operating system: platform, version, architecture, kernels before and after, the updates, the archive.
FAMILIES = {
    "AL2023": ("amzn", "2023", "x86_64", "6.1.141", "6.1.147", AL2023, ("amazonlinux", "amazonlinux", "", "amazonlinux"), "app"),
    "Ubuntu22": ("ubuntu", "22.04", "amd64", "5.15.0-140", "5.15.0-144", UBUNTU22, ("Ubuntu", "Ubuntu", "jammy", "jammy-security"), "web"),
    "Win2022": ("windows", "Server2022", "x86_64", "10.0.20348.4294", "10.0.20348.4405", WIN2022, ("Microsoft", "https://wsus.example.com:8531", "", ""), "win"),
}


def now():
    return time.time_ns() // 1_000


def signed_bytes(context, fields):
    encoded = context.encode() + b"\0"
    for field in fields:
        encoded += len(field).to_bytes(8, "big") + field
    return encoded


class Connections(threading.local):
    """One connection for each thread."""

    connection = None


class Host:
    def __init__(self, fleet, name, site, family, ring):
        self.fleet, self.name, self.site, self.family, self.ring = fleet, name, site, family, ring
        self.platform, self.version, self.architecture, *self.kernels, self.packages, self.archive, _ = FAMILIES[family]
        self.key = Ed25519PrivateKey.generate()
        self.installed = {}
        self.boot, self.reboots, self.sequence, self.steps, self.done = 1, [], 0, [], set()
        self.node = None
        self.is_failing = False

    @property
    def group(self):
        return f"{self.family}-{self.ring}"

    def sign(self, data):
        return base64.b64encode(self.key.sign(data)).decode()

    def enrol(self, activation):
        raw = self.key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        public = base64.b64encode(raw).decode()
        fields = [activation["activation"].encode(), activation["code"].encode(), public.encode()]
        body = {
            "activation": activation["activation"], "code": activation["code"], "publicKey": public,
            "proof": self.sign(signed_bytes("ringmaster-enrol-v1", fields)),
            "facts": {
                "hostname": self.name, "platform": self.platform, "platformVersion": self.version,
                "architecture": self.architecture, "agentVersion": "1.0",
            },
        }
        self.node = json.loads(self.fleet.request("POST", "/agent/v1/enrol", json.dumps(body).encode())[1])["node"]

    def send(self, method, target, body=b""):
        milliseconds = str(now() // 1_000)
        fields = [part.encode() for part in (method, target, self.node, milliseconds)]
        signature = self.sign(signed_bytes("ringmaster-request-v1", fields + [hashlib.sha256(body).digest()]))
        headers = {"Ringmaster-Node": self.node, "Ringmaster-Time": milliseconds, "Ringmaster-Signature": signature}
        return self.fleet.request(method, target, body, headers)

    # What is on the host.

    def update(self, package):
        name, old, new, rank, _, advisory, cves, days = package
        is_apt = self.family == "Ubuntu22"
        update = {
            "name": name, "architecture": self.architecture, "installedVersion": old, "version": new,
            "origins": [self.origin()], "priority": rank if is_apt else "optional", "section": "misc",
            "downloadBytes": 1_200_000,
        }
        at = now() - days * DAY
        if self.family == "Win2022":
            kind = "SecurityUpdates" if advisory else "UpdateRollups"
            update["notices"] = [{"id": name, "type": kind, "severity": rank, "cves": cves, "issued": at, "version": new}]
        elif advisory:
            update["notices"] = [{
                "id": advisory, "type": "security", "severity": rank, "cves": cves, "issued": at, "updated": at,
                "version": new,
            }]
        return update

    def origin(self):
        return dict(zip(("origin", "label", "codename", "archive"), self.archive))

    def upload(self):
        versions = [(p[0], self.installed.get(p[0], p[1])) for p in self.packages]
        if self.family == "Win2022":
            versions.append(("Windows", self.facts()["kernel"]))
        inventory = {
            "platform": self.platform,
            "platformVersion": self.version,
            "architecture": self.architecture,
            "packages": [
                {"name": name, "architecture": self.architecture, "version": version, "isHeld": False}
                for name, version in sorted(versions) if version
            ],
            "updates": [self.update(p) for p in self.packages if p[0] not in self.installed],
            "newcomers": [],
            "indexes": [{"origin": self.origin(), "date": now() // DAY * DAY, "digest": "0"}],
            "rebootReasons": self.reboots,
        }
        body = json.dumps(inventory, sort_keys=True).encode()
        digest = hashlib.sha256(body).hexdigest()
        self.send("PUT", f"/agent/v1/inventories/{digest}", body)
        return digest

    def facts(self):
        return {"bootID": f"{self.name}-boot-{self.boot}", "kernel": self.kernels[1 if self.boot > 1 else 0]}

    # What it does.

    def report(self, order, fact, boots=None):
        self.sequence += 1
        body = {"reports": [{"order": order["id"], "sequence": self.sequence, "at": now(), "fact": fact}]}
        if boots:
            body["boots"] = boots
        self.send("POST", "/agent/v1/reports", json.dumps(body).encode())

    def visit(self):
        if self.steps:
            self.steps.pop(0)()
            return True
        status, body = self.send("GET", "/agent/v1/orders?wait=0")
        if status != 200:
            return False
        order = json.loads(json.loads(body)["payload"])
        if order["id"] in self.done:
            return False
        self.done.add(order["id"])
        self.sequence = 0
        self.report(order, {"accepted": {}})
        if "scan" in order["work"]:
            self.steps = [lambda: self.report(order, {"scanned": {"inventory": self.upload()}})]
        else:
            self.begin_install(order)
        return True

    def begin_install(self, order):
        self.report(order, {"installing": {}})
        pause = [lambda: None] * self.fleet.random.randint(0, self.fleet.pace)
        patches = order["work"]["install"]["patches"]
        if self.is_failing:
            self.steps = pause + [lambda: self.fail(order, patches)]
            return
        wants = [p[0] for p in self.packages if p[4] and any(q["name"] == p[0] for q in patches)]
        if not wants:
            self.steps = pause + [lambda: self.finish(order, patches, None)]
            return
        before, reasons = self.facts(), [f"{name} asks for a reboot" for name in wants]
        announced = {"at": now(), "order": order["id"], "outcome": "announced", "before": before, "reasons": reasons, "missing": []}
        self.steps = pause + [
            lambda: self.report(order, {"rebooting": {"_0": before}}, [announced]),
            lambda: self.come_back(order, patches, before, reasons),
        ]

    def come_back(self, order, patches, before, reasons):
        self.boot += 1
        after = self.facts()
        self.report(order, {"verifying": {"_0": after}})
        result = {"before": before, "after": after, "outcome": "confirmed", "reasons": reasons}
        boot = {"at": now(), "order": order["id"], "outcome": "confirmed", "before": before, "after": after, "reasons": reasons, "missing": []}
        self.steps = [lambda: self.finish(order, patches, result, [boot])]

    def results(self, patches, failed=None):
        old = {p[0]: p[1] or None for p in self.packages}
        return [
            {"patch": patch, "state": "installed", "versionBefore": old.get(patch["name"]), "versionAfter": patch["version"]}
            if patch["name"] != failed else
            {
                "patch": patch, "state": "failed", "versionBefore": old.get(failed), "versionAfter": old.get(failed),
                "failure": "script", "output": f"the post-installation script of {failed} ended with exit status 1",
            }
            for patch in patches
        ]

    def finish(self, order, patches, reboot, boots=None):
        self.installed.update({patch["name"]: patch["version"] for patch in patches})
        result = {"inventory": self.upload(), "patches": self.results(patches)}
        if reboot:
            result["reboot"] = reboot
        self.report(order, {"installed": {"_0": result}}, boots)

    def fail(self, order, patches):
        culprit = patches[-1]["name"] if patches else ""
        self.installed.update({patch["name"]: patch["version"] for patch in patches if patch["name"] != culprit})
        self.report(order, {"failed": {
            "kind": "script", "detail": f"the scripts of {culprit} failed", "inventory": self.upload(),
            "patches": self.results(patches, culprit),
        }})


class Fleet:
    """Hosts of six sites, three operating systems and three rings; an install takes each up to `pace` visits."""

    threads = 8

    def __init__(self, address, token, size, pace):
        self.address, self.token, self.pace = address, token, pace
        self.random = random.Random(26)
        self.connections = Connections()
        self.stopping = threading.Event()
        places = [(site, family, ring) for ring in RINGS for family in FAMILIES for site in SITES]
        self.hosts = []
        for index in range(size):
            site, family, ring = places[index % len(places)]
            self.hosts.append(Host(self, f"{FAMILIES[family][-1]}-{site.lower()}-{index:03}", site, family, ring))
        for host in [host for host in self.hosts if host.ring == "main"][5::17]:
            host.is_failing = True

    def request(self, method, target, body=b"", headers=None):
        for attempt in range(5):
            try:
                if self.connections.connection is None:
                    self.connections.connection = http.client.HTTPConnection(self.address, timeout=30)
                self.connections.connection.request(method, target, body, headers or {})
                answer = self.connections.connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException):
                self.connections.connection = None
                if attempt == 4:
                    raise
                continue
            if answer.status >= 400:
                raise RuntimeError(f"{method} {target}: {answer.status} {text.decode()}")
            return answer.status, text

    def api(self, method, target, body=None):
        headers = {"Authorization": f"Bearer {self.token}"}
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        text = self.request(method, f"/api/v1/{target}", data, headers)[1]
        return json.loads(text) if text else None

    def enrol(self, hosts=None):
        hosts = self.hosts if hosts is None else hosts
        for site, group in sorted({(host.site, host.group) for host in hosts}):
            members = [host for host in hosts if (host.site, host.group) == (site, group)]
            activation = self.api("POST", "activations", {
                "site": site, "patchGroup": group, "uses": len(members), "expiresInSeconds": 3_600, "by": "check",
            })
            with ThreadPoolExecutor(self.threads) as pool:
                list(pool.map(lambda host, a=activation: host.enrol(a), members))

    def serve(self):
        """Visits every host again and again, until told to stop."""
        with ThreadPoolExecutor(self.threads) as pool:
            while not self.stopping.is_set():
                busy = list(pool.map(Host.visit, list(self.hosts)))
                time.sleep(0.25 if any(busy) else 0.5)
