"""Pictures taken while a tour walks, at any size and in any language.

A tour asks for one with ``console.log("photo:timeline")`` and waits a moment; the picture
lands in the folder of all pictures as ``<language>-<width>-timeline.png``.
"""

import base64
from concurrent.futures import Future

from odoo.tests import HttpCase
from odoo.tests.common import ChromeBrowser

from .common import SCREENSHOTS

PREFIX = "photo:"


class PhotoCase(HttpCase):
    """A browser whose page can ask for its picture."""

    #: first part of each picture's name
    photo_series = ""

    def setUp(self):
        super().setUp()
        handle_console = ChromeBrowser._handle_console
        case = self

        def handle(browser, type, args=None, **kwargs):
            text = args[0].get("value") if args else ""
            if isinstance(text, str) and text.startswith(PREFIX):
                case._take_photo(browser, text.removeprefix(PREFIX))
                return None
            return handle_console(browser, type, args=args, **kwargs)

        self.patch(ChromeBrowser, "_handle_console", handle)
        self.photos = {}

    def _take_photo(self, browser: ChromeBrowser, name: str) -> None:
        """Ask for the picture without waiting: this runs in the browser's own thread."""
        width = self.browser_size.partition(",")[0]
        path = SCREENSHOTS / f"{self.photo_series}-{width}-{name}.png"

        def keep(answer: Future) -> None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(base64.b64decode(answer.result(timeout=0)["data"]))
            self.photos[name] = path

        answer = browser._websocket_send("Page.captureScreenshot", with_future=True)
        if answer:
            answer.add_done_callback(keep)
