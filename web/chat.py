"""The reporter's chat: one page, one address to say something to. It never reads a case.

The conversation key is a random cookie; only its hash is handed on. A message carries an id made in the browser, so that a
message sent twice is heard once. Nothing of what was said stays in the page: a reload shows the current question only.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import JSONResponse, RedirectResponse, Response

from intake.files import MOST_FILES, Unfit, attachment, is_full
from intake.said import Attachment, Reply, Said
from records.columns import bare_code, is_poster_code
from web.pages import LANGUAGES, edge_of, language_of, page, render, translator
from web.slowing import slowing_of
from words.language import Line, line

router = APIRouter()

COOKIE = "c"
KEEP_SECONDS = 30 * 24 * 3600
LONGEST_TEXT = 20_000  # characters; a longer story is several messages
CHANNEL = "web"
CODE_DIGITS = 16  # of a receipt code


@dataclass(frozen=True)
class Post:
    """What a browser sent: parsed, not yet judged."""

    update: str
    text: str
    unit: str | None = None
    attachments: tuple[Attachment, ...] = ()


@router.get("/")
async def chat(request: Request, lang: str = "", u: str = "") -> Response:
    """The chat. A new visitor sees the first screen; one who comes back the current question only."""
    if lang in LANGUAGES:
        return _remember_language(lang, "/")
    key = request.cookies.get(COOKIE)
    replies = await edge_of(request).again(CHANNEL, _conversation(key)) if key else []
    return _whole(request, key or _new_key(), replies, unit=u if is_poster_code(u) else "")


@router.post("/chat/say")
async def say(request: Request) -> Response:
    """One message: JSON `{update, text, unit?}` or a form with `file`. Answers the replies as JSON, and as a piece of the
    page for our own script. The same `update` again changes nothing."""
    key = request.cookies.get(COOKIE) or _new_key()
    try:
        replies = await _hear(request, key, await _posted(request))
    except Unfit as unfit:
        return _told(request, unfit.line, 415)
    if request.headers.get("x-part"):
        answer = Response(render(request, "chat/replies.html", replies=replies), media_type="text/html; charset=utf-8")
    else:
        answer = JSONResponse({"replies": [as_json(reply, request) for reply in replies]})
    return _with_key(request, answer, key)


@router.post("/chat/post")
async def post(request: Request) -> Response:
    """The same for a browser without scripts: a whole page comes back."""
    key = request.cookies.get(COOKIE) or _new_key()
    try:
        replies = await _hear(request, key, await _posted(request))
    except Unfit as unfit:
        replies = [Reply(unfit.line)]
    return _whole(request, key, replies)


@router.post("/chat/news")
async def news(request: Request) -> Response:
    """What a desk asked or told since, as a piece of the page that stands open; 204 when there is nothing. What is shown here
    counts as read, so the page asks only while somebody looks at it."""
    key = request.cookies.get(COOKIE)
    replies = await edge_of(request).news(CHANNEL, _conversation(key)) if key else []
    if not replies:
        return Response(status_code=204)
    return Response(render(request, "chat/replies.html", replies=replies), media_type="text/html; charset=utf-8")


@router.post("/chat/reveal")
async def reveal(request: Request) -> Response:
    """May the words that were hidden after idle minutes be shown again? Only with the code of this very conversation."""
    key, code = request.cookies.get(COOKIE), str((await request.form()).get("code", ""))[:64]
    owns = bool(key) and await edge_of(request).owns(CHANNEL, _conversation(str(key)), code)
    if not owns:
        await slowing_of(request).after_a_wrong_code(request, edge_of(request))
    return Response(status_code=204 if owns else 404)


@router.get("/receipt")
async def receipt(request: Request, lang: str = "") -> Response:
    if lang in LANGUAGES:
        return _remember_language(lang, "/receipt")
    return page(request, "chat/receipt.html", update=secrets.token_hex(16), wrong=False)


@router.post("/receipt")
async def look_up(request: Request) -> Response:
    """The code typed in any browser. It opens a conversation of its own: a report under way here is not disturbed."""
    form = await request.form()
    code, update = str(form.get("code", "")).strip()[:64], str(form.get("update", ""))[:64] or secrets.token_hex(16)
    key = _new_key()
    replies = await _hear(request, key, Post(update, code)) if any(map(str.isdigit, code)) else []
    if not any(reply.kind == "status" for reply in replies):
        return page(request, "chat/receipt.html", 404, update=secrets.token_hex(16), wrong=True)
    return _whole(request, key, replies)


async def _hear(request: Request, key: str, post: Post) -> Sequence[Reply]:
    """Raises Unfit when a report has more files than it may have."""
    if post.attachments:
        async with edge_of(request).store.read() as session:
            if await is_full(session, CHANNEL, _conversation(key), post.update):
                raise Unfit(line("文件已有 {most} 个，不能再多。可以用文字接着说。", most=MOST_FILES))
    replies = await edge_of(request).hear(
        Said(
            channel=CHANNEL, conversation=_conversation(key), text=post.text, update_id=post.update,
            attachments=post.attachments, language=language_of(request), unit=post.unit,
        )
    )  # fmt: skip
    # Heard, written and passed on: only now may the answer wait.
    if len(bare_code(post.text)) == CODE_DIGITS and not any(reply.kind == "status" for reply in replies):
        await slowing_of(request).after_a_wrong_code(request, edge_of(request))
    if not any(
        reply.kind == "danger" for reply in replies
    ):  # 110 is said at once, whoever else writes from that address
        await slowing_of(request).after_speaking(request, edge_of(request))
    return replies


async def _posted(request: Request) -> Post:
    """Raises Unfit, with a sentence for the person, when it is nothing that can be heard."""
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            body = json.loads(await request.body())
            fields = {name: _whole_characters(str(body.get(name) or "")) for name in ("update", "text", "unit")}
        except (ValueError, AttributeError):
            raise Unfit(line("这条消息读不懂，请刷新页面再发一次。")) from None
        attachments: tuple[Attachment, ...] = ()
    else:
        form = await request.form(max_files=1, max_fields=8, max_part_size=256 * 1024)
        fields = {name: _field(form, name) for name in ("update", "text", "unit")}
        attachments = await _file(form)
    if not fields["update"] or len(fields["update"]) > 64:
        raise Unfit(line("这条消息没有编号，请刷新页面再发一次。"))
    if len(fields["text"]) > LONGEST_TEXT:
        raise Unfit(line("太长了：一条最多 {most} 字，请分几条发。", most=LONGEST_TEXT))
    if not fields["text"].strip() and not attachments:
        raise Unfit(line("请写几个字再发。"))
    return Post(fields["update"], fields["text"], fields["unit"][:64] or None, attachments)


def _whole_characters(text: str) -> str:
    """JSON can carry half of a character (a lone surrogate); it becomes the replacement sign, the rest stays as written."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _field(form: FormData, name: str) -> str:
    """The first that is not blank: a pressed choice comes before the empty box to write in."""
    return next((value for value in form.getlist(name) if isinstance(value, str) and value.strip()), "")


