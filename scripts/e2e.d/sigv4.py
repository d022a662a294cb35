"""AWS's Signature Version 4, for the JSON protocols of SSM: what is signed, and the HMAC over it."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"
CONTENT_TYPE = "application/x-amz-json-1.1"
TIMEOUT_SECONDS = 20.0


class AWSError(Exception):
    """An answer that is an error, or none at all."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"HTTP {status}: {text}")
        self.status = status


@dataclass(frozen=True)
class Credentials:
    """An access key, and the session token of a temporary one."""

    key: str
    secret: str
    token: str = ""


@dataclass(frozen=True)
class ToSign:
    """A request's string to sign, and the two parts of the header that speak of it."""

    scope: str
    signed: str
    text: str

    def header(self, key: str, signature: str) -> str:
        """The header Authorization."""
        return f"{ALGORITHM} Credential={key}/{self.scope}, SignedHeaders={self.signed}, Signature={signature}"


def to_sign(service: str, region: str, headers: Mapping[str, str], body: bytes) -> ToSign:
    """What is to be signed of a `POST /`; the headers have lower-case names, and all of them are signed."""
    date = headers["x-amz-date"]
    scope = f"{date[:8]}/{region}/{service}/aws4_request"
    signed = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = f"POST\n/\n\n{lines}\n{signed}\n{hashlib.sha256(body).hexdigest()}"
    return ToSign(scope, signed, f"{ALGORITHM}\n{date}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}")


def hmac_signature(secret: str, request: ToSign) -> str:
    """The signature by a secret key."""
    key = f"AWS4{secret}".encode()
    for part in [*request.scope.split("/"), request.text]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key.hex()


def base_headers(url: str, target: str) -> dict[str, str]:
    """The headers that every request has and signs."""
    date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return {
        "content-type": CONTENT_TYPE,
        "host": urlsplit(url).netloc,
        "x-amz-date": date,
        "x-amz-target": target,
    }


def ask(
    url: str,
    service: str,
    region: str,
    credentials: Credentials,
    target: str,
    request: dict[str, Any],
    *,
    authority: Path | None = None,
) -> Any:
    """The answer of an operation, by a request that is signed with the credentials."""
    body = json.dumps(request).encode()
    headers = base_headers(url, target) | {"content-length": str(len(body))}
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    signed = to_sign(service, region, headers, body)
    authorization = signed.header(credentials.key, hmac_signature(credentials.secret, signed))
    return post(url, headers | {"authorization": authorization}, body, authority=authority)


def post(
    url: str, headers: Mapping[str, str], body: bytes | Iterable[bytes], *, authority: Path | None = None
) -> Any:
    """The JSON of the answer; a body that comes in pieces is sent in chunks.

    Without an authority, those of SSL_CERT_FILE are trusted, as amazon-ssm-agent does.
    Raises AWSError, of status 0 where there was no answer.
    """
    context = ssl.create_default_context(cafile=authority)
    connection = http.client.HTTPSConnection(urlsplit(url).netloc, timeout=TIMEOUT_SECONDS, context=context)
    try:
        connection.request("POST", "/", body, dict(headers), encode_chunked=not isinstance(body, bytes))
        answer = connection.getresponse()
        text = answer.read().decode()
    except (OSError, http.client.HTTPException) as error:
        raise AWSError(0, str(error)) from error
    finally:
        connection.close()
    if answer.status != 200:
        raise AWSError(answer.status, text)
    return json.loads(text)
