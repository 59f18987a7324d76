"""Files of reporters on their way to staff."""

from starlette.responses import Response


def download(name: str, media_type: str, content: bytes) -> Response:
    """A file, never shown inside our pages: whatever a stranger sent can do nothing there."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return Response(content, media_type=media_type, headers=headers)
