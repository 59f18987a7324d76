"""The outgoing heartbeat: an outside monitor that hears nothing for a while calls somebody."""

import urllib.error
import urllib.request

TIMEOUT_SECONDS = 10


class Unheard(Exception):
    """The monitor did not take the heartbeat. Its address is not repeated: it is a secret."""


def beat(address: str) -> None:
    """One GET, nothing in it. Redirects are not followed: the address is what the site's own people wrote down."""
    opener = urllib.request.build_opener(_Straight())
    try:
        with opener.open(urllib.request.Request(address, method="GET"), timeout=TIMEOUT_SECONDS):
            pass
    except (OSError, urllib.error.HTTPError, ValueError) as fault:
        raise Unheard(type(fault).__name__) from None


class _Straight(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object) -> None:  # type: ignore[override]  # None: do not follow
        return None
