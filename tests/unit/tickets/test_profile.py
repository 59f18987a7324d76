"""Profiles are files that a county's technician writes: what is wrong is said with file and mend."""

import pytest

from intake.tickets.profile import ProfileError, path_of, read_profiles
from tests.unit.tickets.profiles import SHIPPED, shipped

OURS = (SHIPPED / "hutong.toml").read_text("utf-8")


def test_the_shipped_profiles_are_the_three_shapes_and_ours() -> None:
    profiles = shipped()
    assert set(profiles) == {"A", "B", "C", "hutong"}
    assert all(profile.callback is not None and profile.copy_back for profile in profiles.values())


def test_paths() -> None:
    assert (
        path_of("gdxx.gdbh") == ("gdxx", "gdbh")
        and path_of("fj[].dz") == ("fj", "[]", "dz")
        and path_of("附件") == ("附件",)
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("platform = ", "不是有效的 TOML"), ("[fields]\ncontent = 'a'", "[platform] 要有 id"),
        ("[platform]\nid = 'x'\nname = 'x'\n[fields]\ntitle = 'a'", "至少要有 order_no 或 content"),
        ("[platform]\nid = 'x'\nname = 'x'\n[fields]\ncontent = 'a'\nstory = 'b'", "没有叫 story 的项"),
        ("[platform]\nid = 'x'\nname = 'x'\nplace = '45'\n[fields]\ncontent = 'a'", "区划代码"),
        ("[platform]\nid = 'x'\nname = 'x'\n[fields]\ncontent = 'a'\n[values.event]\n'办结' = 'finish'", "没有 finish"),
        ("[platform]\nid = 'x'\nname = 'x'\n[fields]\ncontent = 'a'\n[callback]\n", "[callback.body]"),
        ("[platform]\nid = 'x'\nname = 'x'\n[fields]\ncontent = 'a'\n[callback.body]\na = '{name}'", "没有 name"),
        ("[platform]\nid = 'x'\nname = 'x'\n[fields]\ncontent = 'a'\n[callback.body]\na = '{text}'", "order_no 或 case"),
        ("[platform]\nid = 'x'\nname = 'x'\n[fields]\ncontent = 'a'\n[callback.body]\na = '{case}'\n[callback.status]\ndone = 'x'", "没有 done"),
        ("[platform]\nid = 'x'\nname = 'x'\n[fields]\ncontent = 'a'\n[attachments]\nhosts = ['http://a/']", "列出主机"),
        ("[platform]\nid = 'x'\nname = 'x'\n[fields]\ncontent = 'a'\n[colours]\n", "不认识的一节"),
        ("[platform]\nid = 'hutong'\nname = 'x'\n[fields]\ncontent = 'a'", "已在别的文件里写过"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_and_mend(text: str, says: str) -> None:
    with pytest.raises(ProfileError) as wrong:
        read_profiles({"hutong.toml": OURS, "x.toml": text})
    assert "x.toml" in str(wrong.value) and says in str(wrong.value)


def test_without_the_documented_schema_there_is_no_interface() -> None:
    with pytest.raises(ProfileError, match=r"hutong\.toml"):
        read_profiles({"x.toml": "[platform]\nid = 'x'\nname = 'x'\n[fields]\ncontent = 'a'"})
