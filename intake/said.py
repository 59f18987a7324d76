"""What a person said and what is answered, whatever the channel."""

from dataclasses import dataclass, field

from words.language import Line


@dataclass(frozen=True)
class Attachment:
    """A file as it arrived. `content` is at most 20 MB; `kind` is photo, voice, video, document, location or contact."""

    name: str
    media_type: str
    content: bytes
    kind: str = "document"


@dataclass(frozen=True)
class Said:
    """One message of one person.

    `conversation` is the channel's own key of the conversation (a cookie's hash, a chat id): never shown, never logged.
    `update_id` is unique within (channel, conversation) and the same again on a redelivery. `corrects` is the `update_id` of
    an earlier message which this one replaces, where a channel lets people edit. `address` is where an answer can be sent
    later, on channels that have such a thing.
    """

    channel: str
    conversation: str
    text: str
    update_id: str
    attachments: tuple[Attachment, ...] = ()
    language: str = "zh"
    unit: str | None = None  # the code of the poster whose link opened this conversation, if any
    corrects: str = ""
    address: str | None = None


@dataclass(frozen=True)
class Button:
    """A choice. Pressing it is the same as typing its label."""

    label: Line
    style: str = "plain"  # plain, main, danger, quiet


@dataclass(frozen=True)
class Reply:
    """One bubble. `kind` is say, ask, danger (the 110 card), summary, receipt or status."""

    text: Line
    buttons: tuple[Button, ...] = ()
    kind: str = "say"
    lines: tuple[Line, ...] = field(default_factory=tuple)  # further paragraphs of the same bubble
