"""The summary before submit: every known field, the words it came from, and a button to change it."""

from intake.dialogue.fields import CHOICES, FIELDS
from intake.dialogue.hearing import normal
from intake.dialogue.say import CANCEL, SUBMIT
from intake.dialogue.state import Known, State, joined
from intake.said import Button, Reply
from words.language import Line, line

STORY = "what"  # the story itself: "changing" it adds a sentence, the first words stay
_PREFIX = "修改："
_LONG = 60


def summary(state: State) -> Reply:
    """What will be handed over. Where a case already stands it is an offer to complete, not a gate."""
    lines = [line("发生了什么：{story}", story=_story(state))]
    buttons = [_button("发生了什么")]
    for name, field in FIELDS.items():
        known = state.fields.get(name)
        if known is None:
            continue
        lines.append(_row(Line(field.label), name, known))
        buttons.append(_button(field.label))
    if state.phase == "draft":
        head = line("请看一遍。没有错就按“提交”；哪一项不对，按它的“修改”。")
        buttons = [SUBMIT, *buttons, CANCEL]
    else:
        head = line("已经转给值班人员。以下可以补充：哪一项不对，按它的“修改”；没有别的了，按“提交”。")
        buttons = [SUBMIT, *buttons]
    return Reply(head, tuple(buttons), "summary", tuple(lines))


def field_to_edit(text: str) -> str | None:
    """The field named by an edit button's label (`修改：学校`, also `修改学校`), or None."""
    plain = normal(text).replace("你", "您")
    if not plain.startswith("修改"):
        return None
    label = plain.removeprefix("修改").lstrip("：: ")
    if label == "发生了什么":
        return STORY
    return next((name for name, field in FIELDS.items() if field.label == label), None)


def shown_value(name: str, known: Known) -> Line | str:
    """A code by its label, anything else as it is."""
    choices = CHOICES.get(name)
    if choices and known.value in choices:
        return Line(choices[known.value])
    if name == "child_age" and isinstance(known.value, int):
        return line("{age}岁", age=known.value) if known.value else line("不到一岁")
    return str(known.value)


def _row(label: Line, name: str, known: Known) -> Line:
    shown = shown_value(name, known)
    said = normal(known.words)
    if not said or str(shown) == said:
        return line("{field}：{value}", field=label, value=shown)
    return line("{field}：{value}（您说的是“{words}”）", field=label, value=shown, words=_short(said))


def _story(state: State) -> Line | str:
    """What was told of her own accord; answers stand at their fields."""
    free = [said.text for said in state.heard if said.role in ("told", "question")]
    return _short(joined(free or state.told)) if state.told else line("（语音、图片，已交人查看）")


def _button(label: str) -> Button:
    return Button(line(_PREFIX + "{field}", field=Line(label)), "quiet")


def _short(text: str) -> str:
    flat = text.replace("\n", "；")
    return flat if len(flat) <= _LONG else flat[:_LONG] + "…"
