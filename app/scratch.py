"""A demonstration county in a directory that nobody keeps, for commands that try things out."""

import asyncio
from pathlib import Path

from app import demo, site
from app import settings as app_settings
from app.settings import Settings
from records import schema
from records.store import open_store


def scratch(directory: Path, database: str | None = None) -> Settings:
    """Its settings; `database` is an empty one elsewhere, otherwise SQLite in the directory. It has desks and people and no case; its keys are this process's from now on."""
    settings = app_settings.read(
        {"HUTONG_DATA": str(directory), "HUTONG_MODE": "demo"} | ({"HUTONG_DATABASE": database} if database else {})
    )
    site.make_keys(settings)
    schema.upgrade(settings.database)
    asyncio.run(_settle(settings))
    return settings


async def _settle(settings: Settings) -> None:
    store = open_store(settings.database)
    try:
        await demo.settle(store, settings)
    finally:
        await store.close()
