"""What is doubtful in a rule file that parses: for `make check` and before a changed file is activated."""

import re
from collections.abc import Iterator

from intake.triage.keywords import Rule, Rules
from words.ids import Urgency


def check(rules: Rules) -> list[str]:
    """Sentences in Chinese, each with its line: words twice, rules never reached, contradictions."""
    return [*_repeated(rules), *_unreachable(rules), *_contradictions(rules), *_idle_groups(rules)]


def _words(rules: Rules) -> Iterator[tuple[Rule, str]]:
    """Words that stand alone in a line: with no combination, condition or group."""
    for rule in rules.rules:
        if len(rule.terms) == 1 and not any(
            (rule.sex, rule.below, rule.least, rule.unless, rule.not_after, rule.minor)
        ):
            for word in rule.says.split():
                if "{" not in word and not word.startswith(("（", "(")):
                    yield rule, word.lower()


def _repeated(rules: Rules) -> Iterator[str]:
    """The same word on two lines of one category and level: the second says nothing."""
    first: dict[tuple[str, Urgency | None, str], int] = {}
    for rule, word in _words(rules):
        key = (rule.category, rule.level, word)
        before = first.setdefault(key, rule.line)
        if before != rule.line:
            yield f"第{rule.line}行：“{word}”在第{before}行已经有了，同一类别同一级别写一次就够。"
    seen: dict[str, int] = {}
    for rule in rules.rules:
        if len(rule.terms) > 1 and seen.setdefault(f"{rule.category}{rule.level}{rule.says}", rule.line) != rule.line:
            yield f"第{rule.line}行：与第{seen[f'{rule.category}{rule.level}{rule.says}']}行完全相同。"


def _unreachable(rules: Rules) -> Iterator[str]:
    """Words that can never be found in a plain text: upper case, blanks, marks that are read over, masked whole."""
    told: set[str] = set()
    for rule in (*rules.rules, *rules.raising):
        for term in rule.terms:
            for word in sorted(term.words - told):
                told.add(word)
                if re.search(r"[\s“”‘’「」『』]", word):
                    yield f"第{rule.line}行：“{word}”里有空格或引号，读文章时这些会被去掉，这个词永远认不出来。"
                elif word in rules.aliases and rules.aliases[word] != word:
                    yield f"第{rule.line}行：“{word}”是“{rules.aliases[word]}”的别名，会先被换掉，请直接写“{rules.aliases[word]}”。"
    for name, target in rules.aliases.items():
        if target in rules.aliases and rules.aliases[target] != target:
            yield f"别名“{name}”指向“{target}”，而“{target}”自己又是别名，请直接写最后的正字。"


def _contradictions(rules: Rules) -> Iterator[str]:
    """Conditions that no child can meet."""
    for rule in rules.rules:
        if rule.below is not None and rule.least is not None and rule.least >= rule.below:
            yield f"第{rule.line}行：既要满{rule.least}岁又要未满{rule.below}岁，没有孩子符合。"


def _idle_groups(rules: Rules) -> Iterator[str]:
    used = {word for rule in (*rules.rules, *rules.raising) for term in rule.terms for word in term.words}
    used |= {word for rule in rules.rules for term in (rule.unless, rule.not_after) if term for word in term.words}
    used |= {word for term in (*rules.scopes.values(), *rules.flags.values()) for word in term.words}
    for name, term in rules.groups.items():
        if term.words and not term.words & used:
            yield f"组“{name}”没有任何规则用到。"
