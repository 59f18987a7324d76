"""What stops a command: one sentence that ends with what to do next."""

from words.language import Line, line


class Problem(Exception):
    """Told to the person at the terminal as it is; never a traceback."""

    def __init__(self, zh: str, /, **values: object) -> None:
        self.line: Line = line(zh, **values)
        super().__init__(str(self.line))
