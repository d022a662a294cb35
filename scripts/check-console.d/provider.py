"""A small OpenID Connect provider, where whoever follows the link on its page is `ana`."""

import base64
import hashlib
import json
import secrets
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

CLIENT = "ringmaster-console"
ROLES = {"platform": ["admin"]}


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Provider:
    def __init__(self):
        self.key = Ed25519PrivateKey.generate()
        self.secret = secrets.token_urlsafe(24)
        self.grants = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                provider.answer(self, "")

            def do_POST(self):
                provider.answer(self, self.rfile.read(int(self.headers["Content-Length"])).decode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request, form):
        url = urllib.parse.urlparse(request.path)
        query = {name: values[0] for name, values in urllib.parse.parse_qs(form or url.query).items()}
        pages = {
            "/.well-known/openid-configuration": self.description, "/keys": self.keys,
            "/authorize": lambda: self.authorize(query), "/token": lambda: self.token(query, request.headers["Authorization"]),
        }
        body = pages[url.path]() if url.path in pages else None
        request.send_response(200 if body else 400)
        request.send_header("Content-Type", "text/html" if url.path == "/authorize" else "application/json")
        request.end_headers()
        request.wfile.write((body or "refused").encode())

    def description(self):
        places = {"jwks_uri": "keys", "authorization_endpoint": "authorize", "token_endpoint": "token"}
        return json.dumps({"issuer": self.issuer} | {name: f"{self.issuer}/{place}" for name, place in places.items()})

    def keys(self):
        raw = self.key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "1", "use": "sig", "x": encoded(raw)}]})

    def authorize(self, query):
        if query.get("client_id") != CLIENT or query.get("code_challenge_method") != "S256":
            return None
        code = secrets.token_urlsafe(16)
        self.grants[code] = query
        back = query["redirect_uri"] + "?" + urllib.parse.urlencode({"code": code, "state": query["state"], "iss": self.issuer})
        return f'<!DOCTYPE html><title>Provider</title><link rel="icon" href="data:,"><a id="go" href="{back.replace("&", "&amp;")}">Go on as ana</a>'

    def token(self, query, authorization):
        grant = self.grants.pop(query.get("code"), None)
        credentials = base64.b64encode(f"{CLIENT}:{self.secret}".encode()).decode()
        challenge = encoded(hashlib.sha256(query.get("code_verifier", "").encode()).digest())
        if not grant or authorization != f"Basic {credentials}" or challenge != grant["code_challenge"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "ana", "groups": list(ROLES), "nonce": grant["nonce"], "iat": now, "exp": now + 300,
        }
        covered = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "EdDSA", "kid": "1"}, claims))
        return json.dumps({"token_type": "Bearer", "id_token": f"{covered}.{encoded(self.key.sign(covered.encode()))}"})
