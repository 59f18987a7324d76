"""`hutong init`: make a site, or bring one to this version. Running it again changes nothing that is there."""

import argparse
import os
import re

from app import demo, site
from app.making import make
from app.problem import Problem
from app.start import open_settings
from app.terminal import say


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--place", action="append", default=[], metavar="代码=名称", help="站点所在地，可重复写上级，如 458821=罗岭县"
    )
    parser.add_argument("--admin", default="admin", metavar="登录名", help="第一个管理员的登录名（默认 admin）")
    parser.add_argument("--demo", action="store_true", help="建立虚构的演示县：机构、人员、班次、各种状态的事项")
    parser.add_argument("--bare", action="store_true", help="与 --demo 连用：只建机构和人员，不造事项")
    parser.add_argument("--reset", action="store_true", help="与 --demo 连用：丢掉现有的演示数据，重新建立")


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings(demo=parsed.demo)
    if parsed.reset and not settings.demo:
        raise Problem("--reset 只用于演示数据。请运行：hutong init --demo --reset")
    places = [_place(text) for text in parsed.place]
    os.umask(0o077)
    site.make_directory(settings)
    with site.alone(settings):
        if parsed.reset:
            demo.forget(settings)
        make(settings, places, parsed.admin, bare=parsed.bare)
    say("下一步：HUTONG_MODE=demo hutong serve" if settings.demo else "下一步：hutong serve")
    return 0


def _place(text: str) -> site.NewPlace:
    code, _, name = text.partition("=")
    if not re.fullmatch(r"\d{6}|\d{9}|\d{12}", code) or not name.strip():
        raise Problem("--place 要写成 行政区划代码=名称，例如 458821=罗岭县；现在是“{text}”。", text=text)
    return code, name.strip(), None
