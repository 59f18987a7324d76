"""The `hutong` command. What a subcommand needs is imported only when it is the one that was asked for."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from app import terminal

# Subcommand (a module of app.commands with `arguments(parser)` and `run(arguments) -> exit code`) and what it is for.
COMMANDS = {
    "serve": "启动服务：网页对话、工作台、计时与通知",
    "init": "建立或升级：数据目录、密钥、数据库、第一个管理员",
    "triage": "判断一段文字：轻重、类别、先办单位、事实、理由",
    "route": "谁来办：牵头、协同、抄送、依据、时限、催办阶梯",
    "simulate": "一件事一直没有人处理的话，什么时候会通知谁",
    "keywords": "关键词规则：检查、取出、启用",
    "replay": "把写好的对话送进真正的对话，看回复和事项",
    "doctor": "体检：哪里不对，下一步该用哪条命令",
    "backup": "备份：边运行边备份，加密，写完即验",
    "restore": "恢复备份到空数据库",
    "keys": "密钥：公钥，换数据密钥（不停服务），换封，主密钥",
    "evidence": "证据包：一件事的原话、通知、谁看过，签名，不联网也能核验",
    "child": "一个孩子的全部资料：依文书写出或清除",
    "retention": "保存期限：到期的事项有哪些，清除原话和姓名",
    "verify": "核验回执或证据包：不联网，只用公钥",
    "apikey": "程序用的密钥：发、换、停用",
    "platform": "热线平台：有哪些，结果回传到哪里",
    "import": "批量导入热线工单：CSV 或 XLSX",
    "bench": "量一量本机：收报告、催办、研判各有多快",
    "audit": "审计记录：谁在什么时候做了、看了什么",
    "version": "版本",
}

_MODULES = {"import": "importing"}  # a word of Python can't be a module's name


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Everything a person can mend is a sentence on standard error and exit code 1 (usage: 2)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        parsed = _parser(words).parse_args(words)
        return _module(parsed.command).run(parsed)  # type: ignore[no-any-return]  # found by name
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output has left: `hutong audit | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as fault:  # the outermost place: what has a sentence is told, the rest is raised
        from app.explain import explain

        if (sentence := explain(fault)) is None:
            raise
        terminal.warn(sentence)
        return 1


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """All commands by name and purpose; the arguments of the one that is asked for."""
    parser = argparse.ArgumentParser(
        prog="hutong",
        description="护童（Hutong）：侵害未成年人强制报告的接收、分派、催办与反馈。",
        epilog="每条命令的用法：hutong 命令 --help。设置从环境变量 HUTONG_… 读取，见 README。",
    )
    commands = parser.add_subparsers(dest="command", metavar="命令", required=True)
    asked = next((word for word in words if not word.startswith("-")), None)
    for name, purpose in COMMANDS.items():
        sub = commands.add_parser(name, help=purpose, description=purpose + "。")
        if name == asked:
            _module(name).arguments(sub)
    return parser


def _module(command: str) -> ModuleType:
    return import_module(f"app.commands.{_MODULES.get(command, command)}")


if __name__ == "__main__":
    sys.exit(main())
