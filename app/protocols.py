"""Protocols, calendar, divisions and printable forms in force: what is shipped, with the site's own files laid over it."""

from collections.abc import Mapping

from app.settings import SHIPPED, Settings
from escalation.calendar import Calendar, official
from routing.divisions import Divisions, read_divisions
from routing.papers.forms import Form, read_forms
from routing.shipped import Shipped, read_protocols


def protocols_of(settings: Settings) -> Shipped:
    """The shipped packs with those in `HUTONG_DATA/protocols` in place of or beside them. Raises PackError."""
    return read_protocols(SHIPPED / "protocols", settings.data / "protocols")


def calendar_of(settings: Settings) -> Calendar:
    """The official calendar with the site's own overrides, or else the shipped ones. Raises CalendarError."""
    own = settings.data / "calendar" / "overrides.toml"
    path = own if own.exists() else SHIPPED / "calendar" / "overrides.toml"
    return official(path.read_text(encoding="utf-8"))


def forms_of(settings: Settings) -> Mapping[str, Form]:
    """The shipped forms with those in `HUTONG_DATA/forms` in place of or beside them. Raises FormError."""
    return read_forms(SHIPPED / "forms", settings.data / "forms")


def divisions_of(settings: Settings) -> Divisions:
    """The country's divisions with what has changed since the snapshot. Raises PlacesError."""
    shipped, own = SHIPPED / "places", settings.data / "places" / "overrides.toml"
    overrides = [path.read_text(encoding="utf-8") for path in (shipped / "overrides.toml", own) if path.exists()]
    return read_divisions((shipped / "divisions.tsv").read_text(encoding="utf-8"), *overrides)
