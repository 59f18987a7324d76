"""What is wrong in a rule file, line by line, and how to mend it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One broken line: where, what is wrong, how to mend it."""

    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        return f"第{self.line}行：{self.what}。改法：{self.mend}"


class RuleErrors(ValueError):
    """All broken lines of a rule file at once, in the order of the file."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(map(str, self.problems)))
