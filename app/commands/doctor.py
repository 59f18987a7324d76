"""`hutong doctor`: looks at everything a site stands on, and names the next command for whatever is wrong."""

import argparse

from app import terminal
from app.checkup import findings
from app.start import open_settings
from words.language import line

_SIGNS = {"good": line("[ 好 ]"), "warning": line("[注意]"), "bad": line("[不行]")}


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(parsed: argparse.Namespace) -> int:
    """Exit code 1 when anything is bad; a warning alone is 0."""
    worst = 0
    for finding in findings(open_settings()):
        print(terminal.render(_SIGNS[finding.level]), terminal.render(finding.says), flush=True)
        if finding.next_step:
            print("       →", terminal.render(finding.next_step), flush=True)
        worst = 1 if finding.level == "bad" else worst
    return worst
