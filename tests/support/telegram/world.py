"""What the Bot API server remembers: bots, their chats, messages, files, and the updates that wait for each bot.

Shapes are those of https://core.telegram.org/bots/api; everything is kept as the JSON that goes over the wire.
"""

from __future__ import annotations

import asyncio
import copy
import itertools
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
EPOCH = 1_795_000_000  # seconds: messages of the server are dated from here on, one second apart


@dataclass
class File:
    """An uploaded file. `size` may be told larger than the content, to play one that is too big to fetch."""

    content: bytes
    path: str
    size: int


@dataclass
class Webhook:
    url: str
    secret: str
    allowed: list[str]


@dataclass
class Chat:
    """One chat of one bot, as the server has it. `messages` by their ids, in order; both sides'."""

    id: int
    type: str
    about: Json  # first_name, username, title …
    messages: dict[int, Json] = field(default_factory=dict)
    blocked: bool = False
    gone: bool = False
    started: bool = False  # a bot can't begin a conversation
    shown: list[int] = field(default_factory=list)  # ids of the bot's messages in the order they came or were changed
    typing: int = 0

    @property
    def face(self) -> Json:
        return {"id": self.id, "type": self.type, **self.about}


class Bot:
    """One bot and everything said to and by it."""

    def __init__(self, token: str, username: str) -> None:
        self.token = token
        self.id = int(token.partition(":")[0])
        self.username = username
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, File] = {}
        self.sent: dict[str, bytes] = {}  # what the bot has sent as files, by id
        self.updates: list[Json] = []
        self.webhook: Webhook | None = None
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.queries: dict[str, Json] = {}  # callback queries that were not answered yet
        self.answers: list[Json] = []  # what was answered to callback queries
        self.calls: list[tuple[str, Json]] = []  # every call that was understood, in order
        self.news = asyncio.Event()
        self.polling: object | None = None  # the request that is polling now
        self.polled = asyncio.Event()  # somebody has polled
        self._messages = itertools.count(1)
        self._updates = itertools.count(self.id % 1000 * 1000 + 1)
        self._files = itertools.count(1)

    @property
    def face(self) -> Json:
        return {"id": self.id, "is_bot": True, "first_name": self.username, "username": self.username}

    def chat(self, id: int, type: str = "private", **about: Any) -> Chat:
        if id not in self.chats:
            self.chats[id] = Chat(id, type, about)
        return self.chats[id]

    def called(self, method: str) -> list[Json]:
        """The calls of one method so far."""
        return [values for name, values in self.calls if name == method]

    # what people do

    def update(self, kind: str, body: Json) -> Json:
        """Something happened that the bot is told of."""
        update = {"update_id": next(self._updates), kind: body}
        self.updates.append(update)
        self.news.set()
        return update

    def message_of(self, chat: Chat, user: Json, content: Json) -> Json:
        """A person's message, in the chat and on its way to the bot."""
        message = self._message(chat, user, content)
        chat.started = True
        self.update("message", copy.deepcopy(message))
        return message

    def edit_of(self, chat: Chat, message_id: int, content: Json) -> Json:
        message = chat.messages[message_id]
        message.update(content, edit_date=message["date"] + 1)
        self.update("edited_message", copy.deepcopy(message))
        return message

    def upload(self, content: bytes, path: str, size: int | None = None) -> Json:
        """A file that a person sends: what its message says of it."""
        number = next(self._files)
        file_id = f"file-{self.id}-{number}"
        self.files[file_id] = File(content, path, len(content) if size is None else size)
        return {"file_id": file_id, "file_unique_id": f"u{number}", "file_size": self.files[file_id].size}

    # what the bot does

    def say(self, chat: Chat, content: Json) -> Json:
        message = self._message(chat, self.face, content)
        chat.shown.append(message["message_id"])
        return message

    def _message(self, chat: Chat, by: Json, content: Json) -> Json:
        number = next(self._messages)
        message = {"message_id": number, "date": EPOCH + number, "chat": chat.face, "from": by, **content}
        chat.messages[number] = message
        return message
