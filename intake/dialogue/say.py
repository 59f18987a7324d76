"""What the conversation says. Each function is one bubble; each sentence is a Line, so that English can stand beside it.

Words: those of the house ("Words" in the design). Never a promise of immunity, never a question about sexual detail.
A child who writes for herself gets shorter sentences and 你.
"""

import re
from dataclasses import replace

from intake.dialogue.fields import CHOICES, FIELDS, Question, wording
from intake.dialogue.state import State
from intake.said import Button, Reply
from words.ids import HARM
from words.language import CHINESE, Catalogue, Line, line

LATER = Button(line("跳过"), "quiet")
SUBMIT = Button(line("提交"), "main")
CANCEL = Button(line("取消"), "quiet")
LOOKUP = Button(line("查一下我的报告"), "quiet")
UNKNOWN = Button(line("不知道"), "quiet")
EDIT = Button(line("修改"), "quiet")
NOT_LET = Button(line("有人不让我报"), "quiet")
NEW = Button(line("报告另一件事"), "quiet")

CALL_110 = line("正在发生的危险请直接打 110；有人受伤请打 120。")
FIRST = line("请说发生了什么。只要听起来有危险，系统会马上通知值班人员，不等您填完。")
DONTS = line("请不要追问孩子、拍隐私部位、联系被反映的人、发到任何群。")
DONTS_CHILD = line("先别去找那个人，也不用发到群里；这里会有人管。")
DONTS_CHILD_ALONE = line("不用发到群里；这里会有人管。")


def donts_child(nobody: bool) -> Line:
    """Where nobody else is the danger (an attempt on one's own life, being lost or left) there is no 那个人."""
    return DONTS_CHILD_ALONE if nobody else DONTS_CHILD


DANGER_BUTTONS = (
    Button(line("已打"), "main"),
    Button(line("现在不方便打"), "danger"),
    Button(line("警察/医生已在场")),
)


def render(reply: Reply, catalogue: Catalogue = CHINESE) -> str:
    """The reply as plain text: one paragraph a line, button labels at the end as `[label]`."""
    paragraphs = [reply.text.render(catalogue), *(each.render(catalogue) for each in reply.lines)]
    if reply.buttons:
        paragraphs.append(" ".join(f"[{button.label.render(catalogue)}]" for button in reply.buttons))
    return "\n".join(paragraph for paragraph in paragraphs if paragraph)


def to_child(reply: Reply) -> Reply:
    """The same bubble with 你 for 您."""
    return replace(
        reply,
        text=_familiar(reply.text),
        lines=tuple(map(_familiar, reply.lines)),
        buttons=tuple(replace(button, label=_familiar(button.label)) for button in reply.buttons),
    )


def _familiar(said: Line) -> Line:
    values = {name: _familiar(value) if isinstance(value, Line) else value for name, value in said.values.items()}
    return Line(said.zh.replace("您", "你"), values)


def greeting() -> Reply:
    """The first screen, before the first key."""
    return Reply(
        FIRST,
        (LOOKUP, Button(line("我未满18岁"), "quiet")),
        lines=(
            line(
                "听起来有孩子受到伤害的话，一发出就收不回来；其他内容提交以前可以按“取消”删掉。写到一半停下，也会自动转交。"
            ),
            line("一句话也可以。疑似就应当报告，您不需要证据。"),
            CALL_110,
        ),
    )


def small_greeting(child: bool) -> Reply:
    if child:
        return Reply(
            line("你好。你说的话我们会认真听，也相信你。发生了什么？想到哪儿说到哪儿，一句也行。"),
            lines=(line("有危险马上打 110。想找人说话：12355（青少年服务台）、12356（心理援助热线）。"),),
        )
    return Reply(
        line("您好。这里接收有关孩子安全和困难的报告，老师、医生、邻居、孩子自己都可以说。"),
        (LOOKUP,),
        lines=(FIRST, HOTLINES),
    )


HOTLINES = line(
    "其他电话：12345（政务服务）、12355（青少年服务台）、12356（心理援助）、12338（妇女维权）、12348（法律援助）、12309（检察服务）。"
)
HAND_ON = line("如果说的是一件真实的事，请接着写发生了什么；要把这个问题转给部门答复，请按“提交”。")
_ABOUT = {
    "legal_aid": line(
        "法律援助请打 12348，或到当地法律援助中心；带上身份证件和与事情有关的材料，能不能办由他们当面答复。"
    ),
    "self_harm": line("心里难受时可以打 12356（心理援助热线），全天有人接听；青少年也可以打 12355。"),
    "mental_health": line("可以打 12356（心理援助热线）；青少年也可以打 12355。"),
    "welfare_relief": line("救助和保障由民政部门办理，可以到乡镇（街道）民政窗口，或打 12345。"),
    "disability_health": line("残疾康复可以问当地残联，看病救助可以问医保和民政窗口，或打 12345。"),
    "education_service": line("入学、资助、学籍等可以问学校或当地教育局，或打 12345。"),
    "family_education": line("家庭教育指导可以问当地妇联（12338）或学校的家长学校。"),
    "online_harm": line("网上的有害信息可以先截图留存；涉及敲诈、威胁，请报警。"),
    "out_of_scope": line("这里只处理和孩子有关的事。其他事项请打 12345。"),
}
_DUTY_LAW = line(
    "未成年人保护法第十一条：国家机关、居民委员会、村民委员会、密切接触未成年人的单位及其工作人员，在工作中发现未成年人"
    "受到侵害、疑似受到侵害或者面临其他危险情形的，应当立即向公安、民政、教育等有关部门报告。在这里写下来就可以转到。"
)


