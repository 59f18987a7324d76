"""The site's signature (Ed25519) on what leaves it: receipts, evidence packets, checkpoints of the audit trail.

Whoever holds the public key (`hutong keys public`, or the page 「核验」) can verify without asking anybody. A signed text is
UTF-8 lines; its last line is the signature: `signature ed25519 KEY-ID BASE64`. The signature covers every byte before that
line. `routing/papers/verify.py` checks the same with nothing but a Python interpreter.
"""

import base64
import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from records.secrets import Keyring

SIGNATURE_BYTES = 64
_MARK = "signature ed25519"


class NotSigned(Exception):
    """The text is not what the site signed, or not signed with this key."""


@lru_cache(maxsize=4)
def _private(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key(ring: Keyring) -> bytes:
    """The raw public key: 32 bytes."""
    return _private(ring.signing).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def public_keys(ring: Keyring) -> list[bytes]:
    """The raw public keys that this site ever signed with, the present one first."""
    return [
        public_key(ring),
        *(_private(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) for seed in ring.signed),
    ]


def public_pem(ring: Keyring) -> str:
    """The public key as a PEM file."""
    key = _private(ring.signing).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def key_id(public: bytes) -> str:
    """The name of a raw public key, short enough to be read aloud: 16 hex characters of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def signature(ring: Keyring, content: bytes) -> bytes:
    return _private(ring.signing).sign(content)


def holds(public: bytes, content: bytes, mark: bytes) -> bool:
    """Whether the signature is of this content, by the holder of this raw public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(mark, content)
    except (ValueError, InvalidSignature):
        return False
    return True


def signed(ring: Keyring, text: str) -> str:
    """The text with its signature as last line. `text` ends with a newline."""
    mark = base64.b64encode(signature(ring, text.encode())).decode("ascii")
    return f"{text}{_MARK} {key_id(public_key(ring))} {mark}\n"


def verified(text: str, public: bytes) -> str:
    """What was signed, without its signature. Raises NotSigned."""
    body, mark, last = text.rpartition(_MARK)
    parts = last.split()
    if not mark or not body.endswith("\n") or len(parts) != 2:
        raise NotSigned("there is no signature")
    try:
        mark = base64.b64decode(parts[1], validate=True)
    except ValueError:
        raise NotSigned("the signature can't be read") from None
    if not holds(public, body.encode(), mark):
        raise NotSigned("the signature does not fit")
    return body


def read_pem(pem: str) -> bytes:
    """The raw key of a PEM file. Raises ValueError when it holds no Ed25519 public key."""
    key = load_pem_public_key(pem.encode("ascii", "replace"))
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 public key")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
