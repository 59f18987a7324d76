"""The shipped profiles, read once."""

from pathlib import Path

from intake.tickets.profile import Profile, read_profiles

SHIPPED = Path(__file__).parents[3] / "data" / "platforms"


def shipped() -> dict[str, Profile]:
    return read_profiles({path.name: path.read_text("utf-8") for path in SHIPPED.glob("*.toml")})
