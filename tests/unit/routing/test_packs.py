"""What is wrong with a pack is said with file, line and mend; a new county is a new file."""

from pathlib import Path

import pytest

from routing.pack_check import check_packs
from routing.packs import PackError
from routing.rules import route
from routing.shipped import Shipped, protocols_from
from words.ids import Urgency

DIRECTORY = Path(__file__).parents[3] / "data" / "protocols"
HEAD = '[pack]\nid = "lanting"\nname = "兰亭县"\ndocument = "兰民〔2026〕1号"\nplaces = ["458821"]\n'


def with_county(pack_texts: dict[str, str], body: str, head: str = HEAD) -> dict[str, str]:
    return {**pack_texts, "lanting.toml": head + body}


def row(body: str) -> str:
    return f"\n[[line]]\n{body}\n"


def test_the_shipped_packs_are_in_order(pack_texts: dict[str, str], protocols: Shipped) -> None:
    assert check_packs(pack_texts) == []
    assert set(protocols.packs) == {"national", "guangxi", "chongqing", "siping_tiedong", "gaotai"}
    assert len(protocols.clauses) == 91 + 7 + sum(
        text.startswith("[") for text in pack_texts["statutes.toml"].splitlines()
    )


def test_every_pack_knows_its_coordinator(protocols: Shipped) -> None:
    assert protocols.packs["siping_tiedong"].terms.coordinators == ("civil_affairs", "leading_group_office")
    assert protocols.packs["gaotai"].terms.coordinators == ("civil_affairs", "working_committee")


def test_a_county_inherits_from_its_province(pack_texts: dict[str, str]) -> None:
    head = HEAD + 'parent = "guangxi"\n'
    texts = with_county(
        pack_texts, row('category = "dropout"\nwith = ["village_committee"]\nclauses = ["statute:E3"]'), head
    )
    assert check_packs(texts) == []
    shipped = protocols_from(texts)
    found = route(shipped.for_place("458821"), "dropout", Urgency.NORMAL, {})
    assert {"youth_league", "village_committee"} <= set(found.with_)
    assert shipped.for_place("458822").id == "guangxi"


