"""What was typed into a form of the case page, parsed: texts, choices, Beijing times. Decided elsewhere."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.datastructures import FormData

from records.batch import Batch
from records.tables import Account
from routing.protocols import Protocols
from routing.refusal import Refused
from words.beijing import BEIJING
from words.language import Line, line


@dataclass(frozen=True)
class Task:
    """What an act is carried out with: who, on what, what was typed, and when."""

    session: AsyncSession
    person: Account
    reference: str
    form: FormData
    now: datetime
    protocols: Protocols
    home: str  # place code of this site

    def text(self, name: str) -> str:
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def many(self, name: str) -> list[str]:
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def named(self, prefix: str) -> dict[str, str]:
        """The fields whose names begin so, by the rest of their names."""
        return {name.removeprefix(prefix): self.text(name) for name in self.form if name.startswith(prefix)}

    def yes_or_no(self, name: str) -> bool | None:
        return {"yes": True, "no": False}.get(self.text(name))

    def number(self, name: str) -> int | None:
        """A whole number; None when it is none."""
        text = self.text(name)
        return int(text) if text.isdecimal() and len(text) < 6 else None

    def moment(self, name: str) -> datetime | None:
        """A Beijing time as a browser writes it. Raises Refused when it is none."""
        if not self.text(name):
            return None
        try:
            return datetime.fromisoformat(self.text(name)).replace(tzinfo=BEIJING)
        except ValueError:
            raise Refused(line("时间看不懂，请写成 2026-11-22 15:30 这样。")) from None


Decided = Awaitable[tuple[Batch, Line]]
