"""The national pack is whole: every category has a desk, whatever else is known."""

import itertools

import pytest

from routing.facts import FactError
from routing.rules import route
from routing.shipped import Shipped
from words.ids import CATEGORIES, ROUTING_CHOICES, ROUTING_FACTS, Urgency


@pytest.mark.parametrize("category", CATEGORIES)
def test_no_case_is_left_without_a_desk(protocols: Shipped, category: str) -> None:
    choices = [
        None,
        *itertools.chain.from_iterable([(key, value) for value in ROUTING_CHOICES[key]] for key in ROUTING_CHOICES),
    ]
    for pack, urgency, choice in itertools.product(protocols.packs.values(), Urgency, choices):
        found = route(pack, category, urgency, dict([choice]) if choice else {})
        assert found.lead and found.clauses
        placed = (*found.lead, *found.with_, *found.copy)
        assert len(set(placed)) == len(placed)
        assert set(found.clauses) <= set(protocols.clauses)


def test_an_unknown_fact_is_refused_with_the_list_of_keys(protocols: Shipped) -> None:
    with pytest.raises(FactError) as refused:
        route(protocols.packs["national"], "dropout", Urgency.NORMAL, {"colour": "red"})
    assert "colour" in str(refused.value) and all(key in str(refused.value) for key in ROUTING_FACTS)
