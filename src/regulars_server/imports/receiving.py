"""How large a body with files may be, before any of it is read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from regulars_server.imports.configuration import MAX_MB

MIB = 1024 * 1024
TAKES_FILES = ("/imports/begin/", "/api/v1/imports")


class Limit(FileUploadHandler):
    """Refuses what is too large, and files where none belong or from whom nobody knows.

    Django parses a form before its view is asked who may call it; files would lie on the disk by
    then.
    """

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int,
                         boundary: Any, encoding: Any = None) -> None:  # fmt: skip
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        request: Any = self.request
        if request.path in TAKES_FILES and _may_send(request):
            most = MAX_MB.value * MIB + MIB  # the other fields
        if content_length > most:
            raise RequestDataTooBig("a body with files is larger than it may be")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def _may_send(request: Any) -> bool:
    """Whether whoever asks may import; a token is the API's to look at, before it reads a body."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return bool(user.may("imports.run"))
    return request.path.startswith("/api/") and "authorization" in request.headers
