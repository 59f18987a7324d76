"""The composition root: one open Hutong, built from settings. Server, commands and tests all live in one of these."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from app import demo, site
from app.bots import at_work, hooks
from app.clock import Clock, FileClock, HandClock, SystemClock
from app.due import next_due
from app.hotline import Counter
from app.judging import Judge
from app.keeping import Keeper
from app.languages import catalogue
from app.outside import Outside
from app.platforms import profiles_of
from app.protocols import calendar_of, divisions_of, forms_of, protocols_of
from app.settings import Settings
from app.works import works
from bot.edge import Edge as BotEdge
from escalation.couriers import deliver_due
from escalation.sweep import OnDuty, Swept, sweep_once
from escalation.watch import Check
from intake.dialogue import greeting
from intake.hear import Ears, come_back, fall_silent, gone_quiet, hear, news, owns
from intake.said import Reply, Said
from intake.tickets.importing import forget_previews
from intake.tickets.profile import Profile
from records.batch import Batch
from records.store import Store, open_store
from records.tables import Setting, Task
from records.tasks import put_task, run_tasks
from routing.desks import COVERAGE
from routing.papers.forms import Form
from routing.protocols import Protocols
from routing.roster import roster
from routing.shipped import Shipped
from web.edge import Edge
from words.beijing import local

log = logging.getLogger("hutong.house")

SWEPT = "sweep"  # settings row: when the last sweep ended, by the house's clock and by the machine's
SWEPT_EVERY = timedelta(seconds=30)  # how often that is written down
CARRIED_EVERY = timedelta(hours=1)  # how often letters are carried while time is pushed: nobody reads them meanwhile


Answer = TypeVar("Answer")


@dataclass
class House:
    """`hear` takes one message, `tick` does what time brought, `later` lets time pass."""

    settings: Settings
    clock: Clock
    store: Store
    judge: Judge
    shipped: Shipped
    protocols: Protocols
    forms: Mapping[str, Form]
    home: str
    profiles: Mapping[str, Profile]
    outside: Outside
    _ticking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _working: asyncio.Lock = field(default_factory=asyncio.Lock)
    _swept_at: datetime | None = None
    _swept_files: datetime | None = None
    counter: Counter = field(init=False)
    _keeper: Keeper = field(init=False)
    _covered_on: date | None = None

    def __post_init__(self) -> None:
        self._keeper = Keeper(self.store, self.now, self.home, self.protocols)
        self.counter = Counter(
            self.store, self.judge, self.protocols, self.home, self.profiles, self.now,
            refresh=lambda: self._guarded("rules", lambda: self.judge.refresh(self.store)),
            tasks=lambda: self._guarded("tasks", self._tasks),
        )  # fmt: skip

    @classmethod
    @asynccontextmanager
    async def at(cls, settings: Settings, clock: Clock | None = None) -> AsyncIterator["House"]:
        """The house that these settings describe, as long as the block lasts.

        Raises Problem, KeyProblem, SchemaProblem (each says what to do) when there is no house to open.
        """
        site.open_site(settings)
        store = open_store(settings.database)
        outside: Outside | None = None
        try:
            await site.check_mode(store, settings)
            async with store.read() as session:
                row = await session.get(Setting, site.SITE)
            if row is None:
                raise site.no_home()
            shipped = protocols_of(settings)
            clock = clock or clock_of(settings)
            profiles = profiles_of(settings)
            outside = Outside(store, profiles, clock.now)
            yield cls(
                settings=settings,
                clock=clock,
                store=store,
                judge=await Judge.of(store, clock),
                shipped=shipped,
                protocols=Protocols(shipped.packs, calendar_of(settings), divisions_of(settings)),
                forms=forms_of(settings),
                home=row.value["home"],
                profiles=profiles,
                outside=outside,
            )
        finally:
            if outside is not None:
                await outside.close()
            await store.close()

    def now(self) -> datetime:
        return self.clock.now()

    @property
    def ears(self) -> Ears:
        return Ears(self.judge.assess, self.protocols, self.home)

    async def hear(self, said: Said) -> list[Reply]:
        """One message of one reporter: heard, written, and what it means for an open case done at once."""
        return await self.talk(lambda session: hear(session, said, self.now(), self.ears))

    async def imports(self) -> None:
        """A stretch of the files that operators import; and those that were only looked at are forgotten."""
        await self._guarded("imports", self._imports)

    async def _imports(self) -> None:
        await self.counter.import_some()
        if self._swept_files is None or self.now() - self._swept_files >= CARRIED_EVERY:
            await self.store.carry_out(lambda session: forget_previews(session, self.now()))
            self._swept_files = self.now()

    async def again(self, channel: str, conversation: str) -> list[Reply]:
        """What to show to a conversation that comes back."""
        return await self.talk(lambda session: come_back(session, channel, conversation, self.now()))

    async def news(self, channel: str, conversation: str) -> list[Reply]:
        """What a desk asked or told a conversation that stands open; usually nothing."""
        return await self.talk(lambda session: news(session, channel, conversation, self.now()))

    async def talk(self, decide: Callable[[AsyncSession], Awaitable[tuple[Batch, Answer]]]) -> Answer:
        """One turn of a conversation, judged by the rules in force, and what it means for an open case done at once."""
        await self._guarded("rules", lambda: self.judge.refresh(self.store))
        asked = False

        async def turn(session: AsyncSession) -> tuple[Batch, Answer]:
            nonlocal asked
            batch, answer = await decide(session)
            asked = any(isinstance(row, Task) for row in batch.rows_if_new)
            return batch, answer

        answer = await self.store.carry_out(turn)
        if asked:
            await self._guarded("tasks", self._tasks)
        return answer

    async def owns(self, channel: str, conversation: str, code: str) -> bool:
        async with self.store.read() as session:
            return await owns(session, channel, conversation, code)

    async def tick(self, on_duty: OnDuty | None = None) -> None:
        """Everything that time brought: silences, due clocks, tasks, letters. A fault in one stops none of the others.

        `on_duty`: the roster to go by; by default it is read anew.
        """
        async with self._ticking:
            await self._guarded("rules", lambda: self.judge.refresh(self.store))
            await self._guarded("silence", self._silences)
            await self._guarded("sweep", lambda: self._sweep(on_duty or roster(self.store, self.protocols)))
            await self._guarded("coverage", self._coverage)
            await self._guarded("tasks", self._tasks)
            await self._guarded("letters", self._letters)

    async def seal(self) -> None:
        """What is new on record comes under a seal; when a day is over, its statement is made."""
        for what, work in (("seal", self._keeper.seal), ("statement", self._keeper.state), ("seal", self._keeper.seal)):
            await self._guarded(what, work)

    async def later(self, by: timedelta) -> None:
        """Let time pass, stopping wherever something is due, so that a ladder climbs rung by rung."""
        clock = self.clock
        if not isinstance(clock, FileClock | HandClock):
            raise RuntimeError("only a demonstration's clock is moved")
        until, on_duty = self.now() + by, roster(self.store, self.protocols)  # nobody changes desks meanwhile
        await self.tick(on_duty)
        carried = self.now()
        while (due := await next_due(self.store, self.now())) and due.at < until:
            clock.advance(max(due.at - self.now(), timedelta()))
            carries = due.letters or due.at - carried >= CARRIED_EVERY
            await self._pass(on_duty, silences=due.silences, tasks=due.tasks or due.silences, letters=carries)
            carried = due.at if carries else carried
        clock.advance(max(until - self.now(), timedelta()))
        await self.tick(on_duty)

    async def _pass(self, on_duty: OnDuty, *, silences: bool, tasks: bool, letters: bool) -> None:
        """A tick of time that is only pushed: what is due, and no more. Nobody reads letters meanwhile."""
        async with self._ticking:
            if silences:
                await self._guarded("silence", self._silences)
            swept = Swept()

            async def sweep() -> None:
                nonlocal swept
                swept = await sweep_once(self.store, self.now(), on_duty, self.protocols.calendar)

            await self._guarded("sweep", sweep)
            if tasks or swept.asked:
                await self._guarded("tasks", self._tasks)
            if letters:
                await self._guarded("letters", self._letters)

    async def hear_silence(self) -> None:
        """Submit what reporters left lying past its quiet time, and no more: clocks and letters stay as they are."""
        await self._silences()
        await self._tasks()

    async def at_rest(self) -> None:
        """Returns when no tick is under way, so that the store may be closed."""
        async with self._ticking:
            pass

    async def watch(self) -> Sequence[Check]:
        """What must be true now."""
        return await self._keeper.watch()

    async def beat(self) -> None:
        """Tell the outside monitor that all promises are kept; when they are not, or nobody is here, it hears nothing."""
        await self._guarded("heartbeat", lambda: self._keeper.beat(self.settings.heartbeat))

    def edge(self) -> Edge:
        """What the web is given."""
        movable = self.settings.demo
        return Edge(
            store=self.store,
            now=self.now,
            pause=self.clock.pause,
            hear=self.hear,
            greet=lambda language: greeting(),
            again=self.again,
            news=self.news,
            owns=self.owns,
            file=self.counter.file,
            forward=self.counter.forward,
            preview=self.counter.preview,
            seen=self.counter.seen,
            alarming=self.counter.alarming,
            profiles=self.profiles,
            demo=self.settings.demo,
            advance=self.later if movable else None,
            catalogue=catalogue,
            protocols=self.protocols,
            assess=self.judge.assess,
            home=self.home,
            clauses=self.shipped.clauses,
            forms=self.forms,
            watch=self.watch,
            metrics_token=self.settings.metrics_token,
            demo_logins=demo.logins() if self.settings.demo else (),
            duty_bot=bool(self.settings.telegram.duty),
            hooks=hooks(self.settings.telegram, self.store, self.now),
        )

    def bot_edge(self) -> BotEdge:
        """What the bots are given."""
        return BotEdge(
            store=self.store,
            now=self.now,
            really=SystemClock().now,
            ears=lambda: self.ears,
            talk=self.talk,
            protocols=self.protocols,
            home=self.home,
            messenger=self.settings.telegram,
            catalogue=catalogue,
            console=self.settings.console,
            demo=self.settings.demo,
        )

    async def _guarded(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception:
            log.exception("%s failed; the next tick tries again", what)

    async def _silences(self) -> None:
        now = self.now()
        async with self.store.read() as session:
            quiet = await gone_quiet(session, now)
        for conversation_id in quiet:
            await self._guarded(f"silence of conversation {conversation_id}", partial(self._silence, conversation_id))

    async def _silence(self, conversation_id: str) -> None:
        await self.store.carry_out(lambda session: fall_silent(session, conversation_id, self.now(), self.ears))

    async def _sweep(self, on_duty: OnDuty) -> None:
        now = self.now()
        await sweep_once(self.store, now, on_duty, self.protocols.calendar)
        if self._swept_at is None or not timedelta() <= now - self._swept_at < SWEPT_EVERY:
            value = {"at": now.isoformat(), "really_at": SystemClock().now().isoformat()}
            batch = Batch()
            batch.change_all(Setting, {"key": SWEPT}, value=value, updated_at=now)
            batch.add_if_new(Setting(key=SWEPT, value=value, updated_at=now))
            await self.store.write(batch)
            self._swept_at = now

    async def _coverage(self) -> None:
        """Once a day, and the first time: who will stand at each rung of each desk for the next fourteen days."""
        now = self.now()
        if self._covered_on == local(now).date():
            return
        batch = Batch()
        put_task(batch, COVERAGE, local(now).date().isoformat(), now)
        await self.store.write(batch)
        self._covered_on = local(now).date()

    async def _tasks(self) -> None:
        async with self._working:
            await run_tasks(self.store, self.now(), works(self.store, self.ears))

    async def _letters(self) -> None:
        """Those that a person carries, and those of messengers that are not there; the bots carry their own."""
        elsewhere = await at_work(self.store, self.settings.telegram)
        await deliver_due(self.store, self.now(), {}, elsewhere=elsewhere)


def clock_of(settings: Settings) -> Clock:
    return FileClock(settings.clock_file) if settings.clock_file else SystemClock()
