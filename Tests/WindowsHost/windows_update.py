"""Windows Update as windows-update.ps1 tells of it: a host whose state is a file, for tests of the one-shot.

Usage: windows_update.py STATE           answers requests, a JSON text a line
       windows_update.py STATE reboot    is the reboot
"""

import json
import pathlib
import sys

path = pathlib.Path(sys.argv[1])
state = json.loads(path.read_text())


def keep():
    path.write_text(json.dumps(state))


def told(update):
    return {
        "id": update["id"], "revision": update["revision"], "title": update["title"], "kb": [update["kb"]],
        "categories": [
            {"type": "UpdateClassification", "name": update.get("classification", "Security Updates"), "id": "1"},
            {"type": "Product", "name": "Windows Server 2022", "id": "2"},
        ],
        "severity": update.get("severity", "Important"), "cves": ["CVE-2026-1"], "bulletins": [], "supersedes": [],
        "changedAt": "2026-01-13T18:00:00Z", "bytes": 1000, "isInstalled": update["state"] == "installed",
        "isDownloaded": False, "isHidden": update.get("isHidden", False), "isMandatory": False, "isOptional": False,
        "wantsReboot": update["state"] == "pending", "rebootBehavior": 2, "impact": update.get("impact", 0),
        "canAsk": update.get("canAsk", False),
    }


def ones(*states):
    return [told(update) for update in state["updates"] if update["state"] in states]


def named(arguments):
    for name in arguments["updates"]:
        yield next(u for u in state["updates"] if (u["id"], u["revision"]) == (name["id"], name["revision"]))


def result(update, code, **more):
    return {
        "id": update["id"], "revision": update["revision"], "result": 4 if code else 2,
        "hresult": code or "0x00000000", **more,
    }


def install(update):
    state["installs"].append(update["kb"])
    code = update.get("fails")
    if not code:
        update["state"] = "pending" if update.get("reboots") else "installed"
    return result(update, code, wantsReboot=update["state"] == "pending")


def answer(verb, arguments):
    pending = any(update["state"] == "pending" for update in state["updates"])
    match verb:
        case "hello":
            return {
                "protocol": 1, "powershell": "5.1", "product": "Windows Server 2022 Datacenter", "displayVersion": "21H2",
                "version": "10.0", "build": 20348, "revision": state["revision"], "architecture": "AMD64",
                "hostname": "win", "bootId": state["boot"], "bootedAt": "2026-01-01T00:00:00Z",
            }
        case "source":
            return {"server": None, "usesServer": False, "isAutomatic": False}
        case "services":
            return {"services": [{"name": "wuauserv", "state": "Running", "startMode": "Manual"}]}
        case "space":
            return {"drive": "C:", "freeBytes": 64 << 30}
        case "busy":
            return {"isBusy": False}
        case "reboot":
            return {
                "servicing": pending, "servicingInProgress": False, "update": pending, "agent": pending, "renames": [],
                "computerName": "WIN", "nextComputerName": "WIN",
            }
        case "search":
            return {"updates": ones("offered", "pending")}
        case "installed":
            return {"updates": ones("installed", "pending"), "fixes": ["KB5001"], "history": []}
        case "download":
            return {"results": [result(update, None) for update in named(arguments)]}
        case "install":
            return {"results": [install(update) for update in named(arguments)]}
    raise ValueError(f"there is no verb {verb}")


if sys.argv[2:] == ["reboot"]:
    state["boot"] += 1
    for update in state["updates"]:
        if update["state"] == "pending":
            update["state"] = "installed"
            # Where it is rolled back, Windows says that it is installed and comes back with the old build.
            if not update.get("isRolledBack"):
                state["revision"] += update.get("moves", 0)
    keep()
else:
    for line in sys.stdin:
        request = json.loads(line)
        try:
            content = {"ok": answer(request["verb"], request.get("arguments"))}
        except (ValueError, StopIteration) as error:
            content = {"error": {"hresult": "0x80240003", "message": str(error), "class": "COMException"}}
        keep()
        print(json.dumps({"id": request["id"], **content}), flush=True)
