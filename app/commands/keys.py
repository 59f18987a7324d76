"""`hutong keys`: what may be known of the site's keys."""

import argparse
from pathlib import Path

from app import site
from app.start import open_settings
from app.terminal import say
from records import signing


def arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="做什么", required=True)
    public = acts.add_parser("public", help="本站公钥：别人用它核验回执和证据包")
    public.add_argument("file", metavar="FILE", nargs="?", type=Path, help="写到这个文件，不写则打印")


def run(parsed: argparse.Namespace) -> int:
    ring = site.open_keys(open_settings())
    pem = signing.public_pem(ring)
    if parsed.file is None:
        print(pem, end="")
        return 0
    parsed.file.write_text(pem, encoding="ascii")
    say("公钥 {id} 已写到 {path}。", id=signing.key_id(signing.public_key(ring)), path=parsed.file.absolute())
    return 0
