"""How the two bots are wired in: which letters they carry elsewhere, and the hooks by which the messenger calls the web."""

from collections.abc import Callable, Mapping
from datetime import datetime

from app.clock import SystemClock
from bot.door import secret, take
from bot.edge import Messenger
from bot.runner import COURIERS, lease_of
from records.leases import holder_of
from records.store import Store
from web.edge import Hook


async def at_work(store: Store, messenger: Messenger) -> frozenset[str]:
    """The couriers whose bot is running, in whatever process: their letters are left to it. When it is not, and as long as
    it is not, people telephone."""
    now = SystemClock().now()
    async with store.read() as session:
        held = {bot: await holder_of(session, lease_of(bot), now) for bot in messenger.bots}
    return frozenset(COURIERS[bot] for bot, lease in held.items() if lease and lease.state in ("running", "starting"))


def hooks(messenger: Messenger, store: Store, now: Callable[[], datetime]) -> Mapping[str, Hook]:
    """What the messenger may call, by the bot: nothing, where updates are fetched by long polling."""
    if not messenger.webhook:
        return {}

    def hook(bot: str) -> Hook:
        return Hook(secret(bot, messenger.token(bot)), lambda body: take(store, bot, body, now()))

    return {bot: hook(bot) for bot in messenger.bots}
