"""What may come of a call to the messenger, in our own words. Each framework's errors end where its calls are made."""

from datetime import timedelta


class Trouble(Exception):
    """`reason` is a short code, never the text of an answer: that may hold an address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotNow(Trouble):
    """It did not go, or nobody knows whether it went. `after`: how long the messenger asks us to wait."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Gone(Trouble):
    """The person has blocked the bot, or the account or group is no more."""


class Unable(Trouble):
    """The messenger refuses it as it is; the same again would be refused again."""


class WrongToken(Trouble):
    """The messenger does not know this token."""


def of_description(description: str) -> Trouble | None:
    """What the words of a refused request mean; None when it changed nothing because nothing was to be changed.

    The descriptions are those that the Bot API server answers with; they are all that tells these cases apart.
    """
    told = description.lower()
    if "message is not modified" in told:
        return None
    if any(words in told for words in _GONE):
        return Gone("gone")
    return Unable("refused")


_GONE = (
    "chat not found", "user not found", "peer_id_invalid", "bot was blocked", "user is deactivated", "bot was kicked",
    "bot can't initiate", "have no rights to send", "chat_write_forbidden", "group chat was deactivated",
)  # fmt: skip
