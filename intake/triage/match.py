"""Where the rules fire: single words, and combinations whose terms stand near each other."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence

from intake.triage.keywords import Rule
from intake.triage.scan import Compiled, Scan, Span

MOST_PER_RULE = 12  # a long text says the same thing many times; the first dozen are enough to judge and to show
MOST_TRIED = 200
MOST_NEAR = 12  # more places than this are not looked through one by one
LOOSE = 14  # characters between the terms of a combination from which it is a clue


class Hit:
    """A rule fired at these places. `refused` says why it does not count, empty when it does."""

    __slots__ = ("end", "kind", "refused", "rule", "spans", "start")

    def __init__(self, rule: Rule, spans: tuple[Span, ...], refused: str = "", kind: str = "") -> None:
        """`kind` is of the refusal: negated, question, publicity, drill, fiction, settled, animal, adult, cut, speaker, and so on."""
        self.rule, self.spans, self.refused, self.kind = rule, spans, refused, kind
        if len(spans) == 1:
            self.start, self.end = spans[0]
        else:
            self.start, self.end = min(spans)[0], max([end for _, end in spans])

    def refuse(self, kind: str, refused: str) -> "Hit":
        """The same hit, which does not count."""
        return Hit(self.rule, self.spans, refused, kind)


Judge = Callable[[Span, Rule], tuple[str, str]]  # kind and reason of a refusal, or two empty strings
Child = tuple[int | None, str | None]  # years and sex as stated


def hits(scan: Scan, rules_of: Mapping[int, Sequence[Compiled]], judge: Judge, child: Child) -> list[Hit]:
    """All hits of the rules in the table, refused ones included, in the order of the file."""
    present = scan.bits
    fit: dict[Compiled, None] = {}
    for which in rules_of.keys() & scan.present:
        for compiled in rules_of[which]:
            if compiled.needs & present == compiled.needs:
                fit[compiled] = None
    found: list[Hit] = []
    for compiled in fit:
        if not compiled.conditional or _fits(compiled.rule, child):
            _of_rule(scan, compiled, judge, found)
    if len(found) > 1:
        found.sort(key=_in_file)
    return found


def _fits(rule: Rule, child: Child) -> bool:
    years, sex = child
    if rule.sex is not None and sex != rule.sex:
        return False
    if rule.below is not None and (years is None or years >= rule.below):
        return False
    return rule.least is None or (years is not None and years >= rule.least)


def _in_file(hit: Hit) -> tuple[int, int]:
    return hit.rule.line, hit.start


def _of_rule(scan: Scan, compiled: Compiled, judge: Judge, found: list[Hit]) -> None:
    """Adds the hits of one rule, or where all are refused the first of these."""
    given = 0
    best_refused: Hit | None = None
    for first in scan.at(compiled.terms[0])[:MOST_TRIED]:
        hit = _from(scan, compiled, judge, first)
        if hit is None:
            continue
        if hit.refused:
            best_refused = best_refused or hit
            continue
        found.append(hit)
        given += 1
        if given >= MOST_PER_RULE:
            return
    if best_refused is not None:
        found.append(best_refused)


def _from(scan: Scan, compiled: Compiled, judge: Judge, first: Span) -> Hit | None:
    rule = compiled.rule
    if compiled.unless is not None and _near_unless(scan, compiled.unless, first):
        return None
    if compiled.not_after is not None and not compiled.people[0] and _follows(scan, compiled.not_after, first):
        return None
    spans = [first]
    refusal = ("", "") if compiled.people[0] and len(compiled.terms) > 1 else judge(first, rule)
    for place in range(1, len(compiled.terms)):
        options = _options(scan, compiled, spans, place)
        if not options:
            return None
        verdict = ("", "")
        chosen = options[0]
        if not compiled.people[place]:
            verdict = judge(chosen, rule)
            for option in options[1:4]:
                if not verdict[0]:
                    break
                other = judge(option, rule)
                if not other[0]:
                    chosen, verdict = option, other
        if compiled.not_after is not None and not compiled.people[place] and _follows(scan, compiled.not_after, chosen):
            return None
        spans.append(chosen)
        refusal = refusal if refusal[0] else verdict
    return Hit(rule, tuple(spans), refusal[1], refusal[0])


def _options(scan: Scan, compiled: Compiled, spans: list[Span], place: int) -> list[Span]:
    """Occurrences of the next term near enough to what is matched so far, nearest first."""
    rule = compiled.rule
    reach, low = rule.within, min(spans)[0]
    high = spans[0][1] if place == 1 else max([end for _, end in spans])
    from_, to = low - reach, high + reach
    last = len(scan.text) + to
    if rule.same_sentence:
        sentence = scan.sentence(low)
        from_, last = max(from_, sentence[0]), min(to, sentence[1])
        to = last
    after = spans[-1][1] if rule.ordered[place - 1] else 0
    everywhere = scan.at(compiled.terms[place])
    if len(everywhere) > MOST_NEAR:
        begin = bisect_left(everywhere, (max(0, from_ - 8), 0))
        everywhere = everywhere[begin : begin + MOST_TRIED]
    fitting: list[tuple[int, Span]] = []
    for span in everywhere:
        start, end = span
        if start > to:
            break
        if start < from_ or end > last or start < after:
            continue
        for other in spans:
            if start < other[1] and other[0] < end:
                break
        else:
            gap = start - high if start >= high else max(0, low - end)
            fitting.append((gap, span))
    if len(fitting) > 1:
        fitting.sort()
    return [span for _, span in fitting]


def _follows(scan: Scan, number: int, span: Span) -> bool:
    """Does one of these stand within six characters before, in the same clause?"""
    clause = scan.clause(span[0])
    return any(clause[0] <= start and 0 <= span[0] - end <= 6 for start, end in scan.at(number))


def _near_unless(scan: Scan, number: int, first: Span) -> bool:
    spans = scan.at(number)
    if not spans:
        return False
    low, high = scan.sentence(first[0])
    return any(low <= start and end <= high for start, end in spans)


def clue(rule: Rule) -> bool:
    """A loose combination, far apart or across sentences, is a clue and no finding."""
    return len(rule.terms) > 1 and (rule.within >= LOOSE or not rule.same_sentence) and not rule.firm
