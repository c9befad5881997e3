"""Downloads that continue where they stopped and are checked to the last byte."""

import contextlib
import hashlib
import http.client
import time
import urllib.error
import urllib.request

from . import paths
from .errors import DevError

CHUNK = 256 * 1024
TRIES = 4
TIMEOUT_SECONDS = 60


class Broken(Exception):
    """The line broke; what came so far is kept."""


def digest(path):
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class Download:
    """One file: its address, its size, and the SHA-256 that it must have.

    :param proxies: {scheme: address}, beside those of the usual variables
    """

    def __init__(self, url, path, size, sha256, proxies=None):
        self.url = url
        self.path = path
        self.size = size
        self.sha256 = sha256
        self.partial = path.with_name(path.name + ".partial")
        handler = urllib.request.ProxyHandler(
            {**(proxies or {}), **urllib.request.getproxies()}
        )
        self.opener = urllib.request.build_opener(handler)

    @property
    def have(self):
        """How many bytes are there."""
        for path in (self.path, self.partial):
            with contextlib.suppress(OSError):
                return path.stat().st_size
        return 0

    @property
    def done(self):
        """Tell whether the whole file is there and is the right one."""
        return self.path.exists() and digest(self.path) == self.sha256

    def fetch(self, show=None):
        """Fetch what is missing; tries again when the line breaks.

        :param show: called while bytes come in
        """
        if self.done:
            return
        paths.make(self.path.parent)
        for attempt in range(TRIES):
            if attempt:
                time.sleep(attempt)
            try:
                self._fetch_rest(show)
                break
            except Broken as error:
                cause = error
        else:
            raise DevError(
                f"The download of {self.path.name} broke off ({cause}): check the network "
                "and start again; it continues where it stopped."
            )
        if digest(self.partial) != self.sha256:
            self.partial.unlink()
            raise DevError(
                f"{self.path.name} arrived damaged (its SHA-256 is not the one in the signed "
                "list): start again; if it happens twice, the mirror or a proxy is at fault."
            )
        self.partial.rename(self.path)

    def _fetch_rest(self, show):
        begin = self.partial.stat().st_size if self.partial.exists() else 0
        if begin == self.size:
            return
        headers = {"Range": f"bytes={begin}-"} if 0 < begin < self.size else {}
        request = urllib.request.Request(self.url, headers=headers)
        try:
            with self.opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                mode = "ab" if answer.status == 206 else "wb"
                self._write(answer, mode, show)
        except urllib.error.URLError as error:
            raise Broken(error.reason) from error
        except (http.client.HTTPException, ConnectionError, TimeoutError) as error:
            raise Broken(error) from error

    def _write(self, answer, mode, show):
        with self.partial.open(mode) as target:
            while block := answer.read(CHUNK):
                target.write(block)
                if show:
                    show()
        if self.partial.stat().st_size < self.size:
            raise Broken("the connection was closed")
