"""Real servers on this machine that stand for the outside world in tests.

They listen on a free port of 127.0.0.1, answer as a test tells them and keep what they
got. Use them as context managers.
"""

import json
import socketserver
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class _Server:
    """A server in a thread of its own."""

    def __enter__(self):
        self.server = self.make_server()
        self.server.owner = self
        self.port = self.server.server_address[1]
        thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        thread.daemon = True
        thread.start()
        return self

    def __exit__(self, *exc):
        self.server.shutdown()
        self.server.server_close()


class MailServer(_Server):
    """Enough of SMTP to take letters: ``letters`` is a list of texts.

    ``answer`` is what follows the end of a letter: ``"250 ok"``, ``"451 later"``,
    ``"554 no"``, or ``""`` to hang up without a word.
    """

    def __init__(self):
        self.letters = []
        self.answer = "250 ok"

    def make_server(self):
        return socketserver.ThreadingTCPServer(("127.0.0.1", 0), _MailHandler)


class _MailHandler(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self):
        self.say("220 test")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say("354 go on")
                if not self.take_letter():
                    return
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take_letter(self):
        owner = self.server.owner
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line)
        owner.letters.append(b"".join(lines).decode())
        if owner.answer:
            self.say(owner.answer)
        return bool(owner.answer)


class HttpServer(_Server):
    """Takes requests: ``requests`` is a list of dicts (method, path, headers, body,
    data: the JSON or the form).

    ``answers`` are used one after the other, the last one for ever: ``(status, body)``
    or ``(status, body, seconds to wait)``; status 0 hangs up.
    """

    def __init__(self, *answers):
        self.requests = []
        self.answers = list(answers) or [(200, {"code": "OK"})]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/send"

    def make_server(self):
        return ThreadingHTTPServer(("127.0.0.1", 0), _HttpHandler)

    def next_answer(self):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return (*answer, 0)[:3]


class _HttpHandler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        """Be quiet."""

    def answer(self):
        owner = self.server.owner
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        owner.requests.append(
            {
                "method": self.command,
                "path": self.path,
                "headers": dict(self.headers),
                "body": body,
                "data": self.read(body),
            }
        )
        status, answer, seconds = owner.next_answer()
        time.sleep(seconds)
        if not status:
            return
        text = answer if isinstance(answer, str) else json.dumps(answer)
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def read(self, body):
        try:
            return json.loads(body)
        except ValueError:
            return {name: values[0] for name, values in parse_qs(body).items()}

    do_POST = do_GET = do_PUT = answer
