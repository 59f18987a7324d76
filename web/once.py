"""Double submit: a form carries a key made with the page, and the same key is carried out once."""

from datetime import datetime

from records.once import Decide
from records.once import once as carried_out_once
from records.store import Store
from records.tables import Account

CHANNEL = "console"


async def once(store: Store, person: Account, key: str, now: datetime, decide: Decide) -> bool:
    """Carry the act out; False when the same form was carried out before. Raises Refused."""
    first, _ = await carried_out_once(store, CHANNEL, person.id, key, now, decide)
    return first
