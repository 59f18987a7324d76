"""`hutong keys public` and `hutong verify`, as somebody types them who doubts a paper."""

from datetime import UTC, datetime

import pytest

from records import signing
from records.keyfile import load_keyring
from routing.papers.proof import Proof
from tests.support.terminal import Terminal

PLACE = ("--place", "458821=罗岭县")


def test_what_a_site_signed_is_valid_with_its_key_and_with_no_other(terminal: Terminal) -> None:
    terminal.hutong("init", *PLACE)
    ring = load_keyring(terminal.data / "keys.json")
    assert signing.read_pem(terminal.hutong("keys", "public").out) == signing.public_key(ring)
    key, receipt = terminal.directory / "site-key.pem", terminal.directory / "receipt.txt"
    assert signing.key_id(signing.public_key(ring)) in terminal.hutong("keys", "public", str(key)).out
    proof = Proof("458821", "HT261119-7K3MQ", datetime(2026, 11, 19, 7, 0, 5, tzinfo=UTC), "a1" * 32)
    receipt.write_text(signing.signed(ring, proof.text()))
    assert "HT261119-7K3MQ" in terminal.hutong("verify", str(receipt)).out
    assert terminal.hutong("verify", str(receipt), "--key", str(key)).code == 0
    receipt.write_text(receipt.read_text().replace("15:00:05", "14:00:05"))
    assert terminal.hutong("verify", str(receipt)).code == 1
    terminal.settings["HUTONG_DATA"] = str(terminal.directory / "another site")
    terminal.hutong("init", *PLACE)
    receipt.write_text(signing.signed(ring, proof.text()))
    said = terminal.hutong("verify", str(receipt))
    assert said.code == 1 and "不是给出的" in said.out


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", b"PK\x03\x04", b"\xff\xfe\x00"])
def test_what_is_none_of_ours_is_said_to_be_not_valid(terminal: Terminal, content: bytes) -> None:
    terminal.hutong("init", *PLACE)
    path = terminal.directory / "thing"
    path.write_bytes(content)
    said = terminal.hutong("verify", str(path))
    assert said.code == 1 and said.out.startswith("无效")
    assert terminal.hutong("verify", str(terminal.directory / "nothing")).code == 1
