"""The receipt on paper: that something was reported, when, and the sum of what was said. It holds nothing of the story. Pure.

Four things stand on it: number, time, sum, code. The sum is salted with a secret of the site, so that nobody can find out by
trying what was said; whoever may open the sealed envelope of an evidence packet can compute it again. The code lets the public
page answer without looking anything up; the signature lets anybody verify without the site.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from records.columns import spoken
from records.secrets import Keyring
from records.signing import key_id, public_key, signed
from routing.papers.sheet import Grid, Heading, Picture, Sheet, Text
from words.beijing import BEIJING, stamp

FIRST = "hutong receipt 1"
_CODE_LETTERS = 16  # of 25 letters and digits: 74 bits


@dataclass(frozen=True)
class Said:
    """One statement as it counts in the sum: when, the exact words, the SHA-256 of each file that came with it (hex)."""

    at: datetime
    text: str
    files: Sequence[str] = ()


@dataclass(frozen=True)
class Proof:
    """`site` is the place code of the site, `words` the sum (64 hex digits)."""

    site: str
    reference: str
    received: datetime
    words: str

    def text(self) -> str:
        """What is signed. Times are Beijing time to the second, as they are printed."""
        received = self.received.astimezone(BEIJING).replace(microsecond=0).isoformat()
        return (
            f"{FIRST}\nsite {self.site}\nreference {self.reference}\nreceived {received}\nwords sha256:{self.words}\n"
        )


def salt_of(ring: Keyring, case_id: str) -> str:
    """The secret that goes into a case's sum. Derived, so that it is kept nowhere."""
    return ring.blind("receipt-salt", case_id)


def sum_of(salt: str, statements: Sequence[Said]) -> str:
    """SHA-256 over the salt and, in order, each statement's time, length and words and its files' sums."""
    digest = hashlib.sha256(f"{salt}\n".encode())
    for each in statements:
        words = each.text.encode("utf-8", "surrogatepass")
        digest.update(f"{each.at.astimezone(BEIJING).isoformat()}\n{len(words)}\n".encode())
        digest.update(words)
        digest.update("".join(f"\n{file}" for file in each.files).encode() + b"\n")
    return digest.hexdigest()


def code_of(ring: Keyring, proof: Proof) -> str:
    """The code that the public page asks for: four groups of four."""
    letters = spoken(int(ring.blind("receipt-proof", proof.text()), 16), _CODE_LETTERS)
    return "-".join(letters[start : start + 4] for start in range(0, _CODE_LETTERS, 4))


def typed(site: str, reference: str, received: str, words: str) -> Proof | None:
    """What somebody typed from a paper, whatever stands between the letters; None when it can be no receipt."""
    digits = re.sub(r"\D", "", received.split("+")[0])
    sum_typed = re.sub(r"[^0-9a-f]", "", words.lower().removeprefix("sha256:"))
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    except ValueError:
        return None
    if len(sum_typed) != 64:
        return None
    return Proof(site, reference.strip().upper()[:20], moment, sum_typed)


def address_of(base: str, ring: Keyring, proof: Proof) -> str:
    """What the drawing holds: the page with everything filled in, behind a # that no browser sends to anybody."""
    received = proof.received.astimezone(BEIJING).strftime("%Y%m%d%H%M%S")
    return f"{base.rstrip('/')}/proof#{proof.reference},{received},{proof.words},{code_of(ring, proof)}"


def sheet_of(proof: Proof, ring: Keyring, county: str, base: str, *, demo: bool) -> Sheet:
    """The one page. `base` is where the site is reached; empty when nobody knows."""
    text = signed(ring, proof.text())
    groups = [proof.words[start : start + 8] for start in range(0, 64, 8)]
    grouped = " ".join(groups[:4]) + "\n" + " ".join(groups[4:])
    blocks = [
        Text(f"{county}：下列编号的事项已经收到，时间和内容摘要以本站签名为证。本页不含报告的内容。"),
        Grid(
            [
                [("编号 Number", proof.reference)],
                [("收到时间 Received", f"{stamp(proof.received)}（北京时间）")],
                [("摘要 SHA-256", grouped)],
                [("核验码 Code", code_of(ring, proof))],
            ]
        ),
        Heading("怎样核验"),
    ]
    if base:
        online = f"打开 {base.rstrip('/')}/proof ，照抄上面四项，或扫下面的图。页面只回答“有效”或“无效”。"
        blocks += [Text(online, "plain"), Picture(_drawing(address_of(base, ring, proof)), "扫一扫，核对四项再点核验")]
    blocks += [
        Text(
            "不联网也能核验：本文件附有 receipt.txt（签名的原文），用核验程序和本站公钥检查："
            "python3 verify.py 本文件 site-key.pem 。公钥和程序在上面的网页下载，公钥编号应为 "
            f"{key_id(public_key(ring))}。",
            "plain",
        ),
        Text(text.splitlines()[-1], "code"),
        Text(
            "摘要由全部原话加本站保管的一串随机数算出：旁人无从猜出内容；日后依法核对时，可以证明原话没有改动过。",
            "small",
        ),
    ]
    attached = [("receipt.txt", text.encode("ascii"), "签名的原文")]
    banner = "演示：人和事都是编的，本页没有效力" if demo else ""
    return Sheet("回　执", blocks, foot=proof.reference, banner=banner, attached=attached)


def _drawing(content: str) -> str:
    """A QR code as SVG."""
    import io

    import segno

    drawn = io.BytesIO()
    segno.make(content, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode("ascii")
