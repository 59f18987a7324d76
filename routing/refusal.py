"""A person asked for something that may not be. The sentence says why and what to do instead."""

from words.language import Line


class Refused(Exception):
    """Shown to the person as it is. Nothing was written."""

    def __init__(self, line: Line) -> None:
        super().__init__(line.zh)
        self.line = line
