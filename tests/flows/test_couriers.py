"""Letters on their way: sent outside any transaction, tried again, and in the end carried by a person. Never dropped."""

import asyncio
from datetime import timedelta

from escalation.couriers import BACK_OFF, Courier, Delivery, Failed, Later, Sent, deliver_due
from records.batch import Batch
from records.outbox import LEASE
from records.tables import Letter
from tests.flows.town import Town

BEATEN = "隔壁男的又在打孩子，孩子一直哭着喊救命，罗岭县和平里3栋"


async def letters_by_pigeon(town: Town) -> list[Letter]:
    """A case's letters that wait, all to be taken by a messenger that this site has."""
    await town.says(BEATEN)
    batch = Batch()
    for letter in await town.letters(await town.case()):
        if letter.status == "waiting":
            batch.change(letter, courier="pigeon")
    await town.house.store.write(batch)
    return await waiting(town)


async def waiting(town: Town) -> list[Letter]:
    return [letter for letter in await town.letters(await town.case()) if letter.courier == "pigeon"]


async def deliver(town: Town, pigeon: Courier) -> int:
    return await deliver_due(town.house.store, town.now, {"pigeon": pigeon})


async def test_what_arrives_is_sent_once_by_however_many_couriers(town: Town) -> None:
    letters, flown = await letters_by_pigeon(town), list[str]()

    async def pigeon(letter: Letter, now: object) -> Delivery:
        flown.append(letter.id)
        return Sent()

    await asyncio.gather(*(deliver(town, pigeon) for _ in range(4)))
    assert sorted(flown) == sorted(letter.id for letter in letters)
    assert {letter.status for letter in await waiting(town)} == {"sent"}


async def test_what_does_not_go_is_tried_again_later_and_then_a_person_calls(town: Town) -> None:
    letters, tried = await letters_by_pigeon(town), list[str]()

    async def pigeon(letter: Letter, now: object) -> Delivery:
        tried.append(letter.id)
        return Later("storm")

    assert await deliver(town, pigeon) == len(letters)
    assert await deliver(town, pigeon) == 0, "not before its time"
    for pause in BACK_OFF:
        await town.outage(seconds=pause.total_seconds())
        await deliver(town, pigeon)
    assert len(tried) == (1 + len(BACK_OFF)) * len(letters)
    assert {letter.status for letter in await waiting(town)} == {"calling"}
    assert len(await town.duty_tasks()) == len(letters)


async def test_what_never_goes_this_way_is_called_at_once(town: Town) -> None:
    letters = await letters_by_pigeon(town)

    async def pigeon(letter: Letter, now: object) -> Delivery:
        return Failed("no such address")

    await deliver(town, pigeon)
    assert {letter.status for letter in await waiting(town)} == {"calling"}
    assert len(await town.duty_tasks()) == len(letters)


async def test_one_courier_in_trouble_stops_no_other_letter(town: Town) -> None:
    letters = await letters_by_pigeon(town)
    unlucky = letters[0].id

    async def pigeon(letter: Letter, now: object) -> Delivery:
        if letter.id == unlucky:
            raise OSError("the network is away")
        return Sent()

    await deliver(town, pigeon)
    assert {letter.id: letter.status for letter in await waiting(town)} == {
        letter.id: "waiting" if letter.id == unlucky else "sent" for letter in letters
    }


async def test_letters_of_a_courier_that_died_go_again(town: Town) -> None:
    letters, flown = await letters_by_pigeon(town), list[str]()

    async def dies(letter: Letter, now: object) -> Delivery:
        raise asyncio.CancelledError

    async def pigeon(letter: Letter, now: object) -> Delivery:
        flown.append(letter.id)
        return Sent()

    dying = asyncio.create_task(deliver(town, dies))
    await asyncio.wait({dying})
    assert dying.cancelled()
    await deliver(town, pigeon)
    assert len(flown) == len(letters) - 1, "the one on its way is somebody's"
    await town.outage(seconds=(LEASE + timedelta(seconds=1)).total_seconds())
    await deliver(town, pigeon)
    assert sorted(flown) == sorted(letter.id for letter in letters)


async def test_a_call_is_one_task_however_many_workers_hand_it_over(town: Town) -> None:
    await town.says(BEATEN)
    letters = [letter for letter in await town.letters(await town.case()) if letter.status == "waiting"]
    store = town.house.store
    await asyncio.gather(*(deliver_due(store, town.now, {}) for _ in range(4)))
    assert len(await town.duty_tasks()) == len(letters)


async def test_a_letter_taken_back_on_the_way_leaves_the_others_their_call(town: Town) -> None:
    first, *others = await letters_by_pigeon(town)
    store = town.house.store

    async def pigeon(letter: Letter, now: object) -> Delivery:
        if letter.id == first.id:
            batch = Batch()
            batch.change(letter, at_version=letter.version + 1, status="void")
            await store.write(batch)
        return Failed("no such address")

    await deliver(town, pigeon)
    assert sorted(str(call.desk_id) for call in await town.duty_tasks()) == sorted(letter.desk_id for letter in others)
