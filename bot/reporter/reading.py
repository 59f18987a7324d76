"""What a person did in the chat, in the project's own words. The framework's types end here."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update

from intake.files import MOST, Unfit, note
from intake.said import Attachment
from words.language import Line, line

# Commands that are said to the conversation, as what they mean there.
SAID = {"report": "/report", "add": "/add", "status": "查一下我的报告", "cancel": "取消"}
# Commands that the bot answers itself.
PAGES = ("start", "help", "privacy", "language", "receipt")

_TOO_BIG = line("太大了：每个文件最多 20 MB。")
_STRANGE = line("这种消息收不了。可以发文字、照片、录音、视频、PDF、位置或联系人。")


@dataclass(frozen=True)
class FileThere:
    """A file that lies with the messenger."""

    id: str
    name: str


@dataclass(frozen=True)
class Words:
    """Something for the conversation. `update` is the same again whenever the messenger tells of it; `corrects` the update of
    the message that was edited. `typed` is the message's own number, `pressed` the number of the one with the button."""

    text: str
    update: str
    files: Sequence[FileThere] = ()
    notes: Sequence[Attachment] = ()
    corrects: str = ""
    album: str = ""
    typed: int = 0
    pressed: int = 0
    query: str = ""


@dataclass(frozen=True)
class Asks:
    """A page of the bot itself: start (with the unit of a poster's link), help, privacy, language, receipt (the one on paper)."""

    page: str
    unit: str = ""


@dataclass(frozen=True)
class Chooses:
    """A language, by a button of the language page."""

    language: str
    query: str
    pressed: int


@dataclass(frozen=True)
class Unable:
    """It cannot be taken; the sentence says why."""

    says: Line


@dataclass(frozen=True)
class Comes:
    """The chat was opened again (`here`) or blocked."""

    here: bool


@dataclass(frozen=True)
class Nothing:
    """No concern of ours: the press of a button that is over, a pinned message."""

    query: str = ""


Wish = Words | Asks | Chooses | Unable | Comes | Nothing

LANGUAGE, OVER = "language:", "-"  # callback data that is not for the conversation


def read(update: Update) -> Wish:
    """What this update of a private chat asks for."""
    if update.callback_query:
        return _pressed(update.callback_query)
    if update.my_chat_member:
        return _member(update.my_chat_member)
    if update.edited_message:
        return _edited(update.edited_message, update.update_id)
    return _message(update.message) if update.message else Nothing()


def language_of(update: Update) -> str:
    """What this person's app speaks, as far as we do."""
    event = update.callback_query or update.my_chat_member or update.edited_message or update.message
    code = (event.from_user.language_code if event and event.from_user else None) or ""
    return "en" if code.lower().startswith("en") else "zh"


def _pressed(query: CallbackQuery) -> Wish:
    data = query.data or OVER
    message = query.message.message_id if query.message else 0
    if data.startswith(LANGUAGE):
        return Chooses(data.removeprefix(LANGUAGE), query.id, message)
    if data == OVER:
        return Nothing(query.id)
    return Words(data, f"press:{query.id}", pressed=message, query=query.id)


def _member(event: ChatMemberUpdated) -> Wish:
    return Comes(here=event.new_chat_member.status not in ("kicked", "left"))


def _edited(message: Message, number: int) -> Wish:
    """Only words are corrected: a moving location is the same location, and a file is what it was."""
    text = message.text or message.caption
    if not text or message.location:
        return Nothing()
    return Words(text, f"edit:{number}", corrects=_own(message))


def _own(message: Message) -> str:
    return f"message:{message.message_id}"


def _message(message: Message) -> Wish:
    text = (message.text or message.caption or "").strip()
    if message.text and text.startswith("/") and (wish := _command(message, text)):
        return wish
    try:
        files, notes = _files(message), _notes(message)
    except Unfit as unfit:
        return Unable(unfit.line)
    if message.contact and not text and (number := _her_own_number(message)):
        text, notes = f"我的电话{number}", []
    if not text and not files and not notes:
        return Nothing() if _by_the_app(message) else Unable(_STRANGE)
    return Words(text, _own(message), files, notes, album=message.media_group_id or "", typed=message.message_id)


def _command(message: Message, text: str) -> Wish | None:
    """`/start CODE`, also as `/start@the_bot CODE`. What is no command of ours is a text like any other."""
    word, _, rest = text.partition(" ")
    name = word[1:].partition("@")[0].lower()
    if name in SAID:
        return Words(SAID[name], _own(message), typed=message.message_id)
    return Asks(name, rest.strip()[:64]) if name in PAGES else None


def _files(message: Message) -> list[FileThere]:
    """The file of a message; of a picture the largest size. Raises Unfit when it is too big to be fetched."""
    named = {
        "voice": message.voice, "audio": message.audio, "video": message.video, "film": message.video_note,
        "document": message.document or message.animation, "photo": message.photo[-1] if message.photo else None,
    }  # fmt: skip
    for kind, file in named.items():
        if file is None:
            continue
        if (file.file_size or 0) > MOST:
            raise Unfit(_TOO_BIG)
        return [FileThere(file.file_id, getattr(file, "file_name", None) or kind)]
    return []


def _notes(message: Message) -> list[Attachment]:
    """A place or a person's card, which the messenger sends as values: kept as small files of their own."""
    if contact := message.contact:
        name = " ".join(filter(None, (contact.first_name, contact.last_name)))
        return [note("contact", f"{name}\n{contact.phone_number}")]
    if venue := message.venue:
        at = venue.location
        return [note("location", f"{venue.title}\n{venue.address}\ngeo:{at.latitude},{at.longitude}")]
    if at := message.location:
        return [note("location", f"geo:{at.latitude},{at.longitude}")]
    return []


def _her_own_number(message: Message) -> str:
    """The number on her own card, which she sends to be called: it is said like any other, and covered like any other."""
    card, sender = message.contact, message.from_user
    if card is None or sender is None or card.user_id != sender.id:
        return ""
    digits = "".join(character for character in card.phone_number if character.isdigit())
    return digits.removeprefix("86") if len(digits) == 13 else digits


def _by_the_app(message: Message) -> bool:
    """Something that the app says by itself (pinned, timer changed), nobody's words."""
    return message.content_type not in ("sticker", "poll", "dice", "game", "story", "unknown")
