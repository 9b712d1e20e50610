"""Personal identifiers: encrypted at rest, found again by a keyed hash (P-03).

A stored value is `KEYID:BASE64(nonce + AES-256-GCM ciphertext)`; the kind of the value is the
associated data, so a value moved to another column does not open. The keys live outside the
database (WEIXI_DATA_KEYS or var/data.key); the first encrypts, all of them decrypt. The index
key is derived from the last (oldest) key: rotation puts new keys in front and keeps it.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12
TAIL = 4


class _Keys:
    def __init__(self, secrets: tuple[str, ...]) -> None:
        self.ciphers = {_key_id(text): AESGCM(_derived(text, b"cipher")) for text in secrets}
        self.active = _key_id(secrets[0])
        self.index = _derived(secrets[-1], b"index")


def _derived(secret: str, use: bytes) -> bytes:
    return hmac.new(secret.strip().encode(), b"weixi-" + use, hashlib.sha256).digest()


def _key_id(secret: str) -> str:
    return hashlib.sha256(b"id" + secret.strip().encode()).hexdigest()[:6]


@lru_cache(maxsize=4)
def _ring(secrets: tuple[str, ...]) -> _Keys:
    return _Keys(secrets)


def _keys() -> _Keys:
    return _ring(tuple(settings.DATA_KEYS))


def seal(kind: str, text: str) -> str:
    """Encrypt `text` under the newest key."""
    keys = _keys()
    nonce = os.urandom(NONCE_BYTES)
    box = nonce + keys.ciphers[keys.active].encrypt(nonce, text.encode(), kind.encode())
    return f"{keys.active}:{base64.b64encode(box).decode()}"


def unseal(kind: str, sealed: str) -> str:
    """Decrypt what `seal` made. Raises KeyError when its key is gone, InvalidTag if changed."""
    key_id, _, body = sealed.partition(":")
    box = base64.b64decode(body)
    cipher = _keys().ciphers[key_id]
    return cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], kind.encode()).decode()


def needs_reseal(sealed: str) -> bool:
    """Whether an older key sealed it."""
    return not sealed.startswith(_keys().active + ":")


def fingerprint(kind: str, text: str) -> str:
    """Keyed hash of the normalised value, for exact search: 32 hex digits."""
    return hmac.digest(_keys().index, f"{kind}\0{text}".encode(), "sha256").hex()[:32]


def tail_fingerprint(kind: str, text: str) -> str:
    """Keyed hash of the last four characters; 16 hex digits. Empty when the value is shorter."""
    if len(text) < TAIL:
        return ""
    return hmac.digest(_keys().index, f"{kind}-tail\0{text[-TAIL:]}".encode(), "sha256").hex()[:16]
