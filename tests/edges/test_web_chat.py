"""The reporter's chat over HTTP."""

import gzip

from records.tables import Attachment, Case, Conversation, Statement
from routing.acts import accept, ask_reporter
from tests.edges.visitor import Street
from tests.flows.town import Town
from web.pages import STATIC

DANGER = "我班上一个8岁的女孩刚才被她爸爸拿刀砍伤了，正在流血，在罗岭县青禾镇家里"


def said(replies: list[dict]) -> str:
    return "\n".join(line for reply in replies for line in (reply["text"], *reply["lines"]))


async def test_danger_is_answered_with_110_first_and_a_case(street: Street, town: Town) -> None:
    teacher = street.visitor()
    await teacher.opens("/")
    replies = await teacher.says(DANGER)
    assert replies[0]["kind"] == "danger" and "110" in replies[0]["text"]
    assert [button["label"] for button in replies[0]["buttons"]] == ["已打", "现在不方便打", "警察/医生已在场"]
    case = await town.case()
    assert case.urgency == "critical" and case.reference in said(replies)


async def test_the_same_update_again_is_heard_once(street: Street, town: Town) -> None:
    teacher = street.visitor()
    await teacher.says(DANGER, update="same")
    await teacher.says(DANGER, update="same")
    assert len(await town.rows(Statement)) == 1 and len(await town.cases()) == 1


async def test_only_a_hash_of_the_cookie_is_kept(street: Street, town: Town) -> None:
    teacher = street.visitor()
    answer = await teacher.http.post("/chat/say", json={"update": "u1", "text": DANGER})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    (conversation,) = await town.rows(Conversation)
    assert teacher.http.cookies["c"] not in conversation.key_hash


async def test_a_reload_shows_the_question_and_none_of_the_words(street: Street) -> None:
    teacher = street.visitor()
    await teacher.says(DANGER)
    await teacher.opens("/")
    assert "砍伤" not in teacher.page and "青禾" not in teacher.page
    assert "110" in teacher.text


async def test_without_scripts_a_whole_page_comes_back(street: Street, town: Town) -> None:
    teacher = street.visitor()
    await teacher.opens("/")
    first = {"update": teacher.hidden("update"), "unit": "", "text": DANGER}
    assert (await teacher.posts("/chat/post", **first)).status_code == 200
    case = await town.case()
    assert case.reference in teacher.text
    assert 'value="已打"' in teacher.page
    pressed = {"update": teacher.hidden("update"), "unit": "", "text": ["已打", ""]}
    await teacher.posts("/chat/post", **pressed)
    assert "好。请照接线员说的做。" in teacher.text


async def test_the_code_opens_the_status_from_any_browser(street: Street) -> None:
    teacher, at_home = street.visitor(), street.visitor()
    replies = await teacher.says(DANGER)
    code = next(line for line in said(replies).splitlines() if line.startswith("查询码："))[4:23]
    await at_home.opens("/receipt")
    answer = await at_home.posts("/receipt", update=at_home.hidden("update"), code=code.replace(" ", "-"))
    assert answer.status_code == 200 and "等待回应" in at_home.text
    assert "砍伤" not in at_home.page
    await at_home.opens("/receipt")
    wrong = await at_home.posts("/receipt", update=at_home.hidden("update"), code="0000 0000 0000 0000")
    assert wrong.status_code == 404 and "没有找到" in at_home.text


async def test_hidden_words_come_back_with_this_conversations_code_only(street: Street) -> None:
    teacher, other = street.visitor(), street.visitor()
    code = next(line for line in said(await teacher.says(DANGER)).splitlines() if line.startswith("查询码："))[4:23]
    others = next(line for line in said(await other.says(DANGER)).splitlines() if line.startswith("查询码："))[4:23]
    assert (await teacher.posts("/chat/reveal", code=code)).status_code == 204
    assert (await teacher.posts("/chat/reveal", code=others)).status_code == 404
    assert (await street.visitor().posts("/chat/reveal", code=code)).status_code == 404


async def test_a_picture_is_taken_in_by_what_it_is(street: Street, town: Town) -> None:
    teacher = street.visitor()
    jpeg = b"\xff\xd8\xff\xe0" + bytes(200)
    files = {"file": ("伤情 (1).png", jpeg, "image/png")}
    answer = await teacher.http.post("/chat/say", data={"update": "u1", "text": ""}, files=files)
    assert answer.status_code == 200
    (kept,) = await town.rows(Attachment)
    assert (kept.media_type, kept.kind, kept.size) == ("image/jpeg", "photo", len(jpeg))


