"""What the site signs, checked twice: by the library, and by the program that needs nothing but an interpreter."""

import io
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import signing
from records.secrets import Keyring, new_keyring
from routing.papers import verify
from routing.papers.pdf import pdf
from routing.papers.proof import Proof, Said, code_of, salt_of, sheet_of, sum_of, typed

RING, OTHER = new_keyring(), new_keyring()
PROOF = Proof("458821", "HT261119-7K3MQ", datetime(2026, 11, 19, 7, 0, 5, tzinfo=UTC), "a1b2c3d4" * 8)
PUBLIC = signing.public_key(RING)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_both_checkers_agree_on_what_was_signed(words: str) -> None:
    text = signing.signed(RING, f"hutong receipt 1\nwords {words}\n")
    assert signing.verified(text, PUBLIC).splitlines()[0] == "hutong receipt 1"
    assert verify.check_text(text, PUBLIC)[0] == ("hutong", "receipt 1")


@pytest.mark.parametrize("spoil", [
    lambda text: text.replace("458821", "458822"),
    lambda text: text.replace("received", "received "),
    lambda text: text.replace("\nsignature", "\n\nsignature"),
    lambda text: text.rpartition("signature")[0],
    lambda text: text[:-10] + "AAAA" + text[-6:],
    lambda text: signing.signed(OTHER, PROOF.text()),
])  # fmt: skip
def test_whatever_is_changed_neither_checker_accepts_it(spoil: object) -> None:
    changed = spoil(signing.signed(RING, PROOF.text()))  # type: ignore[operator]
    with pytest.raises(signing.NotSigned):
        signing.verified(changed, PUBLIC)
    with pytest.raises(verify.Invalid):
        verify.check_text(changed, PUBLIC)


def test_a_point_that_is_none_and_a_number_too_large_are_no_signature() -> None:
    mark = signing.signature(RING, b"x")
    larger = mark[:32] + (int.from_bytes(mark[32:], "little") + verify._L).to_bytes(32, "little")
    assert verify.ed25519_holds(PUBLIC, b"x", mark)
    assert not verify.ed25519_holds(PUBLIC, b"x", larger)  # the same signature said in another way
    assert not verify.ed25519_holds(b"\xff" * 32, b"x", mark)
    assert not verify.ed25519_holds(PUBLIC, b"x", b"\xff" * 64)


def test_a_key_goes_through_its_file() -> None:
    pem = signing.public_pem(RING)
    assert verify.read_key(pem) == signing.read_pem(pem) == PUBLIC
    for broken in ("", "-----BEGIN PUBLIC KEY-----\nabc\n", pem.replace("MCow", "MCox")):
        with pytest.raises(verify.Invalid):
            verify.read_key(broken)


def test_a_key_file_from_before_signatures_always_gives_the_same_key() -> None:
    old = Keyring(RING.current, RING.keys, RING.index, RING.backup)
    again = Keyring(RING.current, RING.keys, RING.index, RING.backup)
    assert signing.public_key(old) == signing.public_key(again) != PUBLIC


def test_a_receipt_is_checked_by_somebody_with_nothing_but_python(tmp_path: Path) -> None:
    receipt, key = tmp_path / "receipt.pdf", tmp_path / "site-key.pem"
    receipt.write_bytes(pdf(sheet_of(PROOF, RING, "罗岭县", "https://example.invalid", demo=False), PROOF.received))
    key.write_text(signing.public_pem(RING))
    program = [sys.executable, "-I", "-S", verify.__file__, str(receipt), str(key)]
    good = subprocess.run(program, capture_output=True, text=True, env={"PYTHONUTF8": "1"}, check=False)
    assert good.returncode == 0 and "HT261119-7K3MQ" in good.stdout and "2026-11-19T15:00:05+08:00" in good.stdout
    key.write_text(signing.public_pem(OTHER))
    bad = subprocess.run(program, capture_output=True, text=True, env={"PYTHONUTF8": "1"}, check=False)
    assert bad.returncode == 1 and bad.stdout.startswith("无效")


def test_the_code_fits_what_is_printed_and_nothing_else() -> None:
    printed = typed("458821", "ht261119-7k3mq ", "2026-11-19 15:00:05（北京时间）", "A1B2C3D4 " * 8)
    assert printed == PROOF and code_of(RING, printed) == code_of(RING, PROOF)
    for other in (
        typed("458821", "HT261119-7K3MR", "2026-11-19 15:00:05", PROOF.words),
        typed("458821", "HT261119-7K3MQ", "2026-11-19 15:00:06", PROOF.words),
        typed("458821", "HT261119-7K3MQ", "2026-11-19 15:00:05", "b" + PROOF.words[1:]),
        typed("458822", "HT261119-7K3MQ", "2026-11-19 15:00:05", PROOF.words),
    ):
        assert other is not None and code_of(RING, other) != code_of(RING, PROOF)
    assert typed("458821", "HT261119-7K3MQ", "yesterday", PROOF.words) is None
    assert typed("458821", "HT261119-7K3MQ", "2026-11-19 15:00:05", "a1") is None


def test_the_sum_holds_every_word_time_and_file_and_cannot_be_guessed() -> None:
    salt, at = salt_of(RING, "case"), PROOF.received
    said = [Said(at, "老师打人", ["aa"]), Said(at, "还有", [])]
    whole = sum_of(salt, said)
    assert whole == sum_of(salt, list(said))
    others = [
        sum_of(salt, said[::-1]), sum_of(salt, said[:1]), sum_of(salt_of(RING, "other"), said),
        sum_of(salt_of(OTHER, "case"), said), sum_of(salt, [Said(at, "老师打人还", ["aa"]), Said(at, "有")]),
        sum_of(salt, [Said(at, "老师打人", ["ab"]), said[1]]),
        sum_of(salt, [Said(at.replace(second=6), "老师打人", ["aa"]), said[1]]),
    ]  # fmt: skip
    assert len({whole, *others}) == 8


def test_a_packet_with_a_file_too_many_too_few_or_changed_is_not_valid(tmp_path: Path) -> None:
    def packet(files: dict[str, bytes], text: str) -> Path:
        path = tmp_path / os.urandom(4).hex()
        with zipfile.ZipFile(path, "w") as made:
            for name, content in files.items():
                made.writestr(name, content)
            made.writestr("manifest.txt", text)
        return path

    digest = __import__("hashlib").sha256(b"one").hexdigest()
    text = signing.signed(RING, f"hutong evidence 1\nfile sha256:{digest} a.txt\n")
    assert verify.check_packet(packet({"a.txt": b"one"}, text), PUBLIC)[0] == ("hutong", "evidence 1")
    for files in ({"a.txt": b"two"}, {}, {"a.txt": b"one", "b.txt": b"one"}):
        with pytest.raises(verify.Invalid):
            verify.check_packet(packet(files, text), PUBLIC)
    with pytest.raises(verify.Invalid):
        verify.check_packet(io.BytesIO(b"PK\x03\x04 not really"), PUBLIC)
