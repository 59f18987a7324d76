"""Papers of a case that exist outside: scans of what was signed and sealed by hand."""

from datetime import datetime

from sqlmodel import Field

from records.columns import Instant, Row
from records.secrets import Sealed


class Scan(Row, table=True):
    """A scan that a desk put to a case: PDF, JPG or OFD. Its bytes lie in `scan_pieces`, sealed, 1 MB each, 20 MB at most.

    `form` is the id of the printed form it answers, or empty. `number` is the document number (文号) that stands on it.
    """

    __tablename__ = "scans"

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.id", index=True)
    desk_id: str
    form: str = ""
    number: str = Field(default="", sa_type=Sealed("scans.number"))
    media_type: str
    size: int
    sha256: str
    by: str  # account id
    at: datetime = Field(sa_type=Instant)


class ScanPiece(Row, table=True):
    """Up to 1 MB of a scan."""

    __tablename__ = "scan_pieces"

    scan_id: str = Field(primary_key=True, foreign_key="scans.id")
    place: int = Field(primary_key=True)  # from 0
    content: bytes = Field(sa_type=Sealed("scan_pieces.content", "bytes"))
