"""`hutong init`: make a site, or bring one to this version. Running it again changes nothing that is there."""

import argparse
import os
import re
from collections.abc import Sequence

from app import demo, site
from app.making import make
from app.problem import Problem
from app.protocols import divisions_of
from app.start import open_settings
from app.terminal import say
from routing.divisions import Divisions


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--place",
        action="append",
        default=[],
        metavar="代码[=名称]",
        help="站点所在地，如 620724 或 458821=罗岭县；可重复写，第一个是本站",
    )
    parser.add_argument("--admin", default="admin", metavar="登录名", help="第一个管理员的登录名（默认 admin）")
    parser.add_argument("--demo", action="store_true", help="建立虚构的演示县：机构、人员、班次、各种状态的事项")
    parser.add_argument("--bare", action="store_true", help="与 --demo 连用：只建机构和人员，不造事项")
    parser.add_argument("--reset", action="store_true", help="与 --demo 连用：丢掉现有的演示数据，重新建立")


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings(demo=parsed.demo)
    if parsed.reset and not settings.demo:
        raise Problem("--reset 只用于演示数据。请运行：hutong init --demo --reset")
    places = _places(parsed.place, divisions_of(settings))
    os.umask(0o077)
    site.make_directory(settings)
    with site.alone(settings):
        if parsed.reset:
            demo.forget(settings)
        make(settings, places, parsed.admin, bare=parsed.bare)
    say("下一步：HUTONG_MODE=demo hutong serve" if settings.demo else "下一步：hutong serve")
    return 0


def _places(written: Sequence[str], divisions: Divisions) -> list[site.NewPlace]:
    """The places as they were written, the site's own first, and then what they lie in, as far as the country's divisions
    know it."""
    named: dict[str, str] = {}
    for text in written:
        code, _, name = text.partition("=")
        name = name.strip() or divisions.name(code)
        if not re.fullmatch(r"\d{6}|\d{9}|\d{12}", code) or not name:
            raise Problem(
                "--place 要写成 行政区划代码=名称，例如 458821=罗岭县；全国区划里有的，只写代码就行，例如 620724。现在是“{text}”。",
                text=text,
            )
        named[code] = name
    for code in list(named):
        for above in divisions.chain(code):
            named.setdefault(above, divisions.name(above))
    return [(code, name, None) for code, name in named.items()]