async def test_what_cannot_be_taken_is_said_so_and_not_sent_again(street: Street, town: Town) -> None:
    teacher = street.visitor()
    program = {"file": ("a.jpg", b"MZ\x90\x00" + bytes(50), "image/jpeg")}
    answer = await teacher.http.post("/chat/say", data={"update": "u1", "text": ""}, files=program)
    assert answer.status_code == 415 and "收不了" in answer.json()["error"]
    assert (await teacher.http.post("/chat/say", json={"update": "u2", "text": " "})).status_code == 415
    assert (await teacher.http.post("/chat/say", json={"text": "没有编号"})).status_code == 415
    assert (await teacher.http.post("/chat/say", content=b"[", headers={"Content-Type": "application/json"})).is_error
    assert await town.rows(Case) == [] and await town.rows(Conversation) == []


async def test_a_report_has_ten_files_at_most_and_a_redelivery_is_none(street: Street, town: Town) -> None:
    teacher = street.visitor()

    async def sends(update: str) -> int:
        picture = {"file": ("a.jpg", b"\xff\xd8\xff\xe0" + update.encode(), "image/jpeg")}
        return (await teacher.http.post("/chat/say", data={"update": update, "text": ""}, files=picture)).status_code

    assert [await sends(f"u{number}") for number in range(11)] == [200] * 10 + [415]
    assert await sends("u9") == 200
    assert len(await town.rows(Attachment)) == 10


async def test_too_large_is_refused_before_it_is_read(street: Street) -> None:
    big = {"Content-Length": str(22 * 1024 * 1024), "Content-Type": "application/json"}
    answer = await street.visitor().http.post("/chat/say", content=b"{}", headers=big)
    assert answer.status_code == 413 and "20 MB" in answer.text


async def test_another_site_cannot_speak_for_a_reporter(street: Street, town: Town) -> None:
    for headers in ({"Origin": "https://evil.test"}, {"Origin": "null"}):
        answer = await street.visitor().http.post("/chat/say", json={"update": "u", "text": DANGER}, headers=headers)
        assert answer.status_code == 403
    assert await town.cases() == []


async def test_every_page_is_strict_and_neutral(street: Street) -> None:
    for path in ("/", "/receipt", "/console/login", "/nowhere"):
        answer = await street.visitor().opens(path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'self';") and "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert "<style" not in answer.text and " style=" not in answer.text and " onclick" not in answer.text
        assert "<script>" not in answer.text
        title = answer.text.split("<title>")[1].split("</title>")[0]
        assert not any(word in title for word in ("护童", "儿童", "孩子", "报告", "举报", "侵害"))


async def test_the_chat_weighs_under_60_kb(street: Street) -> None:
    page = await street.visitor().opens("/")
    assets = [(STATIC / name).read_bytes() for name in ("chat.css", "chat.js", "icon.svg")]
    assert len(page.content) + sum(map(len, assets)) < 60_000
    assert sum(len(gzip.compress(each)) for each in (page.content, *assets)) < 20_000


async def test_english_is_chosen_and_remembered(street: Street) -> None:
    teacher = street.visitor()
    await teacher.opens("/?lang=en")
    assert "Leave quickly" in teacher.text and 'lang="en"' in teacher.page
    replies = await teacher.says(DANGER)
    assert "110" in replies[0]["text"] and replies[0]["buttons"][0]["say"] == "已打"
    assert replies[0]["buttons"][0]["label"] != "已打"


async def test_a_demonstration_says_so_on_every_page(street: Street) -> None:
    for path in ("/", "/receipt", "/console/login"):
        assert "演示模式" in (await street.visitor().opens(path)).text


async def test_a_desks_question_comes_to_the_open_page_once(street: Street, town: Town) -> None:
    teacher = street.visitor()
    await teacher.says(DANGER)
    assert (await teacher.posts("/chat/news")).status_code == 204
    assert (await street.visitor().posts("/chat/news")).status_code == 204
    officer, case = await town.person("police"), await town.case()
    await town.act(accept, officer, case.reference)
    await town.act(ask_reporter, officer, case.reference, "门牌号是多少？", protocols=town.house.protocols)
    answer = await teacher.posts("/chat/news")
    assert answer.status_code == 200 and "门牌号是多少" in teacher.text
    assert (await teacher.posts("/chat/news")).status_code == 204
    await teacher.says("3栋502")
    assert await town.events(case, "answered")


async def test_half_a_character_loses_no_report(street: Street, town: Town) -> None:
    teacher = street.visitor()
    body = b'{"update": "u1", "text": "\\ud83d ' + "隔壁又在打孩子，孩子喊救命".encode() + b'"}'
    answer = await teacher.http.post("/chat/say", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200 and (await town.case()).urgency == "critical"