async def _file(form: FormData) -> tuple[Attachment, ...]:
    given = form.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        return ()
    return (attachment(given.filename, await given.read()),)


def as_json(reply: Reply, request: Request) -> dict[str, object]:
    _ = translator(edge_of(request).catalogue(language_of(request)))
    return {
        "kind": reply.kind,
        "text": _(reply.text),
        "lines": [_(each) for each in reply.lines],
        "buttons": [
            {"label": _(button.label), "say": button.label.render(), "style": button.style} for button in reply.buttons
        ],
    }


def _told(request: Request, sentence: Line, status: int) -> Response:
    _ = translator(edge_of(request).catalogue(language_of(request)))
    return JSONResponse({"error": _(sentence)}, status)


def _whole(request: Request, key: str, replies: Sequence[Reply], unit: str = "") -> Response:
    first = edge_of(request).greet(language_of(request)) if not replies else None
    answer = page(
        request, "chat/page.html", replies=replies or [first], new=first is not None, unit=unit,
        update=secrets.token_hex(16),
    )  # fmt: skip
    return _with_key(request, answer, key)


def _new_key() -> str:
    return secrets.token_urlsafe(24)


def conversation_of(request: Request) -> str | None:
    """The conversation of this browser, as the house knows it; None for a new visitor."""
    key = request.cookies.get(COOKIE)
    return _conversation(key) if key else None


def _conversation(key: str) -> str:
    """What is handed on instead of the cookie: whoever reads it cannot speak for its owner."""
    return hashlib.sha256(key.encode()).hexdigest()


def _with_key(request: Request, answer: Response, key: str) -> Response:
    answer.set_cookie(
        COOKIE, key, max_age=KEEP_SECONDS, httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )
    return answer


def _remember_language(language: str, path: str) -> Response:
    answer = RedirectResponse(path, 303)
    answer.set_cookie("lang", language, max_age=365 * 24 * 3600, httponly=True, samesite="lax")
    return answer
