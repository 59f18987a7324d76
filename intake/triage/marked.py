"""The text with the words that count marked, for the terminal: 【…】 for what counts, 〔…〕 for what was refused."""

from intake.triage.assessment import Assessment

MARKS = {"hit": "【】", "refused": "〔〕"}


def marked(text: str, assessment: Assessment) -> str:
    """`text` with brackets round the words of its reasons; where they overlap, what counts goes before what does not."""
    kinds = [""] * len(text)
    for reason in reversed(assessment.reasons):
        if reason.kind in MARKS and reason.end - reason.start <= 40:
            for at in range(reason.start, min(reason.end, len(text))):
                if kinds[at] != "hit":
                    kinds[at] = reason.kind
    out: list[str] = []
    before = ""
    for sign, kind in zip(text, kinds, strict=True):
        if kind != before:
            out += [MARKS[before][1] if before else "", MARKS[kind][0] if kind else ""]
        out.append(sign)
        before = kind
    return "".join(out) + (MARKS[before][1] if before else "")