def test_a_county_may_change_a_number(pack_texts: dict[str, str]) -> None:
    shipped = protocols_from(with_county(pack_texts, '\n[deadlines.result]\nnormal = "4wd L statute:F7"\n'))
    term = shipped.packs["lanting"].terms.deadlines["result"].term(Urgency.NORMAL)
    assert term and str(term.due) == "4wd" and term.clause == "statute:F7"
    urgent = shipped.packs["lanting"].terms.deadlines["result"].term(Urgency.URGENT)
    assert urgent and str(urgent.due) == "P3D"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (row('category = "dropuot"\nclauses = ["statute:E3"]'), ["lanting.toml:7", "dropuot"]),
        (row('category = "dropout"\nwith = ["police"]'), ["lanting.toml:7", "clauses"]),
        (row('category = "dropout"\nwith = ["polcie"]\nclauses = ["statute:E3"]'), ["lanting.toml:7", "polcie"]),
        (row('category = "dropout"\nclauses = ["gaotai:GT20"]'), ["lanting.toml:7", "gaotai:GT20"]),
        (row('category = "dropout"\nclauses = ["statute:A13"]'), ["未能核验"]),
        (row('category = "dropout"\nwhen = { weather = "rain" }\nclauses = ["statute:E3"]'), ["weather", "urgency"]),
        (row('category = "dropout"\nwhen = { hazard = "rain" }\nclauses = ["statute:E3"]'), ["hazard", "fire"]),
        (row('category = "dropout"\nwhen = { pupil = false }\nclauses = ["statute:E3"]'), ["pupil", "True"]),
        (row('category = "dropout"\nwho = ["police"]\nclauses = ["statute:E3"]'), ["who", "lead"]),
        (row('category = "dropout"\nnine = [10]\nclauses = ["statute:E3"]'), ["nine"]),
        (row('category = "dropout"\nopens = "door"\nclauses = ["statute:E3"]'), ["opens"]),
        ("\n[strange]\na = 1\n", ["strange"]),
        ("\n[deadlines.result]\nnormal = \"soon O\"\n", ["deadlines.result.normal", "PT5M"]),
        ("\n[deadlines.result]\nnormal = \"5wd\"\n", ["deadlines.result.normal", "F8"]),
        ("\n[deadlines.result]\nnormal = \"5wd L\"\n", ["deadlines.result.normal", "条款"]),
        ("\n[deadlines.result]\nlater = \"5wd O\"\n", ["later"]),
        ("\n[ladder.L5]\nclock = \"accept\"\n", ["L5"]),
        ("\n[ladder.L1]\nclock = \"lunch\"\n", ["lunch"]),
        ("\n[repeat]\ninfo = \"PT0S\"\n", ["repeat", "info"]),
        ("\nthis is not toml", ["lanting.toml", "TOML"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(pack_texts: dict[str, str], body: str, says: list[str]) -> None:
    with pytest.raises(PackError) as refused:
        protocols_from(with_county(pack_texts, body))
    assert any(all(word in str(problem) for word in says) for problem in refused.value.problems), str(refused.value)
    assert check_packs(with_county(pack_texts, body))


@pytest.mark.parametrize(
    ("head", "word"),
    [
        ('[pack]\nname = "x"\n', "id"),
        (HEAD.replace('["458821"]', '["4588"]'), "4588"),
        (HEAD.replace("document", "paper"), "document"),
        (HEAD + 'parent = "atlantis"\n', "atlantis"),
        (HEAD + 'coordinator = "baker"\n', "baker"),
    ],
)
def test_a_head_that_is_wrong(pack_texts: dict[str, str], head: str, word: str) -> None:
    assert any(word in said for said in check_packs(with_county(pack_texts, "", head)))


@pytest.mark.parametrize(
    "body",
    [
        row('category = "dropout"\nwith = ["police"]\nclauses = ["statute:E3"]'),
        row('category = "sexual_abuse"\nwhen = { urgency = "critical" }\nfirst = ["police"]\nclauses = ["statute:A7"]'),
        row('category = "bullying"\nwithout = ["health"]\nclauses = ["statute:A17"]'),
        '\n[deadlines.result]\nnormal = "5wd L statute:F6"\n',
        '\n[ladder.L2]\ncritical = "PT15M"\n',
    ],
)
def test_a_pack_that_repeats_its_parent_is_told_so(pack_texts: dict[str, str], body: str) -> None:
    found = check_packs(with_county(pack_texts, body))
    assert len(found) == 1 and "与上级方案相同" in found[0]


def test_the_same_place_in_two_packs_is_told(pack_texts: dict[str, str]) -> None:
    found = check_packs(with_county(pack_texts, "", HEAD.replace("458821", "620724")))
    assert any("620724" in said and "gaotai" in said for said in found)


def test_a_category_nobody_takes_is_told(pack_texts: dict[str, str]) -> None:
    start = pack_texts["national.toml"].index('[[line]]\ncategory = "out_of_scope"')
    end = pack_texts["national.toml"].index("[[line]]", start + 5)
    cut = pack_texts["national.toml"][:start] + pack_texts["national.toml"][end:]
    found = check_packs({**pack_texts, "national.toml": cut})
    assert any("out_of_scope" in said for said in found)


def test_missing_files_are_named() -> None:
    assert check_packs({}) == ["缺少文件 matrix.json、statutes.toml、national.toml。"]


@pytest.mark.parametrize("name", ["national.toml", "statutes.toml", "matrix.json"])
def test_a_broken_ground_file_is_one_sentence(pack_texts: dict[str, str], name: str) -> None:
    found = check_packs({**pack_texts, name: "{ broken"})
    assert len(found) == 1 and name in found[0]


def test_the_example_in_the_readme_is_a_good_pack(pack_texts: dict[str, str]) -> None:
    example = (DIRECTORY / "README.md").read_text(encoding="utf-8").split("```")[1].removeprefix("toml")
    assert check_packs({**pack_texts, "lanting.toml": example}) == []
