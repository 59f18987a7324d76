"""The triage in force: the engine made of the active keyword rules, which are a row that all processes share."""

import time
from dataclasses import dataclass
from functools import cache, lru_cache

from sqlalchemy import select as sa_select
from sqlmodel import select

from app.clock import Clock
from app.settings import SHIPPED, Settings
from app.site import KEYWORDS, has_data, no_home
from intake.triage.assessment import Assessment
from intake.triage.engine import Engine
from intake.triage.keywords import parse
from intake.triage.opinion import Counted, read_counts
from records.schema import check, sync_engine
from records.store import Store
from records.tables import Setting
from words.beijing import local

SHIPPED_RULES = SHIPPED / "keywords.txt"
SHIPPED_OPINION = SHIPPED / "opinion.json"
FRESH_SECONDS = 2.0  # rules that were activated elsewhere are in force here after this long


def rules_text(settings: Settings) -> str:
    """The active rules of this site; the shipped ones where there is no site yet. For commands that open no house."""
    if not has_data(settings):
        return SHIPPED_RULES.read_text(encoding="utf-8-sig")
    check(settings.database)
    engine = sync_engine(settings.database)
    try:
        with engine.connect() as connection:
            table = Setting.__table__  # type: ignore[attr-defined]  # SQLModel sets it on table classes
            value = connection.execute(sa_select(table.c.value).where(table.c.key == KEYWORDS)).scalar()
    finally:
        engine.dispose()
    return str(value["text"]) if value else SHIPPED_RULES.read_text(encoding="utf-8-sig")


@cache
def second_opinion() -> Counted:
    """The counts shipped with the product, read once."""
    return read_counts(SHIPPED_OPINION.read_text(encoding="utf-8"))


@lru_cache(maxsize=2)
def engine_of(text: str) -> Engine:
    """The engine that judges by these rules; it holds nothing of what it judged, so whoever asks for the same rules shares
    it, and the rules that were in force before cost nothing to go back to. Raises RuleErrors."""
    return Engine(parse(text), second_opinion())


@dataclass
class Judge:
    """`assess` judges by the rules that `refresh` last read."""

    engine: Engine
    version: int
    clock: Clock
    looked: float

    @classmethod
    async def of(cls, store: Store, clock: Clock) -> "Judge":
        """Raises Problem when the database holds no rules, RuleErrors when they can't be read."""
        async with store.read() as session:
            row = await session.get(Setting, KEYWORDS)
        if row is None:
            raise no_home()
        return cls(engine_of(row.value["text"]), row.version, clock, time.monotonic())

    def assess(self, text: str) -> Assessment:
        return self.engine.assess(text, year=local(self.clock.now()).year)

    def assess_ticket(self, text: str) -> Assessment:
        """The same for what a hotline's operator wrote down: 我 is then no child."""
        return self.engine.assess(text, via="hotline", reporter="operator", year=local(self.clock.now()).year)

    async def refresh(self, store: Store) -> None:
        """Take over rules that were activated since. Cheap: it looks at the version only, and not every time."""
        if time.monotonic() - self.looked < FRESH_SECONDS:
            return
        self.looked = time.monotonic()
        async with store.read() as session:
            version = (await session.exec(select(Setting.version).where(Setting.key == KEYWORDS))).one()
            if version == self.version:
                return
            row = (await session.exec(select(Setting).where(Setting.key == KEYWORDS))).one()
        self.engine, self.version = engine_of(row.value["text"]), row.version
