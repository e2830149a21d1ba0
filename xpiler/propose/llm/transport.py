"""HTTP with an end: a reply that is too long, or that trickles, is cut off while it arrives."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx2

CONNECT_SECONDS = 10.0


class CutOff(Exception):
    """The reply was longer, or took longer, than it may."""


class BoundedTransport(httpx2.HTTPTransport):
    """Counts the bytes of each reply and looks at the clock whenever some arrive."""

    def __init__(self, most_bytes: int, seconds: float):
        super().__init__(retries=0)
        self._most_bytes, self._seconds = most_bytes, seconds

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends the request; the reply's stream is bounded."""
        end = time.monotonic() + self._seconds
        response = super().handle_request(request)
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = BoundedStream(response.stream, self._most_bytes, end)
        return response


class BoundedStream(httpx2.SyncByteStream):
    """A reply's bytes, as long as there are not too many of them and there is time."""

    def __init__(self, stream: httpx2.SyncByteStream, most_bytes: int, end: float):
        self._stream, self._left, self._end = stream, most_bytes, end

    def __iter__(self) -> Iterator[bytes]:
        for part in self._stream:
            self._left -= len(part)
            if self._left < 0:
                raise CutOff("the reply is too long")
            if time.monotonic() > self._end:
                raise CutOff("the reply takes too long")
            yield part

    def close(self) -> None:
        self._stream.close()


def http_client(most_bytes: int, seconds: float) -> httpx2.Client:
    """A client for one request. Redirects are not followed: the key goes to the address that the user gave."""
    timeout = httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
    return httpx2.Client(transport=BoundedTransport(most_bytes, seconds), timeout=timeout, follow_redirects=False)
