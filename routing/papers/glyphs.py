"""No character is ever dropped: what the fonts lack stands as its code, 〔U+20BB7〕, and is named at the end of the document.

The fonts (Noto Serif SC, Noto Sans SC) hold all of the basic block and extension A, and what the 通用规范汉字表 names beyond
them. A rarer character in a name is still the name of a child: a reader must see that one stood there, and which.
"""

import unicodedata
from collections.abc import Set

from routing.papers.sheet import Heading, Sheet, Text, mapped

_KEPT = frozenset("\n\t ")
_NAMED = {0xFE0F: "表情变体符", 0x200D: "零宽连接符", 0xFEFF: "字节顺序标记", 0x200B: "零宽空格"}


def fitted(sheet: Sheet, known: Set[int]) -> Sheet:
    """The sheet with each character that is in no font replaced by its code, and a note that names them."""
    missing: dict[str, str] = {}

    def fit(text: str) -> str:
        text = text.replace("\r\n", "\n")
        if all(ord(character) in known or character in _KEPT for character in text):
            return text
        fit_one = []
        for character in text:
            if ord(character) in known or character in _KEPT:
                fit_one.append(character)
            else:
                missing[character] = code = f"〔U+{ord(character):04X}〕"
                fit_one.append(code)
        return "".join(fit_one)

    sheet = mapped(sheet, fit)
    if not missing:
        return sheet
    names = "；".join(f"{code[1:-1]}：{called(character)}" for character, code in sorted(missing.items()))
    note = Text(f"下列字符本文件的字体里没有，正文中以编码代替，一个也没有略去。{names}。", "small")
    return Sheet(**{**vars(sheet), "blocks": [*sheet.blocks, Heading("字体里没有的字"), note]})


def called(character: str) -> str:
    """What a person calls a character that can't be printed."""
    point = ord(character)
    if point in _NAMED:
        return _NAMED[point]
    name = unicodedata.name(character, "")
    if name.startswith("CJK UNIFIED IDEOGRAPH"):
        return "汉字"
    return {"Co": "自造字", "Cc": "控制字符", "Cs": "半个字符", "Cn": "未定义字符"}.get(
        unicodedata.category(character), name or "未命名字符"
    )