# Violence named in a question or in passing: nobody who names it is turned away, an adult neither.
_VIOLENCE = re.compile(
    r"家暴|家庭暴力|虐待|性侵|猥亵|性骚扰|欺负|欺凌|霸凌|体罚|殴打|(被|挨|遭)[^，。]{0,4}打|打(孩子|学生|小孩|人)|伤害|轻生|自杀|自残|遗弃|拐"
)
_SPEAK_UP = line("现在有孩子正在受伤害，直接说，一句话就行。")


def about(category: str, text: str) -> Reply:
    """A helpful answer to a question about rules; it opens nothing, and says how to go on."""
    if category == "out_of_scope" and _VIOLENCE.search(text):
        return Reply(HOTLINES, (SUBMIT, CANCEL), lines=(_SPEAK_UP, CALL_110, HAND_ON))
    asks_duty = category == "duty_complaint" or any(word in text for word in ("报告", "上报", "该报", "举报"))
    first = _DUTY_LAW if asks_duty else _ABOUT.get(category, HOTLINES)
    lines = [_SPEAK_UP, HAND_ON] if category in HARM else [HAND_ON]
    if first is not HOTLINES:
        lines.append(HOTLINES)
    return Reply(first, (SUBMIT, CANCEL), lines=tuple(lines))


def noted(category: str, text: str) -> Reply:
    """A statement that asks for nothing urgent (praise, a notice, nothing about children): kept for a person to see."""
    first = _ABOUT["out_of_scope"] if category == "out_of_scope" else line("已记下。")
    if category == "out_of_scope" and _VIOLENCE.search(text):
        return about(category, text)
    last = line("要现在交给值班人员，请按“提交”；不再回复，两小时后也会自动转给他们看。")
    return Reply(first, (SUBMIT, CANCEL), lines=(last,))


def danger_card(child: bool) -> Reply:
    if child:
        return Reply(
            line("现在就打 110。有人受伤、吃了药或中毒，打 120。"),
            DANGER_BUTTONS,
            "danger",
            (
                line("不方便说话，就按“现在不方便打”，值班人员替你打。"),
                line("想找人说话：12355（青少年服务台）、12356（心理援助热线）。"),
            ),
        )
    return Reply(
        line("请马上打 110；有人受伤、中毒或昏迷，请打 120。"),
        DANGER_BUTTONS,
        "danger",
        (line("打电话不用等这里填完。不方便打，就按“现在不方便打”，值班人员替您打。"),),
    )


def danger_answered(how: str) -> Reply:
    if how == "called":
        return Reply(line("好。请照接线员说的做。"))
    return Reply(line("好，先听现场警察、医生的。"))


def first_harm(child: bool, nobody: bool = False) -> Reply:
    """The first words after harm was told and no case stands yet."""
    if child:
        return Reply(
            line("你说的我们相信。这不是你的错。"),
            lines=(
                donts_child(nobody),
                line("有危险马上打 110。想找人说话：12355（青少年服务台）、12356（心理援助热线）。"),
            ),
        )
    return Reply(line("已记下。疑似就应当报告，您不需要证据。"), lines=(DONTS,))


def ask(question: Question, state: State) -> Reply:
    """One short question. Everything but where the child is may be skipped."""
    field = {"role": "suspect_role"}.get(question.name, question.name)
    choices = _choices(field, state.child)
    if question.name == "contact":
        choices = (Button(choices[0].label, "main"), *choices[1:])
    lines: tuple[Line, ...] = ()
    if question.name == "capacity":
        choices = (Button(choices[0].label, "main"), choices[1], NOT_LET)
        lines = (line("不选就按个人名义，不告诉单位。"),)
    if question.name == "where":
        lines = (line("知道多少说多少，也可以答“不知道”。"),)
    if question.name == "role":
        lines = (line("如果是，会转给上一级，不让他们经手。"),)
    last = (LATER, SUBMIT) if question.skippable else (UNKNOWN, SUBMIT)
    return Reply(Line(wording(question, state)), (*choices, *last), "ask", lines)


def got_it() -> Reply:
    """It answered nothing that was asked, and is kept all the same."""
    return Reply(line("收到，这句也记下了。"))


