"""A device's key in software: makes passkeys and signs with them as browsers send it (WebAuthn level 3, §6 and §7)."""

import hashlib
import json
import os

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url as b64

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


class SoftKey:
    """One credential.  Set `flags`, `origin`, `host` or `count` to misbehave."""

    def __init__(self, origin: str = "http://localhost:8000", host: str = "localhost"):
        self.origin, self.host, self.count, self.flags = origin, host, 0, PRESENT | VERIFIED
        self.id, self._key, self.handle = os.urandom(32), ec.generate_private_key(ec.SECP256R1()), b""

    def make(self, options: dict) -> str:
        """The answer to creation options."""
        self.handle = options["user"]["id"]
        point = self._key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(key)
        data = self._data(self.flags | HAS_KEY) + credential
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": b64(client), "attestationObject": b64(attestation)})

    def use(self, options: dict) -> str:
        """The answer to request options."""
        self.count += 1
        data, client = self._data(self.flags), self._client("webauthn.get", options["challenge"])
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": data, "clientDataJSON": client, "signature": signature}
        return self._answer({name: b64(value) for name, value in parts.items()} | {"userHandle": self.handle})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict) -> str:
        answer = {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response}
        return json.dumps(answer | {"clientExtensionResults": {}})
