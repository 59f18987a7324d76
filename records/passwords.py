"""Passwords: argon2id hashes, and the ones we make up ourselves."""

import secrets
import unicodedata
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B: a first password is read off a screen or a slip of paper.
_READABLE = "34679ACDEFGHJKMNPQRTUVWXY"


@dataclass(frozen=True)
class Cost:
    """What one hash takes: passes over `memory` KiB, on `lanes` threads."""

    passes: int
    memory: int
    lanes: int = 1


STRONG = Cost(passes=3, memory=64 * 1024)  # RFC 9106, second recommended option, on one lane
CHEAP = Cost(passes=1, memory=64)  # for tests and the demonstration, whose passwords are public


@cache
def _hasher(cost: Cost) -> PasswordHasher:
    return PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory, parallelism=cost.lanes)


@cache
def _nobodys_hash(cost: Cost) -> str:
    return _hasher(cost).hash(secrets.token_hex(16))


def hash_password(password: str, cost: Cost = STRONG) -> str:
    """The argon2id hash, with its own salt and cost inside. Takes about 0.1 s at STRONG: call it in a thread."""
    return _hasher(cost).hash(_typed(password))


def verify_password(password: str, hashed: str | None, cost: Cost = STRONG) -> bool:
    """Is it the one? `hashed` None (no such login, or one that cannot log in) takes as long and is never true, so
    that the time tells nobody which logins exist."""
    try:
        _hasher(cost).verify(hashed or _nobodys_hash(cost), _typed(password))
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


def is_outdated(hashed: str, cost: Cost = STRONG) -> bool:
    """Was it made at another cost? Then hash again at the next successful login."""
    return _hasher(cost).check_needs_rehash(hashed)


def new_password() -> str:
    """A first password to be printed once: 16 characters in four groups, 74 bits."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))


def _typed(password: str) -> str:
    """As a Chinese keyboard may send it: full-width letters and digits count as plain ones."""
    return unicodedata.normalize("NFKC", password)
