"""The catalogues behind `words.language`: Chinese is what the code says, English stands in `data/locale/en.po`."""

from functools import cache

from app.settings import SHIPPED
from words.language import CHINESE, Catalogue


@cache
def catalogue(language: str) -> Catalogue:
    """Chinese sentence -> sentence in the language; empty for Chinese and for a language that has no file."""
    path = SHIPPED / "locale" / f"{language}.po"
    if language == "zh" or not path.exists():
        return CHINESE
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return {
            message.id: message.string
            for message in read_po(file, locale=language)
            if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string
        }
