"""重算程序: counts again, from the exported audit lines alone, what was missed and what came twice on a day; and checks the chain.

It needs a Python interpreter (3.8 or newer) and nothing else: it imports nothing of the product, so that an outsider can read it
and run it. The lines come from `hutong audit export FILE`.

    python3 recount.py audit.jsonl [2026-11-22]

Every change of a clock stands in the detail of an audit line as [id, kind, version, status, step, due, due before]; a line with the
action clock.fire is one whose due time had come. For each day in Beijing time:

fired      due times that were acted on by the system, and how late at most
ended      due times that a person's act took away before they came
overtaken  due times that a person's act took away after they had come, before the system did anything: it was late
missed     due times of the day, still standing, at which nothing has happened until now
doubled    versions of a clock, or steps of it at one due time, that were acted on more than once
lost       versions of a clock of which no line speaks
"""

import hashlib
import json
import sys
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
PUNCTUAL = timedelta(seconds=30)  # a sweep comes every few seconds
NOTHING = "0" * 64
RUNS = ("running", "paused")


def recount(lines, day, until=None):
    """The counts for the due times of a day (a date in Beijing time). `lines` are dicts as exported; `until` is when they were
    exported: what was still to come then is not missed, and what came late until then is late, not missed."""
    begins = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
    ends = begins + timedelta(days=1)
    if until is None:
        until = max((datetime.fromisoformat(line["at"]) for line in lines), default=ends)
    states = {}
    for line in lines:
        at = datetime.fromisoformat(line["at"])
        if at > until:
            continue
        for clock, kind, version, status, step, due, before in line["detail"].get("clocks", ()):
            known = states.setdefault(clock, {})
            known.setdefault(version, []).append((at, line["action"], status, step, due, before, kind))
    found = dict.fromkeys(("fired", "ended", "overtaken", "missed", "doubled", "lost"), 0)
    latest = timedelta()
    for known in states.values():
        versions = sorted(known)
        found["lost"] += versions[-1] - versions[0] + 1 - len(versions)
        fired = set()
        for version in versions:
            found["doubled"] += len(known[version]) - 1
            at, action, _, step, _, before, _ = known[version][0]
            if before is None or not begins <= datetime.fromisoformat(before) < ends:
                continue
            late = at - datetime.fromisoformat(before)
            if action == "clock.fire":
                found["fired"] += 1
                found["doubled"] += (step, before) in fired
                fired.add((step, before))
                latest = max(latest, late)
            elif late >= PUNCTUAL and known.get(version - 1, [(0, 0, "running")])[0][2] in RUNS:
                found["overtaken"] += 1
            elif late < PUNCTUAL:
                found["ended"] += 1
        _, _, status, _, due, _, _ = known[versions[-1]][0]
        due = datetime.fromisoformat(due)
        if status in RUNS and begins <= due < ends and due + PUNCTUAL < until:
            found["missed"] += 1
    found["latest_seconds"] = int(latest.total_seconds())
    return found


def canonical(value):
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode("ascii")


def chain(lines, seals):
    """What is wrong with the chain, as sentences; none when it holds. The signatures are checked by `hutong audit verify`."""
    sums = {}
    for line in lines:
        body = [line[name] for name in ("writer", "number", "at", "actor", "action", "subject", "purpose", "detail")]
        sums[(line["writer"], line["number"])] = hashlib.sha256(canonical(body)).hexdigest()
    wrong, previous, count = [], NOTHING, 0
    for place, seal in enumerate(sorted(seals, key=lambda each: each["position"]), 1):
        body = hashlib.sha256(canonical(seal["ranges"]) + bytes.fromhex("".join(seal["sums"]))).hexdigest()
        count += len(seal["sums"])
        text = "hutong seal 1\nposition {}\nat {}\nlines {}\nprevious {}\nbody {}\n".format(
            place, seal["at"], count, previous, body
        )
        previous = hashlib.sha256(text.encode("ascii")).hexdigest()
        if previous != seal["hash"]:
            wrong.append(f"第 {seal['position']} 个封印接不上")
            previous = seal["hash"]
        numbers = [(writer, number) for writer, first, last in seal["ranges"] for number in range(first, last + 1)]
        for key, digest in zip(numbers, seal["sums"]):  # noqa: B905  # an older interpreter knows no strict
            if sums.get(key) != digest:
                wrong.append("书写者 {} 第 {} 行：{}".format(*key, "被改过" if key in sums else "缺失"))
    return wrong


def said(day, found):
    """The statement of a day, as a sentence."""
    return (
        "{day}：{missed} missed, {doubled} doubled（应触发 {due} 次，触发 {fired} 次，最晚 {latest_seconds} 秒；"
        "处理在先 {ended} 次；迟而被处理抢先 {overtaken} 次；缺记录 {lost} 条）"
    ).format(day=day, due=found["fired"] + found["overtaken"] + found["missed"], **found)


def main(arguments):
    if not 1 <= len(arguments) <= 2:
        print("用法：python3 recount.py audit.jsonl [2026-11-22]")
        return 2
    lines, seals, until = [], [], None
    with open(arguments[0], encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            if "exported" in line:
                until = datetime.fromisoformat(line["exported"])
            else:
                (seals if "position" in line else lines).append(line)
    wrong = chain(lines, seals)
    print("\n".join(wrong) or f"封印链完整：{len(seals)} 个封印，{len(lines)} 行")
    if len(arguments) == 2:
        day = datetime.strptime(arguments[1], "%Y-%m-%d").date()  # noqa: DTZ007  # a day, no time
        found = recount(lines, day, until)
        print(said(day, found))
        return 1 if wrong or found["missed"] or found["doubled"] or found["lost"] else 0
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