def _choices(field: str, child: bool) -> tuple[Button, ...]:
    """A child is not offered what only a grown-up at work needs (家属在场，请勿来电), nor messages on a phone that others read."""
    offered = CHOICES.get(field, {}).items()
    hidden = ("no_call", "sms") if child and field == "contact" else ()
    return tuple(Button(Line(label)) for code, label in offered if code not in hidden)


def contact_kept(words: str, wechat: bool = False) -> Reply:
    """A wish about being contacted, said without being asked."""
    lines = (line("这里不发微信。您可以凭查询码来看，也可以改成打电话或短信。"),) if wechat else ()
    return Reply(line("联系方式已记下：{words}。", words=words), lines=lines)


def where_matters() -> Reply:
    return Reply(line("这一问很要紧，值班人员要先知道孩子在哪里。不知道就答“不知道”。"))


def not_understood(child: bool) -> Reply:
    if child:
        return Reply(line("已收到，值班人员会在 10 分钟内看一看、听一听。"), lines=(CALL_110,))
    return Reply(line("已收到。这一条系统看不懂，值班人员会在 10 分钟内人工收听、查看；原件保留。"), lines=(CALL_110,))


def kept() -> Reply:
    """A withdrawal in a text that tells of harm, before anything was sent: it goes with the rest."""
    return Reply(line("这句话已记下，会和前面说的一起交给值班人员，由他们核实。"))


def added(kind: str, child: bool, duty: bool = False) -> Reply:
    """After a case exists: what was said has been added to it. A withdrawal closes and lowers nothing, said plainly."""
    if kind in ("withdrawal", "retraction", "pressure"):
        return Reply(
            line("这句话已记下，一并交给值班人员。已经转出的内容收不回来，也不会因此停下，由值班人员核实后决定。"),
            lines=()
            if duty
            else (line("如果有人逼您这样说，可以按“有人不让我报”，另有上一级的人来看，不告诉您单位。"),),
            buttons=() if duty else (NOT_LET,),
        )
    if kind == "correction":
        return Reply(line("已更正，并告诉值班人员；原来的话保留。"))
    if kind == "answer":
        return Reply(line("您的回答已转给值班人员。"))
    return Reply(line("已补充进去，值班人员看得到。") if not child else line("已经加进去了，值班的人看得到。"))


def corrected(changes: tuple[str, ...]) -> Reply:
    return Reply(line("已更正：{fields}。", fields="、".join(changes)))


def deleted() -> Reply:
    return Reply(line("已删除，没有留下内容，也没有转给任何人。"), lines=(FIRST,), buttons=(LOOKUP,))


def cannot_delete() -> Reply:
    """取消 or 发错了 on something that sounds like harm and had not left yet."""
    return Reply(
        line("您说的情况听起来有孩子可能受到伤害，系统不能自行删除：已连同“取消”一起交给值班人员，由他们核实后决定。"),
        (NOT_LET,),
    )


def duty_noted() -> Reply:
    return Reply(line("已单独记下，由上一级的人来看，您单位看不到，也不会通知您单位。"))


def duty_again() -> Reply:
    return Reply(line("“有人不让我报”已经记过了，这一次也记在一起，由上一级的人来看。"))


def nothing_yet() -> Reply:
    return Reply(line("还没有内容。请先说发生了什么，一句话也可以。"), (LOOKUP,))


def still_there(child: bool, phase: str) -> Reply:
    """Nothing waits for an answer: how to go on."""
    buttons = (LOOKUP, NEW) if phase == "filed" else (SUBMIT, EDIT)
    if child:
        return Reply(line("好。还想说什么，接着写就行。"), buttons)
    return Reply(line("好。想补充或更正，接着写就可以。"), buttons)


def ask_code() -> Reply:
    return Reply(line("请输入您的查询码。"), (CANCEL,), "ask")


def no_code() -> Reply:
    return Reply(
        line("没有查询码就查不到交过的报告。可以把事情再说一次，值班人员会合在一起办。"), (LOOKUP,), lines=(FIRST,)
    )


def ask_edit(name: str, child: bool = False) -> Reply:
    buttons = _choices(name, child)
    label = Line(FIELDS[name].label) if name in FIELDS else line("发生了什么")
    return Reply(line("“{field}”改成什么？", field=label), (*buttons, CANCEL), "ask")


def ask_dispute() -> Reply:
    return Reply(line("请说哪里还没有解决，会转回去重新办理。"), (CANCEL,), "ask")


def thanked() -> Reply:
    return Reply(line("谢谢您告诉我们，已记下。情况有变化，随时再来说一句。"))


def disputed() -> Reply:
    return Reply(line("已记下，会转回去重新办理，并通知值班人员。"))


def one_by_one() -> Reply:
    return Reply(line("刚才说的已先交给值班人员。另一件事，请再按一次“报告另一件事”。"), (NEW,))


def handed_over(reference: str) -> Reply:
    """To someone who stopped in the middle and comes back."""
    return Reply(line("您上次说的已自动转给值班人员，编号 {reference}。接着说就会补充进去。", reference=reference))


def draft_kept() -> Reply:
    return Reply(line("好，不改了。"))
