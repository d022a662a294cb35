#!/usr/bin/env python3
"""Verifies an evidence bundle without Ringmaster: verify-evidence.py FOLDER PUBLIC-KEY.pem

Needs Python 3.9 and OpenSSL 3, no network. Prints what is wrong and ends with 1, or with 0. docs/evidence.md explains the steps.
"""
import csv, hashlib, json, pathlib, struct, subprocess, sys

def sha256(data):
    return hashlib.sha256(data).digest()

def root(leaves):  # RFC 6962, section 2.1: peaks are the roots of whole subtrees, the largest first
    peaks = []
    for leaf in leaves:
        peak = (1, sha256(b"\0" + leaf))
        while peaks and peaks[-1][0] == peak[0]:
            peak = (2 * peak[0], sha256(b"\1" + peaks.pop()[1] + peak[1]))
        peaks.append(peak)
    top = peaks.pop()[1] if peaks else sha256(b"")
    while peaks:
        top = sha256(b"\1" + peaks.pop()[1] + top)
    return top.hex()

def events(folder, shards):  # the lines; each commit's chain value covers it and, by its predecessor's, all before it
    for shard in shards:
        path, position, chain = f"events/{shard['shard']:03}.jsonl", shard["before"]["position"], shard["before"]["chain"]
        if shard["last"]["position"] > position and (folder / path).is_file():
            for line in (folder / path).read_bytes().split(b"\n")[:-1]:
                yield line
                commit, position = json.loads(line), position + 1
                data = struct.pack(">qqq", commit["shard"], commit["position"], commit["version"])
                for text in (commit[name].encode() for name in ("stream", "events", "actor", "cause")):
                    data += struct.pack(">q", len(text)) + text
                chain = sha256(bytes.fromhex(chain) + data + struct.pack(">q", commit["at"])).hex()
                if (commit["shard"], commit["position"], commit["chain"]) != (shard["shard"], position, chain):
                    raise ValueError(f"{path}: the commit of position {position} is missing or was changed")
        if (position, chain) != (shard["last"]["position"], shard["last"]["chain"]):
            raise ValueError(f"{path}: it does not end with the commit of position {shard['last']['position']}")

def nodes(folder, table):
    with open(folder / table, newline="", encoding="utf-8") as rows:
        return {row["node"] for row in csv.DictReader(rows)}

def problems(folder, key):
    # 1. The manifest is signed by the key that you were given.
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key]
    command += ["-in", folder / "manifest.json", "-sigfile", folder / "manifest.sig"]
    if subprocess.run(command, capture_output=True).returncode != 0:
        yield "manifest.sig: it is not the signature of manifest.json by the key"
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}
    if "evidence.pub" not in present or (folder / "evidence.pub").read_bytes() != key.read_bytes():
        yield "evidence.pub: it is not the key"
    # 2. Every file is as the manifest has it, and there is no other.
    manifest = json.loads((folder / "manifest.json").read_bytes())
    listed = {file["path"]: file["sha256"] for file in manifest["files"]}
    for path in sorted(present - set(listed) - {"manifest.json", "manifest.sig", "manifest.tsr", "evidence.pub"}):
        yield f"{path}: the manifest does not list it"
    for path in sorted(listed):
        if path not in present or sha256((folder / path).read_bytes()).hex() != listed[path]:
            yield f"{path}: it is missing or was changed"
    if manifest.get("timestampAuthority") and "manifest.tsr" not in present:
        yield "manifest.tsr: it is missing"
    # 3. The commits follow each other without a gap, and the roots are those of the events and the files.
    roots = json.loads((folder / "merkle.json").read_bytes())
    if roots["events"]["root"] != root(events(folder, manifest["shards"])):
        yield "merkle.json: its root is not that of the events"
    if roots["files"]["root"] != root(f"{p}\n{listed[p]}".encode() for p in sorted(listed) if p != "merkle.json"):
        yield "merkle.json: its root is not that of the files"
    # 4. No table tells of a node that the population has not.
    for table in ("findings.csv", "late.csv", "unknown.csv"):
        for node in sorted(nodes(folder, table) - nodes(folder, "population.csv")):
            yield f"population.csv: node {node} of {table} is missing"

found = 0
try:
    for problem in problems(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])):
        print(f"FAILED {problem}")
        found += 1
except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
    print(f"FAILED {error}")
    found += 1
print("FAILED" if found else "ok")
sys.exit(1 if found else 0)
