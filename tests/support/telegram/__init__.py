"""A Bot API of our own: a small HTTP server on this machine that speaks what both bot libraries need, with phones for
the people who talk to the bots, and with all the trouble that the real one makes."""

from tests.support.telegram.api import BotApi, serving
from tests.support.telegram.phone import Phone
from tests.support.telegram.trouble import Trouble

__all__ = ["BotApi", "Phone", "Trouble", "serving"]
