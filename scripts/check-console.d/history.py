"""A quarter of days that have ended: what Trends shows of a fleet that is older than the check."""

import subprocess
import time

from fleet import AL2023, FAMILIES, RINGS, SITES

DAYS = 90
BASELINES = {"AL2023": "plat-al2023-baseline", "Ubuntu22": "plat-ubuntu22-baseline", "Win2022": "plat-win2022-baseline"}
NODES = 158  # of a site: the reference fleet has 950
SHARES = {"early": 0.1, "main": 0.6, "late": 0.3}
# Days after its publication by which a ring has most of a patch, and by which all.
PACE = {"early": (3, 6), "main": (7, 10), "late": (11, 18)}


def write(data, hosts):
    """As the read models keep it; hosts shows how the site's nodes are spread over operating systems."""
    today = int(time.time()) // 86_400
    shares = {family: sum(host.family == family for host in hosts) / len(hosts) for family in FAMILIES}
    statements = "".join(compliance(today, shares)) + "".join(installs(today))
    subprocess.run(
        ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", data / "postgres/socket", "-U", "ringmaster", "ringmaster"],
        input=f"BEGIN;\n{statements}COMMIT;\n", text=True, check=True,
    )


def compliance(today, shares):
    """Every fourth week patches come out, and ring after ring installs them."""
    for day in range(today - DAYS, today):
        age = (day - today) % 28
        for site in SITES:
            for family, ring in ((family, ring) for family in FAMILIES for ring in RINGS):
                nodes = round(NODES * SHARES[ring] * shares[family]) or 1
                first, last = PACE[ring]
                done = min(1, max(0, (age - first) / (last - first)))
                unknown = min(nodes, (day + nodes) % 5 // 2)
                compliant = int((nodes - unknown) * (0.25 + 0.72 * done))
                states = {"UNKNOWN": unknown, "COMPLIANT": compliant, "NON_COMPLIANT": nodes - unknown - compliant}
                for state, count in states.items():
                    if count:
                        yield (
                            "INSERT INTO compliance_day (day, site, patch_group, baseline, state, nodes) VALUES "
                            f"({day}, '{site}', '{family}-{ring}', '{BASELINES[family]}', '{state}', {count});\n"
                        )


def installs(today):
    """The last month's fixes, on most nodes of each ring by then."""
    for name, _, version, _, _, _, _, days in AL2023:
        released = today - days - 28
        yield (
            "INSERT INTO patch_release (name, architecture, version, released_at) VALUES "
            f"('{name}', 'x86_64', 'before {version}', to_timestamp({released * 86_400}));\n"
        )
        for ring in RINGS:
            first, last = PACE[ring]
            for day in range(first, last + 1):
                nodes = round(300 * SHARES[ring] / (1 + (day - first) ** 2)) or 1
                yield (
                    "INSERT INTO install_day (day, patch_group, name, architecture, version, nodes) VALUES "
                    f"({released + day}, 'AL2023-{ring}', '{name}', 'x86_64', 'before {version}', {nodes});\n"
                )
