"""A fault as a sentence with the next command, for those faults that a person at the terminal can mend."""

import errno
import sqlite3

from app.problem import Problem
from words.language import Line, line


def explain(fault: BaseException) -> Line | str | None:
    """The sentence; None for a fault nobody foresaw, which is then shown whole."""
    if isinstance(fault, Problem):
        return fault.line
    said = getattr(fault, "line", None)
    if isinstance(said, Line):  # CalendarError, Refused: they bring their sentence along
        return said
    from sqlalchemy.exc import DBAPIError

    from intake.tickets.profile import ProfileError
    from intake.triage.rule_errors import RuleErrors
    from records.archive import BackupProblem
    from records.schema import SchemaProblem
    from records.secrets import KeyProblem
    from routing.packs import PackError
    from routing.papers.forms import FormError

    ours = BackupProblem | FormError | KeyProblem | PackError | ProfileError | RuleErrors | SchemaProblem
    if isinstance(fault, ours):
        return str(fault)
    if isinstance(fault, DBAPIError):
        fault = fault.orig or fault
    if isinstance(fault, sqlite3.Error) or type(fault).__module__.startswith("psycopg"):
        return line(
            "数据库用不了：{why}。请检查数据库服务和 HUTONG_DATABASE，再运行 hutong doctor。",
            why=str(fault).strip().splitlines()[0],
        )
    if isinstance(fault, OSError) and fault.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return line("没有权限读写 {path}。请换用有权限的用户，或改用别的目录：HUTONG_DATA=目录", path=fault.filename)
    if isinstance(fault, OSError) and fault.errno == errno.ENOSPC:
        return line("磁盘满了。请腾出空间后再运行同一条命令；hutong doctor 会显示余量。")
    return None
