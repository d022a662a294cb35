"""What the stand-in for amazon-ssm-agent proves itself by: the key of its registration, and the temporary credentials that this gets."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sigv4 import AWSError, Credentials, ask, base_headers, post, to_sign

STATE = Path("/var/lib/amazon/ssm")
STORE = STATE / "Vault/Store"
KEY = STORE / "RegistrationKey"
FINGERPRINT = STORE / "InstanceFingerprint"
REGISTRATION = STATE / "registration"
EXPIRY = STATE / "runtimeconfig/identity_config.json"
SHARED_CREDENTIALS = Path("/root/.aws/credentials")

SSM = "AmazonSSM."
MESSAGES = "EC2WindowsMessageDeliveryService."
ATTEMPTS = 4


def register(url: str, region: str, code: str, activation: str) -> None:
    """Makes a new key, whatever there was before, and the host a node."""
    if len(code) < 20 or len(activation) < 36:
        raise SystemExit("an activation has a code of at least 20 characters, and an id of 36")
    STORE.mkdir(parents=True, exist_ok=True, mode=0o700)
    openssl("genrsa", "-out", str(KEY), "2048")
    KEY.chmod(0o600)
    FINGERPRINT.write_text(str(uuid.uuid4()))
    public = openssl("rsa", "-in", str(KEY), "-pubout", "-outform", "DER")
    target = f"{SSM}RegisterManagedInstance"
    body = {
        "ActivationCode": code,
        "ActivationId": activation,
        "Fingerprint": FINGERPRINT.read_text(),
        "PublicKey": base64.b64encode(public).decode(),
        "PublicKeyType": "Rsa",
    }
    answer = post(url, base_headers(url, target), json.dumps(body).encode())
    REGISTRATION.write_text(json.dumps({"ManagedInstanceID": answer["InstanceId"], "Region": region}))


def openssl(*words: str, stdin: bytes = b"") -> bytes:
    """What openssl prints."""
    return subprocess.run(["openssl", *words], input=stdin, capture_output=True, check=True).stdout


def replace_file(file: Path, text: str) -> None:
    """Writes a file that is there whole or not at all, and survives a power cut."""
    part = file.with_name(f".{file.name}.part")
    part.touch(mode=0o600)
    with open(part, "w", encoding="utf-8") as output:
        output.write(text)
        output.flush()
        os.fsync(output.fileno())
    shutil.move(part, file)


class Vault:
    """The identity of the registered host; it may be used by several threads."""

    def __init__(self, url: str, region: str) -> None:
        self._url, self._region = url, region
        self.node = str(json.loads(REGISTRATION.read_text())["ManagedInstanceID"])
        self._credentials: Credentials | None = None
        self._refresh_at = 0.0
        self._lock = threading.Lock()
        for folder in (EXPIRY.parent, SHARED_CREDENTIALS.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._load_credentials()

    def call(self, target: str, request: dict[str, Any]) -> Any:
        """The answer of an operation."""
        service = "ec2messages" if target.startswith(MESSAGES) else "ssm"
        return self._patiently(lambda: ask(self._url, service, self._region, self._current(), target, request))

    @staticmethod
    def _patiently(call: Callable[[], Any]) -> Any:
        """Four attempts where the server does not answer or is in trouble; one where it refuses."""
        for attempt in range(ATTEMPTS):
            try:
                return call()
            except AWSError as error:
                if 400 <= error.status < 500 or attempt == ATTEMPTS - 1:
                    raise
                time.sleep(1.2 * 2**attempt)
        return None

    def _load_credentials(self) -> None:
        """Those of the last start, if they have not ended."""
        if not EXPIRY.exists():
            return
        kept = json.loads(EXPIRY.read_text())
        if time.time() < kept["expires"]:
            values = dict(line.split(" = ", 1) for line in SHARED_CREDENTIALS.read_text().splitlines()[1:])
            self._credentials = Credentials(
                values["aws_access_key_id"], values["aws_secret_access_key"], values["aws_session_token"]
            )
            self._refresh_at = kept["refresh"]

    def _current(self) -> Credentials:
        with self._lock:
            if self._credentials is None or time.time() >= self._refresh_at:
                self._credentials = self._role_token()
            return self._credentials

    def _role_token(self) -> Credentials:
        """New ones, by a request that the RSA key signs and that comes in chunks; scripts find them in the shared file."""
        target = f"{SSM}RequestManagedInstanceRoleToken"
        body = json.dumps({"Fingerprint": FINGERPRINT.read_text()}).encode()
        headers = base_headers(self._url, target)
        signed = to_sign("ssm", self._region, headers, body)
        options = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"]
        signature = openssl("dgst", "-sha256", "-sign", str(KEY), *options, stdin=signed.text.encode())
        authorization = signed.header(self.node, base64.b64encode(signature).decode())
        headers |= {"authorization": authorization, "transfer-encoding": "chunked"}
        answer = self._patiently(lambda: post(self._url, headers, iter([body])))
        token = Credentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"])
        now, expires = time.time(), float(answer["TokenExpirationDate"])
        if answer["UpdateKeyPair"]:
            raise SystemExit("the key pair is to be changed, which this stand-in does not do")
        self._refresh_at = now + (expires - now) / 2
        replace_file(
            SHARED_CREDENTIALS,
            f"[default]\naws_access_key_id = {token.key}\naws_secret_access_key = {token.secret}\n"
            f"aws_session_token = {token.token}\n",
        )
        replace_file(EXPIRY, json.dumps({"expires": expires, "refresh": self._refresh_at}))
        return token
