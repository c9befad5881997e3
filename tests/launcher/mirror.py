"""A small Debian repository served on this machine: a stand-in for a real mirror.

While it is `broken` it breaks off in the middle of a package as a bad line does.
"""

import gzip
import hashlib
import http.server
import re
import subprocess
import threading

BREAK_AT = 600_000


class Mirror(http.server.ThreadingHTTPServer):
    """Serves a folder with ranges; while `broken`, a package comes in pieces."""

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.broken = True
        self.ranges = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        """The address of the mirror."""
        return f"http://127.0.0.1:{self.server_port}"

    def close(self):
        """Stop answering."""
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """Send a file, from the byte on that was asked for."""
        path = self.server.folder / self.path.lstrip("/")
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        begin = 0
        if found := re.match(r"bytes=(\d+)-", self.headers.get("Range", "")):
            begin = int(found.group(1))
            self.server.ranges.append(begin)
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header(
                "Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}"
            )
        self.send_header("Content-Length", str(len(data) - begin))
        self.send_header("Last-Modified", "Sat, 01 Aug 2026 10:00:00 GMT")
        self.end_headers()
        if path.suffix == ".deb" and self.server.broken:
            self.wfile.write(data[begin : begin + BREAK_AT])
            self.close_connection = True
            return
        self.wfile.write(data[begin:])

    def log_message(self, *arguments):
        """Stay silent."""


def build(folder, name, files, version="19.0", depends=""):
    """Build a package of the files {path: (bytes, mode)} below `folder`.

    :return: its entry for the list of packages
    """
    root = folder.parent / f"package-{name}"
    (root / "DEBIAN").mkdir(parents=True)
    fields = f"Package: {name}\nVersion: {version}\nArchitecture: all\n"
    fields += f"Depends: {depends}\n" if depends else ""
    fields += "Maintainer: nobody <nobody@example.com>\nDescription: small stand-in\n"
    (root / "DEBIAN" / "control").write_text(fields)
    for path, (data, mode) in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
        (root / path).chmod(mode)
    folder.mkdir(exist_ok=True)
    archive = folder / f"{name}_{version}_all.deb"
    subprocess.run(
        ["dpkg-deb", "-Znone", "-b", root, archive], check=True, capture_output=True
    )
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    return fields + (
        f"Filename: ./{archive.name}\nSize: {archive.stat().st_size}\nSHA256: {digest}\n\n"
    )


def serve(folder, entries):
    """Offer the packages that were built into `folder`; return the :class:`Mirror`."""
    text = "".join(entries)
    (folder / "Packages").write_text(text)
    (folder / "Packages.gz").write_bytes(gzip.compress(text.encode()))
    return Mirror(folder)
