"""Places, desks and the people who sit at them."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import JSON, Field

from records.columns import Instant, Row
from records.secrets import Sealed


class Place(Row, table=True):
    """An administrative division (GB/T 2260 code, 6 digits or more). `parent` is the code one level up."""

    __tablename__ = "places"

    code: str = Field(primary_key=True)
    name: str
    parent: str | None = None
    text_police: str | None = None  # the place's text-message police number (12110…), if it has one


class Desk(Row, table=True):
    """A department's desk in one place.

    `kind` is `24h` (24小时值守) or `day` (白天＋备班电话). `courier` names how letters reach it; `call` is a person on
    the telephone and always works.
    """

    __tablename__ = "desks"

    id: str = Field(primary_key=True)
    place_code: str = Field(index=True, foreign_key="places.code")
    department: str = Field(index=True)  # id of words.ids.DEPARTMENTS
    name: str
    kind: str = "day"
    phone: str | None = Field(default=None, sa_type=Sealed("desks.phone"))
    courier: str = "call"
    active: bool = True
    version: int = 0


class Account(Row, table=True):
    """A person of the house. Without a password nobody can log in as them, but they can be called.

    `role` is officer, supervisor or admin. `demo` marks the demonstration people, whom production refuses.
    """

    __tablename__ = "accounts"

    id: str = Field(primary_key=True)
    login: str = Field(unique=True)
    name: str
    role: str
    place_code: str = Field(foreign_key="places.code")
    desk_id: str | None = Field(default=None, foreign_key="desks.id", index=True)
    phone: str | None = Field(default=None, sa_type=Sealed("accounts.phone"))
    password_hash: str | None = None
    language: str = "zh"
    demo: bool = False
    disabled_at: datetime | None = Field(default=None, sa_type=Instant)
    failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    version: int = 0


class Duty(Row, table=True):
    """Who answers at which rung of a desk, and when.

    `rung` is desk (who is called first), L0 … L4. `days`: weekdays (those listed in `weekdays`, ISO, 1 Monday … 7 Sunday),
    working (days worked by the official calendar, make-up days too) or rest (the others). The shift runs from `start` to
    `end` in minutes of the Beijing day, over midnight when `end` <= `start` (0–0 is round the clock). In the order of
    `rank`: the lowest reachable one is asked first. A shift with `begins_at` and `ends_at` holds
    only between these two: somebody has taken over for once.
    """

    __tablename__ = "duties"

    id: str = Field(primary_key=True)
    desk_id: str = Field(foreign_key="desks.id", index=True)
    account_id: str = Field(foreign_key="accounts.id", index=True)
    rung: str
    weekdays: list[int] = Field(default_factory=lambda: [1, 2, 3, 4, 5, 6, 7], sa_type=JSON)
    days: str = "weekdays"
    start: int = 0
    end: int = 0
    rank: int = 0
    begins_at: datetime | None = Field(default=None, sa_type=Instant)
    ends_at: datetime | None = Field(default=None, sa_type=Instant)


class Poster(Row, table=True):
    """A unit's poster: the short code in its link means this desk, and says nothing to whoever reads the link.

    A retired one is kept: what came in by it stays what it was, and the code is never given to another.
    """

    __tablename__ = "posters"

    id: str = Field(primary_key=True)  # the code
    desk_id: str = Field(foreign_key="desks.id", index=True)
    made_by: str
    made_at: datetime = Field(sa_type=Instant)
    retired_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 0


class LoginSession(Row, table=True):
    """A person's session on the server. Only the token's hash is kept; ending it is deleting the row."""

    __tablename__ = "sessions"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: str = Field(primary_key=True)
    token_hash: str
    account_id: str = Field(foreign_key="accounts.id", index=True)
    csrf: str
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)


class SecondFactor(Row, table=True):
    """A person's second factor: an authenticator's secret (TOTP, RFC 6238) and printed codes, each good for one login.

    It counts once `confirmed_at` is set. `last_step` is the time step of the last code that was taken: none is taken twice.
    Of printed codes only hashes are kept.
    """

    __tablename__ = "second_factors"

    account_id: str = Field(primary_key=True, foreign_key="accounts.id")
    secret: str = Field(sa_type=Sealed("second_factors.secret"))
    codes: list[str] = Field(default_factory=list, sa_type=JSON)
    last_step: int = 0
    made_at: datetime = Field(sa_type=Instant)
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 0
