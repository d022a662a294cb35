#!/usr/bin/env python3
"""Takes Ringmaster's webhooks and tells Jira, ServiceNow or Slack: see docs/webhooks.md.

Usage: webhook-bridge.py {jira,servicenow,slack} [--listen HOST:PORT]

RINGMASTER_WEBHOOK_SECRET   the secret that requests are signed with (whsec_…)
jira:        JIRA_URL, JIRA_USER, JIRA_TOKEN, JIRA_PROJECT, JIRA_DONE (a transition's name, "Done")
servicenow:  SERVICENOW_URL, SERVICENOW_USER, SERVICENOW_PASSWORD
slack:       SLACK_URL (an incoming webhook)

What it has seen is remembered until it ends: then a notice that comes again is looked up by its key.
"""
import argparse, base64, collections, hashlib, hmac, json, os, sys, threading, time, urllib.parse, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGEST, TOLERANCE, REMEMBERED = 1 << 20, 300, 10_000


def verified(headers, body, secret):
    """Whether the request is Ringmaster's own, and of now."""
    name, when = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not when.isdigit() or abs(time.time() - int(when)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = hmac.new(key, f"{name}.{when}.".encode() + body, hashlib.sha256).digest()
    signatures = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(f"v1,{base64.b64encode(wanted).decode()}", found) for found in signatures)


def call(method, url, body=None, user=None, password=None):
    """The JSON that a vendor answers."""
    request = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    request.add_header("Accept", "application/json")
    if user:
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
    with urllib.request.urlopen(request, timeout=15) as answer:
        text = answer.read(LARGEST)
    try:
        return json.loads(text)
    except ValueError:
        return {}


def is_escalated(notice):
    return notice["type"] == "node.escalated" or notice.get("node", {}).get("overdue", {}).get("count", 0) > 0


class Jira:
    def __init__(self, env):
        self.base, self.project = env["JIRA_URL"].rstrip("/") + "/rest/api/2", env["JIRA_PROJECT"]
        self.login = (env["JIRA_USER"], env["JIRA_TOKEN"])
        self.done = env.get("JIRA_DONE", "Done")

    def tell(self, notice):
        label = notice["key"].replace("/", "-").replace(" ", "-")
        query = urllib.parse.quote(f'project = "{self.project}" AND labels = "{label}" AND statusCategory != Done')
        found = call("GET", f"{self.base}/search?jql={query}&fields=key", None, *self.login).get("issues", [])
        if notice["type"] in ("node.closed", "cycle.ended"):
            for issue in found:
                self.close(issue["key"], notice["text"])
            return
        fields = {"priority": {"name": "Highest"}} if is_escalated(notice) else {}
        if found:
            issue = f"{self.base}/issue/{found[0]['key']}"
            call("POST", f"{issue}/comment", {"body": notice["text"]}, *self.login)
            if fields:
                call("PUT", issue, {"fields": fields}, *self.login)
            return
        fields |= {"project": {"key": self.project}, "issuetype": {"name": "Task"}, "labels": [label]}
        fields |= {"summary": notice["text"][:250], "description": notice["text"]}
        call("POST", f"{self.base}/issue", {"fields": fields}, *self.login)

    def close(self, issue, text):
        url = f"{self.base}/issue/{issue}"
        call("POST", f"{url}/comment", {"body": text}, *self.login)
        for transition in call("GET", f"{url}/transitions", None, *self.login).get("transitions", []):
            if transition["name"] == self.done:
                call("POST", f"{url}/transitions", {"transition": {"id": transition["id"]}}, *self.login)
                return
        raise LookupError(f"{issue} has no transition {self.done}")


class ServiceNow:
    def __init__(self, env):
        self.table = env["SERVICENOW_URL"].rstrip("/") + "/api/now/table/incident"
        self.login = (env["SERVICENOW_USER"], env["SERVICENOW_PASSWORD"])

    def tell(self, notice):
        query = urllib.parse.quote(f"correlation_id={notice['key']}^active=true^state<6")
        found = call("GET", f"{self.table}?sysparm_query={query}&sysparm_fields=sys_id", None, *self.login)
        found = found.get("result", [])
        if notice["type"] in ("node.closed", "cycle.ended"):
            change = {"state": "6", "close_code": "Solved (Permanently)", "close_notes": notice["text"]}
            for incident in found:
                call("PATCH", f"{self.table}/{incident['sys_id']}", change, *self.login)
            return
        change = {"urgency": "1"} if is_escalated(notice) else {}
        if found:
            change["work_notes"] = notice["text"]
            call("PATCH", f"{self.table}/{found[0]['sys_id']}", change, *self.login)
            return
        change |= {"correlation_id": notice["key"], "short_description": notice["text"][:160]}
        call("POST", self.table, change | {"description": notice["text"]}, *self.login)


class Slack:
    def __init__(self, env):
        self.url = env["SLACK_URL"]

    def tell(self, notice):
        text = notice["text"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        call("POST", self.url, {"text": f"*{notice['type']}* {text}"})


def handler(vendor, secret):
    seen, lock = collections.OrderedDict(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        timeout = 30

        def do_POST(self):
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > LARGEST:
                return self.answer(413)
            body = self.rfile.read(int(length))
            if not verified(self.headers, body, secret):
                return self.answer(401)
            # One at a time: two notices of a key must not both find no ticket.
            with lock:
                name = self.headers["webhook-id"]
                if name in seen:
                    return self.answer(200)
                try:
                    vendor.tell(json.loads(body))
                except (OSError, LookupError, ValueError) as error:
                    print(f"{name}: {error}", file=sys.stderr, flush=True)
                    return self.answer(502)
                seen[name] = None
                if len(seen) > REMEMBERED:
                    seen.popitem(last=False)
            self.answer(200)

        def answer(self, status):
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, form, *values):
            print(form % values, file=sys.stderr, flush=True)

    return Handler


def main():
    vendors = {"jira": Jira, "servicenow": ServiceNow, "slack": Slack}
    parser = argparse.ArgumentParser(description="Tells Jira, ServiceNow or Slack what Ringmaster's webhooks say.")
    parser.add_argument("vendor", choices=vendors)
    parser.add_argument("--listen", default="127.0.0.1:9000", metavar="HOST:PORT")
    options = parser.parse_args()
    try:
        vendor, secret = vendors[options.vendor](os.environ), os.environ["RINGMASTER_WEBHOOK_SECRET"]
    except KeyError as missing:
        sys.exit(f"webhook-bridge.py: {missing.args[0]} is not set")
    host, port = options.listen.rsplit(":", 1)
    server = ThreadingHTTPServer((host, int(port)), handler(vendor, secret))
    print(f"listening on {server.server_address[0]}:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
