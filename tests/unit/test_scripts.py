"""A script file is read line by line; a bad line keeps its id."""

import json

import pytest

from intake.replay import BadScript, read_script


@pytest.mark.parametrize("id", ["a", 7, None])
def test_the_id_comes_back_as_it_was_given(id: object) -> None:
    assert read_script(json.dumps({"id": id, "messages": ["在吗"]})).id == id


@pytest.mark.parametrize(
    ("line", "id"),
    [("不是", None), ("[1]", None), ('{"id": "a"}', "a"), ('{"id": 7, "messages": [1]}', 7), ("[" * 100_000, None)],
)
def test_a_bad_line_says_what_is_wrong_and_which_one_it_is(line: str, id: object) -> None:
    with pytest.raises(BadScript) as bad:
        read_script(line)
    assert bad.value.id == id and str(bad.value)
