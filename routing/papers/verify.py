"""核验程序: checks a receipt (PDF or receipt.txt) or an evidence packet (zip) against a site's public key, without a network.

It needs a Python interpreter (3.8 or newer) and nothing else: it imports nothing of the product, so that it can lie inside a
packet and be read by whoever doubts it. Ed25519 as in RFC 8032, section 5.1.

    python3 verify.py FILE [site-key.pem]
"""

import base64
import contextlib
import hashlib
import re
import sys
import zipfile
import zlib

MANIFEST, KEY = "manifest.txt", "site-key.pem"
MARK = "signature ed25519"
_LARGEST = 1 << 30  # bytes of a packet's file: nothing that we write comes near it
_PEM_HEAD = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: what stands before an Ed25519 key

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)


class Invalid(Exception):
    """What was checked does not hold. The text says what and where."""


def read_key(pem):
    """The raw public key (32 bytes) of a PEM text."""
    body = "".join(line for line in pem.splitlines() if line and not line.startswith("-"))
    try:
        der = base64.b64decode(body, validate=True)
    except ValueError:
        raise Invalid("公钥文件读不懂") from None
    if len(der) != 44 or not der.startswith(_PEM_HEAD):
        raise Invalid("公钥文件读不懂")
    return der[12:]


def key_id(public):
    return hashlib.sha256(public).hexdigest()[:16]


def check_text(text, public):
    """The lines that were signed, as pairs of first word and rest. Raises Invalid."""
    body, mark, last = text.rpartition(MARK)
    parts = last.split()
    if not mark or not body.endswith("\n") or len(parts) != 2:
        raise Invalid("没有签名")
    if parts[0] != key_id(public):
        raise Invalid(f"签名用的是公钥 {parts[0]}，不是给出的 {key_id(public)}")
    try:
        signature = base64.b64decode(parts[1], validate=True)
    except ValueError:
        raise Invalid("签名不符：内容被改过，或不是本站签的") from None
    if not ed25519_holds(public, body.encode("utf-8"), signature):
        raise Invalid("签名不符：内容被改过，或不是本站签的")
    return [line.partition(" ")[::2] for line in body.splitlines()]


def signed_in_pdf(content):
    """The signed text inside a receipt. Raises Invalid when there is none."""
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        raw = found.group(1)
        with contextlib.suppress(zlib.error):
            raw = zlib.decompressobj().decompress(raw, 1 << 20)
        if raw.startswith(b"hutong "):
            return raw.decode("utf-8", "replace").rstrip("\r\n") + "\n"
    raise Invalid("这份 PDF 里没有签名的原文")


def check_packet(path, public):
    """The signed lines of a packet whose every file is as it was signed. `public` None: the packet's own key is used."""
    try:
        with zipfile.ZipFile(path) as packet:
            names = packet.namelist()
            if public is None:
                public = read_key(packet.read(KEY).decode("ascii", "replace"))
            lines = check_text(packet.read(MANIFEST).decode("utf-8", "replace"), public)
            wanted = dict(_file(rest) for word, rest in lines if word == "file")
            if sorted(names) != sorted([*wanted, MANIFEST]):
                raise Invalid("包里的文件多了或少了：" + "、".join(sorted(set(names) ^ {*wanted, MANIFEST})))
            for name, digest in wanted.items():
                if packet.getinfo(name).file_size > _LARGEST:
                    raise Invalid(name + " 太大")
                if hashlib.sha256(packet.read(name)).hexdigest() != digest:
                    raise Invalid(name + " 被改过")
    except (zipfile.BadZipFile, KeyError, zlib.error):
        raise Invalid("不是完整的证据包") from None
    return lines


def _file(rest):
    digest, _, name = rest.partition(" ")
    return name, digest.replace("sha256:", "")


def check(path, pem):
    """The signed lines of a file of ours. `pem` None: a packet is checked against the key it brings along."""
    public = read_key(pem) if pem is not None else None
    with open(path, "rb") as file:
        start = file.read(5)
        if start[:4] == b"PK\x03\x04":
            return check_packet(path, public)
        content = start + file.read(64 << 20)
    if public is None:
        raise Invalid("请写明公钥文件：verify.py 文件 site-key.pem")
    text = signed_in_pdf(content) if start == b"%PDF-" else content.decode("utf-8", "replace")
    return check_text(text, public)


def ed25519_holds(public, message, signature):
    if len(signature) != 64:
        return False
    a, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= _L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    return _same(_times(s, _BASE), _plus(r, _times(h, a)))


def _point(packed):
    """A point of the curve in extended coordinates; None when the bytes are none."""
    y = int.from_bytes(packed, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if (x & 1) != sign else x
    return (x, y, 1, x * y % _P)


def _plus(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _plus(total, point)
        point, number = _plus(point, point), number >> 1
    return total


def _same(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % _P == 0 and (p[1] * q[2] - q[1] * p[2]) % _P == 0


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def told(path, pem):
    """Says what was found, and gives the exit code."""
    try:
        lines = check(path, pem)
    except (Invalid, OSError) as wrong:
        print(f"无效：{wrong}")
        return 1
    print("有效。签名的内容：")
    for word, rest in lines:
        print(f"  {word} {rest}")
    if pem is None:
        print("注意：用的是包内自带的公钥，只说明没有改动过；请再用网站公布的公钥核验一次，才能说明出自该站。")
    return 0


def main(arguments):
    if not 1 <= len(arguments) <= 2:
        print("用法：python3 verify.py 文件 [site-key.pem]")
        return 2
    if len(arguments) == 1:
        return told(arguments[0], None)
    try:
        with open(arguments[1], encoding="ascii", errors="replace") as file:
            pem = file.read()
    except OSError as wrong:
        print(f"无效：{wrong}")
        return 1
    return told(arguments[0], pem)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
