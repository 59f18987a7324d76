"""A clock as pure functions: start, advance one rung, pause, resume, extend. No row, no roster, no time of its own.

Promises: one rung per call; a running clock always has a next time, except those that fire once by design; patience
clocks give people their minutes after an outage, statutory ones never slide; the top repeats until a person acts.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from escalation.calendar import Calendar
from escalation.policy import Change, Policy, Step, Terms, with_change
from escalation.span import Span, Unit
from words.beijing import stamp
from words.language import Line, line

_RUNGS = ("desk", "L0", "L1", "L2", "L3", "L4")
# A sweep comes every few seconds. What is later than this was an outage.
PUNCTUAL = timedelta(seconds=30)


class NotAllowed(Exception):
    """A pause or an extension that the rules refuse; `line` says why and what is possible."""

    def __init__(self, said: Line) -> None:
        super().__init__(said.zh)
        self.line = said


@dataclass(frozen=True)
class Clock:
    """What stands in the clock's row. All times aware UTC.

    `ends_at` is when the act itself is due; `due_at` when `step` (index into the policy's steps; beyond the last one:
    the top once more) fires. `status` is running, paused or done.
    """

    policy: Policy
    started_at: datetime
    ends_at: datetime
    step: int
    due_at: datetime
    status: str = "running"


@dataclass(frozen=True)
class Move:
    """One rung up: who is told (`fire`), how late that is, and the clock after it.

    `repeats`: this was the top, and what comes next is the top once more. `times`: how often it has been repeated.
    """

    fire: Step
    late: timedelta
    clock: Clock
    repeats: bool = False
    times: int = 0

    @property
    def next_step(self) -> int:
        return self.clock.step

    @property
    def next_due(self) -> datetime:
        return self.clock.due_at


def start(policy: Policy, since: datetime, calendar: Calendar, *, now: datetime | None = None) -> Clock:
    """A clock counted from `since`. Its snapshot holds the steps in the order they will fire.

    `now`, when the clock begins later than it counts from (a result told late): reminders already past are left out.
    """
    since = since.astimezone(UTC)
    ends_at = calendar.add(since, policy.due)
    planned = [(plan(step, since, ends_at, calendar), index) for index, step in enumerate(policy.steps)]
    begins = max(since, now) if now else since
    kept = sorted((at, index) for at, index in planned if at > begins or policy.steps[index].of in ("start", "due"))
    policy = replace(policy, steps=tuple(policy.steps[index] for _, index in kept))
    return Clock(policy, since, ends_at, 0, kept[0][0])


def quicken(clock: Clock, policy: Policy, now: datetime, calendar: Calendar) -> Clock:
    """The clock by a graver level's policy, from `now` on; nothing gets later by it. A clock that would be over sooner starts
    afresh. One that was due earlier keeps its due time and climbs on from the rung it has reached by the graver times and
    repeats. A pause that the graver level does not know ends."""
    now = now.astimezone(UTC)
    fresh = start(policy, now, calendar)
    if clock.status not in ("running", "paused"):
        return clock
    if fresh.ends_at < clock.ends_at:
        next_at = fresh.due_at if clock.status == "paused" else min(fresh.due_at, clock.due_at)
        return replace(fresh, due_at=max(now, next_at))
    clock = resume(clock, now, calendar)
    reached = max((_height(step.to) for step in clock.policy.steps[: clock.step]), default=-1)
    ahead = [
        (max(now, plan(step, clock.started_at, clock.ends_at, calendar)), step)
        for step in policy.steps
        if _height(step.to) > reached and (step.kind != "remind" or clock.ends_at > now)
    ]
    ahead.sort(key=lambda each: (each[0], _height(each[1].to)))
    fired = clock.policy.steps[: clock.step]
    steps = (*fired, *(step for _, step in ahead))
    if ahead:
        next_at, step = ahead[0][0], len(fired)
    else:  # at the top already: it speaks again by the graver level's measure
        next_at = calendar.add(now, policy.repeat) if policy.repeat else clock.due_at
        step = max(clock.step, len(fired))
    due_at = max(now, min(next_at, clock.due_at))
    return replace(clock, policy=replace(policy, steps=steps, changes=clock.policy.changes), step=step, due_at=due_at)


def hasten(clock: Clock, ends_at: datetime, now: datetime, calendar: Calendar) -> Clock:
    """The clock due at `ends_at`, when that is sooner: the desk is reminded on the shorter way and when it is due. Those above
    it hear when they would have. A clock that is paused, or due sooner already, stays as it is."""
    now, ends_at = now.astimezone(UTC), ends_at.astimezone(UTC)
    if clock.status != "running" or ends_at >= clock.ends_at:
        return clock
    change = Change("earlier", now.isoformat(), ends_at.isoformat(), "", "")
    fired, steps = clock.policy.steps[: clock.step], clock.policy.steps[clock.step :]
    if not any((step.to, step.of, step.after.amount) == ("desk", "due", 0) for step in steps):
        steps = (*steps, Step("desk", "remind", of="due"))
    planned = [(plan(step, clock.started_at, ends_at, calendar), step) for step in steps]
    ahead = sorted(
        ((max(now, at), step) for at, step in planned if at > now or step.of in ("start", "due")),
        key=lambda each: (each[0], _height(each[1].to)),
    )
    policy = replace(clock.policy, steps=(*fired, *(step for _, step in ahead)))
    return replace(clock, ends_at=ends_at, due_at=ahead[0][0], policy=with_change(policy, change))


def _height(to: str) -> int:
    return _RUNGS.index(to) if to in _RUNGS else -1


def plan(step: Step, started_at: datetime, ends_at: datetime, calendar: Calendar) -> datetime:
    """When a step fires if nothing comes between."""
    match step.of:
        case "start":
            return calendar.add(started_at, step.after)
        case "due":
            return calendar.add(ends_at, step.after) if step.after.amount else ends_at
        case "part":
            return started_at + (ends_at - started_at) * step.share
    return calendar.eve(ends_at)


def advance(clock: Clock, now: datetime, calendar: Calendar) -> Move:
    """The next rung of a clock that is due; never two in one call. ValueError when it is not due or already done."""
    now = now.astimezone(UTC)
    if clock.status == "done" or now < clock.due_at:
        raise ValueError(f"a {clock.status} {clock.policy.kind} clock is not due before {clock.due_at}")
    late = now - clock.due_at
    if clock.status == "paused":  # the pause has lasted as long as it may
        return Move(Step("desk", "resumed"), late, resume(clock, clock.due_at, calendar))
    steps = clock.policy.steps
    last = len(steps) - 1
    times = max(0, clock.step - last)
    fire = clock.policy.top if times else steps[clock.step]
    if clock.step < last:
        gap = _planned(clock, clock.step + 1, calendar) - _planned(clock, clock.step, calendar)
        base = now if clock.policy.slides and late > PUNCTUAL else clock.due_at
        next_due = base + gap
        if base is now and steps[clock.step + 1].after.working:
            next_due = calendar.counts_from(next_due)
    elif clock.policy.repeat:
        next_due = calendar.add(clock.due_at, clock.policy.repeat)
        if next_due <= now:  # after an outage the top speaks once, not once for every time it missed
            next_due = calendar.add(now, clock.policy.repeat)
    else:
        return Move(fire, late, replace(clock, status="done", step=clock.step + 1))
    return Move(fire, late, replace(clock, step=clock.step + 1, due_at=next_due), clock.step >= last, times)


def _planned(clock: Clock, step: int, calendar: Calendar) -> datetime:
    """When the step would fire by the due time as it is now; a pause moves what counts from the start."""
    policy = clock.policy
    at = plan(policy.steps[step], clock.started_at, clock.ends_at, calendar)
    if policy.steps[step].of == "start":
        for change in policy.changes:
            if change.kind == "pause" and not change.open:
                began, ended = datetime.fromisoformat(change.at), datetime.fromisoformat(change.until)
                at = _after_pause(at, began, ended, policy.due, calendar)
    return at


def _after_pause(moment: datetime, began: datetime, ended: datetime, counted: Span, calendar: Calendar) -> datetime:
    """Where a time ahead of a pause lies after it: what was left of the way is still left, in working time when that is what
    the clock counts (a pause over a weekend costs such a clock nothing)."""
    if moment <= began:
        return moment
    if not counted.working:
        return moment + (ended - began)
    left = Span(calendar.worked(began, moment) / timedelta(hours=1), Unit.HOURS)
    later = calendar.add(ended, left)
    return calendar.close_of(later) if counted.unit is Unit.DAYS and calendar.closing(moment) else later


def pause(
    clock: Clock,
    now: datetime,
    calendar: Calendar,
    terms: Terms,
    *,
    waits_for: str,
    by: str,
    reason: str,
    limit: Span | None = None,
) -> Clock:
    """Stop while waiting for `reporter` (once, never critical) or for a body with a statutory period (`limit`).

    A paused clock has a due time too: the end of the longest pause, when `advance` starts it again.
    Raises NotAllowed.
    """
    policy = clock.policy
    _named(by, reason)
    if policy.kind not in terms.pausable or clock.status != "running":
        raise NotAllowed(line("这个时限不能暂停。"))
    if waits_for == "reporter":
        limit = terms.pause_for_reporter.get(policy.urgency)
        if limit is None:
            raise NotAllowed(line("{level}事项不能因等待报告人而暂停计时。", level=line(policy.urgency.zh)))
        if any(change.kind == "pause" and change.waits_for == "reporter" for change in policy.changes):
            raise NotAllowed(line("等待报告人只能暂停一次，已经暂停过。"))
    elif limit is None:
        raise NotAllowed(line("只有等待有法定期限的机关（如法院裁定、法律援助审查）才能暂停，请写明期限。"))
    now = now.astimezone(UTC)
    until = calendar.add(now, limit)
    change = Change("pause", now.isoformat(), until.isoformat(), by, reason, waits_for, clock.due_at.isoformat(), True)
    return replace(clock, status="paused", due_at=until, policy=with_change(policy, change))


def waits_for(clock: Clock) -> str:
    """What a paused clock waits for: `reporter`, or the body with a statutory period. Empty when it is not paused."""
    return next((change.waits_for for change in clock.policy.changes if change.open), "")


def resume(clock: Clock, now: datetime, calendar: Calendar) -> Clock:
    """Run again: what was left of the way is left from now on. A clock that is not paused stays as it is."""
    waiting = next((change for change in clock.policy.changes if change.open), None)
    if clock.status != "paused" or waiting is None:
        return clock
    now = min(now.astimezone(UTC), clock.due_at)
    began, due = datetime.fromisoformat(waiting.at), clock.policy.due
    return replace(
        clock,
        status="running",
        ends_at=_after_pause(clock.ends_at, began, now, due, calendar),
        due_at=_after_pause(datetime.fromisoformat(waiting.due_was), began, now, due, calendar),
        policy=with_change(clock.policy, replace(waiting, until=now.isoformat(), open=False)),
    )


def extend(
    clock: Clock, now: datetime, calendar: Calendar, terms: Terms, *, by: Span, person: str, role: str, reason: str
) -> Clock:
    """Move a result's due time once, as far as its level allows, by the decision of the named role. Raises NotAllowed.

    `role` is a role of the ladder's seats (`head`). Whether the reporter must be told why stands in the rule.
    """
    policy, rule = clock.policy, terms.extensions.get(clock.policy.urgency)
    _named(person, reason)
    if policy.kind != "result" or rule is None or clock.status != "running":
        raise NotAllowed(line("{level}事项的这个时限不能延长。", level=line(policy.urgency.zh)))
    if any(change.kind == "extension" for change in policy.changes):
        raise NotAllowed(line("只能延长一次，已经延长过。"))
    if role != rule.role:
        raise NotAllowed(line("延长须由单位负责人批准。"))
    if by.unit is not rule.at_most.unit or by > rule.at_most or not by.amount:
        raise NotAllowed(line("最多可延长{most}。", most=rule.at_most.zh))
    ends_at = calendar.add(clock.ends_at, by)
    if ends_at <= now:
        raise NotAllowed(line("时限早已过去，延长后仍然超期；请直接办理并说明原因。"))
    change = Change("extension", now.astimezone(UTC).isoformat(), ends_at.isoformat(), person, reason)
    moved = replace(clock, ends_at=ends_at, policy=with_change(policy, change))
    ahead = ((step, _planned(moved, step, calendar)) for step in range(len(policy.steps)))
    step, due_at = next((step, at) for step, at in ahead if at > now)  # there is one: the due time lies ahead
    return replace(moved, step=step, due_at=due_at)


def _named(person: str, reason: str) -> None:
    if not person.strip() or not reason.strip():
        raise NotAllowed(line("请写明批准人和理由。"))


def derivation(clock: Clock, calendar: Calendar) -> tuple[Line, ...]:
    """Why the due time is what it is, sentence by sentence: basis, start, counting, holidays, pauses, result."""
    policy = clock.policy
    begins = calendar.counts_from(clock.started_at) if policy.due.working else clock.started_at
    basis = (
        line("{basis}（{clause}）", basis=line(policy.basis.zh), clause=policy.clause)
        if policy.clause
        else line(policy.basis.zh)
    )
    said = [
        line("时限{span}，依据：{basis}。", span=policy.due.zh, basis=basis),
        line("自{at}起算。", at=stamp(clock.started_at)),
    ]
    if begins != clock.started_at.astimezone(UTC):
        said.append(line("不在上班时间内，从{at}上班起计。", at=stamp(begins)))
    if policy.due.working:
        said.append(
            line(
                "工作时间{opens}至{closes}，休息日和节假日不计。",
                opens=f"{calendar.opens:%H:%M}",
                closes=f"{calendar.closes:%H:%M}",
            )
        )
        said += calendar.skipped(clock.started_at, clock.ends_at)
    elif policy.due.unit is Unit.WALL:
        said.append(line("按自然时间连续计算，节假日照计。"))
    said += [_told(change) for change in policy.changes]
    said.append(line("应于{at}前完成。", at=stamp(clock.ends_at)))
    if policy.due.working and (note := calendar.note(clock.started_at, clock.ends_at)):
        said.append(note)
    return tuple(said)


def _told(change: Change) -> Line:
    at, until = stamp(datetime.fromisoformat(change.at)), stamp(datetime.fromisoformat(change.until))
    if change.kind == "extension":
        return line("{at} 经{by}批准延长至{until}：{reason}。", at=at, by=change.by, until=until, reason=change.reason)
    if change.kind == "earlier":
        return line("孩子会再见到那个人，第一次进展提前到{until}。", until=until)
    text = (
        "{at} 起暂停，最迟{until}恢复（{by}：{reason}）。" if change.open else "{at} 至{until} 暂停（{by}：{reason}）。"
    )
    return line(text, at=at, until=until, by=change.by, reason=change.reason)
