"""How the messenger is reached: what the settings say of it. Imports nothing, so that reading settings costs nothing."""

from dataclasses import dataclass, field

REPORTER, DUTY = "reporter", "duty"
OFFICIAL = "https://api.telegram.org"


@dataclass(frozen=True)
class Messenger:
    """How the messenger is reached. A token is never printed. `api` is the base address of the Bot API server; `webhook`
    this site's public address, empty where updates are fetched by long polling."""

    reporter: str = field(default="", repr=False)
    duty: str = field(default="", repr=False)
    api: str = OFFICIAL
    webhook: str = ""

    def token(self, bot: str) -> str:
        return self.reporter if bot == REPORTER else self.duty

    @property
    def bots(self) -> tuple[str, ...]:
        """Those that have a token."""
        return tuple(bot for bot in (REPORTER, DUTY) if self.token(bot))
