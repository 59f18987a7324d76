"""Cells of tables that people open in a spreadsheet. Pure."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    """A value as a cell that stays text: what a stranger wrote is never carried out as a formula by whoever opens the table (OWASP,
    CSV injection). Numbers of our own are given as numbers and stay such."""
    if isinstance(value, (int, float)):
        return str(value)
    text = str(value)
    if len(text) == 1:  # a lone dash stands for nothing
        return text
    return f"'{text}" if text.lstrip(" \u3000").startswith(_FORMULA) or text.startswith(_FORMULA) else text
