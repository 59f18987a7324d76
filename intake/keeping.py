"""A file that came with a report, as rows: its bytes in sealed pieces."""

import hashlib
from datetime import datetime

from intake.said import Attachment as File
from records.batch import Batch
from records.columns import new_id
from records.tables import Attachment, Piece

PIECE = 1024 * 1024  # bytes of an attachment in one row


def keep_file(batch: Batch, file: File, statement_id: str, case_id: str, now: datetime) -> str:
    """The id of the attachment that the batch writes."""
    attachment = Attachment(
        id=new_id(now), statement_id=statement_id, case_id=case_id, kind=file.kind, name=file.name,
        media_type=file.media_type, size=len(file.content), sha256=hashlib.sha256(file.content).hexdigest(), at=now,
    )  # fmt: skip
    batch.add(attachment)
    for number, start in enumerate(range(0, len(file.content), PIECE)):
        batch.add(Piece(attachment_id=attachment.id, number=number, content=file.content[start : start + PIECE]))
    return attachment.id
