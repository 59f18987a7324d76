"""Which use case does which kind of task. Rooms below ask by a row; here the rows meet the functions above them."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.sweep import NOBODY
from intake.hear import Ears
from records.batch import Batch
from records.store import Store
from records.tables import Task
from records.tasks import Work
from routing import reporter
from routing.acts import delaying
from routing.alarms import nobody_on_duty
from routing.coverage import look_ahead
from routing.desks import COVERAGE
from routing.kin import find_kin
from routing.opening import Draft
from routing.revising import revise_case

UseCase = Callable[[AsyncSession, Task, datetime], Awaitable[tuple[Batch, object]]]


def works(store: Store, ears: Ears) -> Mapping[str, Work]:
    """Every kind of task that is ever put, with what does it."""
    protocols, home = ears.protocols, ears.home
    use_cases: Mapping[str, UseCase] = {
        "revise_case": lambda session, task, now: revise_case(
            session, Draft.from_payload(task.payload), protocols, home, now
        ),
        "reporter_added": lambda session, task, now: reporter.added(
            session, _case(task), task.payload["said_as"], task.payload["text"], now
        ),
        "reporter_answer": lambda session, task, now: reporter.answered(
            session, _case(task), task.payload["text"], protocols.calendar, now
        ),
        "reporter_confirm": lambda session, task, now: reporter.confirmed(session, _case(task), now),
        "reporter_dispute": lambda session, task, now: reporter.disputed(
            session, _case(task), task.payload["text"], protocols, home, now
        ),
        delaying.LAPSE: delaying.lapse,
        COVERAGE: lambda session, task, now: look_ahead(session, protocols, home, now),
        NOBODY: lambda session, task, now: nobody_on_duty(
            session, _case(task), task.payload["desk"], protocols, home, now
        ),
        "reporter_fetched": lambda session, task, now: reporter.fetched(
            session, _case(task), task.payload["telling"], now
        ),
        "find_kin": lambda session, task, now: find_kin(session, _case(task), protocols, home, now),
        "desk_read": lambda session, task, now: reporter.read_by_desk(
            session, _case(task), task.payload["telling"], now
        ),
    }
    return {kind: _read_and_decide(store, use_case) for kind, use_case in use_cases.items()}


def _read_and_decide(store: Store, use_case: UseCase) -> Work:
    async def work(task: Task, now: datetime) -> Batch:
        async with store.read() as session:
            batch, _ = await use_case(session, task, now)
        return batch

    return work


def _case(task: Task) -> str:
    if task.case_id is None:
        raise ValueError(f"task {task.id} ({task.kind}) names no case")
    return task.case_id
