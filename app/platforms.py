"""The profiles of hotline platforms in force: what is shipped, with the site's own files laid over it."""

from pathlib import Path

from app.settings import SHIPPED, Settings
from intake.tickets.profile import Profile, read_profiles


def profiles_of(settings: Settings) -> dict[str, Profile]:
    """The shipped profiles with those in `HUTONG_DATA/platforms` in place of or beside them. Raises ProfileError."""
    return read_profiles(texts(SHIPPED / "platforms", settings.data / "platforms"))


def texts(*directories: Path) -> dict[str, str]:
    """The texts of all profile files by file name; a later directory's file stands in for an earlier one's."""
    return {
        path.name: path.read_text(encoding="utf-8-sig") for each in directories for path in sorted(each.glob("*.toml"))
    }
