"""Tasks: work for a higher room, asked for by a row and done when due, once. `app` binds each kind to its use case."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from records.batch import Batch, Lost
from records.columns import new_id
from records.store import Store
from records.tables import Task

log = logging.getLogger("hutong.tasks")

TRIES = 8
BACK_OFF = timedelta(seconds=20)  # times the number of tries so far
BATCH = 100

# A task's use case reads and decides; its batch is written together with the task's own end, so that it happens once.
Work = Callable[[Task, datetime], Awaitable[Batch]]


def put_task(
    batch: Batch,
    kind: str,
    key: str,
    due_at: datetime,
    *,
    case_id: str | None = None,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Ask for work. The same kind and key asked for twice is one task."""
    batch.add_if_new(
        Task(
            id=new_id(due_at),
            kind=kind,
            key=key,
            case_id=case_id,
            due_at=due_at,
            payload=dict(payload or {}),
            created_at=due_at,
        )
    )


async def run_tasks(store: Store, now: datetime, works: Mapping[str, Work]) -> int:
    """Do every due task; answers how many were done. A task that fails is tried again later, and after its last try
    stays as `failed`, where the board shows it."""
    done = 0
    while True:
        async with store.read() as session:
            due = (
                await session.exec(
                    select(Task)
                    .where(Task.status == "waiting", col(Task.due_at) <= now)
                    .order_by(col(Task.due_at), col(Task.id))
                    .limit(BATCH)
                )
            ).all()
        before = done
        for task in due:
            done += await _do(store, task, now, works)
        if not due or done == before:
            return done


async def _do(store: Store, task: Task, now: datetime, works: Mapping[str, Work]) -> int:
    for _ in range(3):
        try:
            batch = await works[task.kind](task, now)
            batch.change(task, status="done", attempts=task.attempts + 1)
            await store.write(batch)
            return 1
        except Lost as lost:
            if lost.table == "tasks":
                return 0  # another worker did it
        except Exception as problem:
            log.exception("task %s (%s) failed", task.id, task.kind)
            await _again(store, task, now, type(problem).__name__)
            return 0
    await _again(store, task, now, "Lost")
    return 0


async def _again(store: Store, task: Task, now: datetime, reason: str) -> None:
    batch, attempts = Batch(), task.attempts + 1
    if attempts >= TRIES:
        batch.change(task, status="failed", attempts=attempts)
        if task.case_id:
            batch.event(task.case_id, now, "task_failed", "system", task=task.kind, reason=reason)
    else:
        batch.change(task, attempts=attempts, due_at=now + BACK_OFF * attempts)
    try:
        await store.write(batch)
    except Lost:
        log.warning("task %s changed while it was tried", task.id)
