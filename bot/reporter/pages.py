"""What the bot says by itself, outside the conversation: its menu, help, privacy, language, and the sentence for groups."""

from collections.abc import Mapping

from intake.said import Button, Reply
from words.language import Line, line

# The command menu, in the order in which it is shown; registered in both languages.
MENU: Mapping[str, Line] = {
    "report": line("报告一件事"),
    "status": line("查一下我的报告"),
    "add": line("补充或更正"),
    "receipt": line("要一张回执"),
    "help": line("怎么用"),
    "cancel": line("取消"),
    "language": line("语言 / Language"),
    "privacy": line("谁能看到"),
}

LANGUAGES: Mapping[str, str] = {"zh": "中文", "en": "English"}

HELP = Reply(
    line("直接写发生了什么，一句话也可以。听起来有危险，系统会马上通知值班人员，不等您填完。"),
    lines=(
        line("正在发生的危险请直接打 110；有人受伤请打 120。"),
        line("可以发文字、照片、录音、视频、PDF、位置、联系人；写错了，直接改那条消息就行。"),
        line(
            "/report 报告一件事　/status 查进展　/add 补充　/receipt 回执　/cancel 取消　/language 语言　/privacy 谁能看到"
        ),
        line("凭查询码，在任何浏览器或这里都能看到进展。这里打不开时，请用网页或打电话。"),
    ),
)
PRIVACY = Reply(
    line("您写的内容加密保存，只有办这件事的值班人员能看到；谁看过都有记录。"),
    lines=(
        line("您的姓名电话单独封存，打开要写明理由，并会告诉您。不留也可以。"),
        line("这里经过 Telegram 的服务器。不放心时，请用网页，或直接打 110、12345。"),
        line("在 Telegram 里删掉对话，不会撤回已经转出的报告；查询码仍然有效。"),
        line("通知里只有一句话：“您咨询的事项有更新，请凭查询码查看。”"),
    ),
)
NO_RECEIPT = Reply(line("报告交出去以后才有回执。"))
ON_PAPER = line("回执，一页，不含报告的内容。")
NOT_ON_PAPER = line("这里现在发不了文件，请过一会儿再要：/receipt")
CHOOSE_LANGUAGE = Reply(line("语言 / Language"))
CHOSEN = line("好，用中文。")

FROM_UNIT = Reply(
    line("您是从一个单位的链接进来的。"),
    lines=(line("以谁的名义报告，会再问您；以个人名义报告时，不会显示这个链接，也不告诉这个单位。"),),
)

# In a group: one sentence, whatever was said there.
IN_A_GROUP = line("这里不收群里的消息。有关孩子的事，请点我的头像，单独和我说，不要发在群里。")
ALONE = line("单独说")

# The only words that a notification to a reporter ever has.
NEWS = line("您咨询的事项有更新，请凭查询码查看。")
LOOK = Button(line("查一下我的报告"))
