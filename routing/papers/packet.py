"""Files that belong together, signed as one: a zip with a signed list of what is in it. `verify.py` checks it without a network."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from datetime import datetime

from records.secrets import Keyring
from records.signing import public_pem, signed
from routing.papers import verify
from words.beijing import local


def packed(files: Mapping[str, bytes], head: Mapping[str, str], ring: Keyring, now: datetime) -> bytes:
    """`head` are the first lines of the list, as word and rest. The same files at the same time give the same bytes."""
    files = {**files, verify.KEY: public_pem(ring).encode("ascii")}
    lines = [f"{word} {rest}" for word, rest in head.items()]
    lines += [f"file sha256:{hashlib.sha256(content).hexdigest()} {name}" for name, content in sorted(files.items())]
    files[verify.MANIFEST] = signed(ring, "\n".join(lines) + "\n").encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packet:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(name, local(now).timetuple()[:6])
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            packet.writestr(info, content)
    return made.getvalue()
