"""How every command begins: settings read, terminal's language chosen."""

import os

from app import settings as app_settings
from app import terminal
from app.settings import Settings


def open_settings(*, demo: bool = False) -> Settings:
    settings = app_settings.read(os.environ, demo=demo)
    terminal.speak(settings.language)
    return settings
