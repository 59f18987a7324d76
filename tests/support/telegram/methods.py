"""What each call of the Bot API does, with the refusals of the real one, word for word where a library reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.support.telegram.world import Bot, Chat, Json, Webhook

LONGEST_TEXT = 4096
LONGEST_DATA = 64  # bytes of a button's callback data
BIGGEST_FILE = 20 * 1024 * 1024


class Refused(Exception):
    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status, self.description = status, description


def _get_me(bot: Bot, values: Json) -> Json:
    return {**bot.face, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}


def _set_webhook(bot: Bot, values: Json) -> bool:
    if not values.get("url"):
        return _delete_webhook(bot, values)
    bot.webhook = Webhook(values["url"], values.get("secret_token", ""), values.get("allowed_updates") or [])
    return True


def _delete_webhook(bot: Bot, values: Json) -> bool:
    bot.webhook = None
    if str(values.get("drop_pending_updates", "")).lower() == "true":
        bot.updates.clear()
    return True


def _webhook_info(bot: Bot, values: Json) -> Json:
    url = bot.webhook.url if bot.webhook else ""
    return {"url": url, "has_custom_certificate": False, "pending_update_count": len(bot.updates)}


def _send(bot: Bot, values: Json) -> Json:
    chat = _chat(bot, values)
    content: Json = {"text": _text(values)}
    if markup := values.get("reply_markup"):
        content["reply_markup"] = _markup(markup)
    for silent in ("disable_notification", "protect_content"):
        if str(values.get(silent, "")).lower() == "true":
            content[silent] = True
    return bot.say(chat, content)


def _send_document(bot: Bot, values: Json) -> Json:
    file = values["document"]
    content = file.file.read()
    document = {"file_id": f"sent-{file.filename}", "file_unique_id": file.filename, "file_name": file.filename,
                "file_size": len(content)}  # fmt: skip
    bot.sent[document["file_id"]] = content
    return bot.say(_chat(bot, values), {"document": document, "caption": str(values.get("caption") or "")})


def _edit(bot: Bot, values: Json) -> Json:
    chat, message = _own_message(bot, values)
    changed: Json = {"text": _text(values)}
    markup = values.get("reply_markup")
    changed["reply_markup"] = _markup(markup) if markup else None
    return _changed(chat, message, changed)


def _edit_markup(bot: Bot, values: Json) -> Json:
    chat, message = _own_message(bot, values)
    markup = values.get("reply_markup")
    return _changed(chat, message, {"reply_markup": _markup(markup) if markup else None})


def _changed(chat: Chat, message: Json, to: Json) -> Json:
    if all(message.get(name) == value for name, value in to.items()):
        raise Refused(400, "Bad Request: message is not modified: specified new message content and reply markup are "
                           "exactly the same as a current content and reply markup of the message")  # fmt: skip
    message.update({name: value for name, value in to.items() if value is not None}, edit_date=message["date"] + 1)
    for name, value in to.items():
        if value is None:
            message.pop(name, None)
    chat.shown.append(message["message_id"])
    return message


def _delete(bot: Bot, values: Json) -> bool:
    chat, message = _own_message(bot, values)
    del chat.messages[message["message_id"]]
    return True


def _answer_query(bot: Bot, values: Json) -> bool:
    if bot.queries.pop(str(values.get("callback_query_id")), None) is None:
        raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    bot.answers.append(values)
    return True


def _action(bot: Bot, values: Json) -> bool:
    _chat(bot, values).typing += 1
    return True


def _get_file(bot: Bot, values: Json) -> Json:
    file = bot.files.get(str(values.get("file_id")))
    if file is None:
        raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    if file.size > BIGGEST_FILE:
        raise Refused(400, "Bad Request: file is too big")
    return {"file_id": values["file_id"], "file_unique_id": "u", "file_size": file.size, "file_path": file.path}


def _set_commands(bot: Bot, values: Json) -> bool:
    scope = (values.get("scope") or {"type": "default"})["type"]
    bot.commands[scope, values.get("language_code") or ""] = values["commands"]
    return True


def _get_commands(bot: Bot, values: Json) -> list[Json]:
    scope = (values.get("scope") or {"type": "default"})["type"]
    return bot.commands.get((scope, values.get("language_code") or ""), [])


def _leave(bot: Bot, values: Json) -> bool:
    _chat(bot, values).gone = True
    return True


METHODS: Mapping[str, Callable[[Bot, Json], Any]] = {
    "getMe": _get_me,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _webhook_info,
    "sendMessage": _send,
    "sendDocument": _send_document,
    "editMessageText": _edit,
    "editMessageReplyMarkup": _edit_markup,
    "deleteMessage": _delete,
    "answerCallbackQuery": _answer_query,
    "sendChatAction": _action,
    "getFile": _get_file,
    "setMyCommands": _set_commands,
    "getMyCommands": _get_commands,
    "leaveChat": _leave,
    "setMyDescription": lambda bot, values: True,
}


def _chat(bot: Bot, values: Json) -> Chat:
    """The chat that is meant. Raises as the real server refuses."""
    try:
        chat = bot.chats[int(values["chat_id"])]
    except (KeyError, ValueError):
        raise Refused(400, "Bad Request: chat not found") from None
    if chat.gone:
        raise Refused(403, "Forbidden: user is deactivated" if chat.type == "private" else
                           "Forbidden: bot was kicked from the group chat")  # fmt: skip
    if chat.blocked:
        raise Refused(403, "Forbidden: bot was blocked by the user")
    if not chat.started:
        raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
    return chat


def _own_message(bot: Bot, values: Json) -> tuple[Chat, Json]:
    chat = _chat(bot, values)
    message = chat.messages.get(int(values.get("message_id") or 0))
    if message is None or message["from"]["id"] != bot.id:
        raise Refused(400, "Bad Request: message to edit not found")
    return chat, message


def _text(values: Json) -> str:
    text = str(values.get("text") or "")
    if not text.strip():
        raise Refused(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        raise Refused(400, "Bad Request: message is too long")
    return text.strip()


def _markup(markup: Json) -> Json:
    for button in (each for row in markup.get("inline_keyboard", []) for each in row):
        if not button.get("text"):
            raise Refused(400, "Bad Request: text buttons are unallowed in the inline keyboard")
        if "url" in button:
            if not button["url"].startswith(("https://", "http://", "tg://")):
                raise Refused(400, "Bad Request: BUTTON_URL_INVALID")
        elif not 1 <= len(button.get("callback_data", "").encode()) <= LONGEST_DATA:
            raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    return markup
