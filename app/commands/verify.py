"""`hutong verify FILE`: a receipt or an evidence packet, checked without a network and without a database."""

import argparse
from pathlib import Path

from app import site
from app.start import open_settings
from records import signing
from routing.papers import verify


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="回执（PDF 或 receipt.txt），或证据包（zip）")
    parser.add_argument("--key", metavar="FILE", type=Path, help="哪个站的公钥；不写则用本站的")


def run(parsed: argparse.Namespace) -> int:
    """Exit code 0 when it is valid, 1 when not."""
    if parsed.key is not None:
        return verify.main([parsed.file, str(parsed.key)])
    ring = site.open_keys(open_settings())
    return verify.told(parsed.file, signing.public_pem(ring))
