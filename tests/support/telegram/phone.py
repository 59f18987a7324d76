"""A person's telephone with one bot's chat on it: what is said and pressed there, and what can be read on its screen."""

from __future__ import annotations

import itertools
from typing import Any

from tests.support.telegram.world import Bot, Chat, Json

_users = itertools.count(70_001)
_queries = itertools.count(1)


class Phone:
    """Somebody in a private chat with a bot, or (`group`) a member of a group that the bot is in."""

    def __init__(
        self,
        bot: Bot,
        name: str = "李老师",
        *,
        language: str = "zh-hans",
        id: int | None = None,
        group: int | None = None,
    ) -> None:
        self.bot = bot
        self.id = id or next(_users)
        self.user: Json = {"id": self.id, "is_bot": False, "first_name": name, "language_code": language}
        if group is None:
            self.chat: Chat = bot.chat(self.id, first_name=name)
        else:
            self.chat = bot.chat(group, "supergroup", title="三年级家长群")
            self.chat.started = True

    # what a person does

    def says(self, text: str) -> int:
        """A text; commands are marked as the app marks them. The message's id."""
        content: Json = {"text": text}
        if text.startswith("/"):
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return self._sends(content)

    def edits(self, message_id: int, text: str) -> None:
        self.bot.edit_of(self.chat, message_id, {"text": text})

    def sends_photo(self, content: bytes, caption: str = "", album: str = "") -> int:
        small = self.bot.upload(content[:10], f"photos/small_{len(self.bot.files)}.jpg")
        large = self.bot.upload(content, f"photos/file_{len(self.bot.files)}.jpg")
        sizes = [{**small, "width": 90, "height": 60}, {**large, "width": 1280, "height": 960}]
        return self._sends({"photo": sizes, "caption": caption, "media_group_id": album})

    def sends_file(self, kind: str, content: bytes, name: str = "", size: int | None = None, caption: str = "") -> int:
        """`kind` is voice, audio, video, video_note, document or animation."""
        about: Json = self.bot.upload(content, f"{kind}/file_{len(self.bot.files)}.bin", size)
        about |= {"duration": 3} if kind != "document" else {}
        about |= {"width": 320, "height": 240} if kind in ("video", "animation") else {}
        about |= {"length": 240} if kind == "video_note" else {}
        return self._sends({kind: about | ({"file_name": name} if name else {}), "caption": caption})

    def sends_location(self, latitude: float, longitude: float) -> int:
        return self._sends({"location": {"latitude": latitude, "longitude": longitude}})

    def sends_contact(self, phone: str, name: str, own: bool = False) -> int:
        whose = {"user_id": self.id} if own else {}
        return self._sends({"contact": {"phone_number": phone, "first_name": name, **whose}})

    def sends_sticker(self) -> int:
        sticker = self.bot.upload(b"sticker", "stickers/1.webp")
        about = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular", "emoji": "😢"}
        return self._sends({"sticker": sticker | about})

    def presses(self, label: str, message_id: int | None = None) -> str:
        """A button by what stands on it, on the newest message that has it (or on this one). The query's id."""
        for number in [message_id] if message_id else sorted(self.chat.messages, reverse=True):
            for button in self.buttons_of(number):
                if button["text"] == label:
                    return self.presses_data(number, button["callback_data"])
        raise AssertionError(f"there is no button {label!r}; on the screen:\n{self.screen}")

    def presses_data(self, message_id: int, data: str) -> str:
        """A button's data as a program would send it, whether the message shows such a button or not."""
        query: Json = {
            "id": f"q{next(_queries)}", "from": self.user, "chat_instance": "1", "data": data,
            "message": {**self.chat.messages[message_id]},
        }  # fmt: skip
        self.bot.queries[query["id"]] = query
        self.bot.update("callback_query", query)
        return str(query["id"])

    def blocks(self) -> None:
        self.chat.blocked = True
        self._is_now("kicked", "member")

    def unblocks(self) -> None:
        self.chat.blocked = False
        self._is_now("member", "kicked")

    def adds_bot(self) -> None:
        """To the group that this phone is in."""
        self._is_now("member", "left")

    def vanishes(self) -> None:
        """The account is deleted."""
        self.chat.gone = True

    # what can be read

    @property
    def messages(self) -> list[Json]:
        """The bot's messages that are there, oldest first."""
        return [message for message in self.chat.messages.values() if message["from"]["id"] == self.bot.id]

    @property
    def texts(self) -> list[str]:
        return [message.get("text") or message["caption"] for message in self.messages]

    @property
    def last(self) -> str:
        """The newest message of the bot."""
        return self.texts[-1] if self.texts else ""

    @property
    def labels(self) -> list[str]:
        """What stands on the buttons that can be seen, in order."""
        return [button["text"] for message in self.messages for button in self.buttons_of(message["message_id"])]

    def buttons_of(self, message_id: int) -> list[Json]:
        rows = self.chat.messages[message_id].get("reply_markup", {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def screen(self) -> str:
        """Everything in the chat as it stands, both sides."""
        return "\n".join(self._line(message) for message in self.chat.messages.values())

    def answer_to(self, query: str) -> str:
        """What a button press was answered with, above the chat; None stands for no answer at all."""
        found = [answer for answer in self.bot.answers if answer["callback_query_id"] == query]
        assert found, "the press was not answered: the button keeps turning"
        return str(found[-1].get("text", ""))

    def _line(self, message: Json) -> str:
        who = "机器人" if message["from"]["id"] == self.bot.id else message["from"]["first_name"]
        what = message.get("text") or message.get("caption") or "（文件）"
        buttons = " ".join(f"[{button['text']}]" for button in self.buttons_of(message["message_id"]))
        return f"{who}：{what}{chr(10) + '    ' + buttons if buttons else ''}"

    def _sends(self, content: Json) -> int:
        cleaned = {name: value for name, value in content.items() if value not in ("", None)}
        message = self.bot.message_of(self.chat, self.user, cleaned)
        return int(message["message_id"])

    def _is_now(self, status: str, before: str) -> None:
        def member(of: str) -> Json:
            until = {"until_date": 0} if of == "kicked" else {}
            return {"user": self.bot.face, "status": of, **until}

        body: dict[str, Any] = {
            "chat": self.chat.face, "from": self.user, "date": 1_795_000_000, "old_chat_member": member(before),
            "new_chat_member": member(status),
        }  # fmt: skip
        self.bot.update("my_chat_member", body)
