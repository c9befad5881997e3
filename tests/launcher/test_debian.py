"""Debian's package: fetched through this machine's own mirror, continued after a break.

A small repository served on this machine stands in for the mirror.
"""

import os
import shutil

import pytest

from tools.dev import debian, download, paths
from tools.dev.errors import DevError

from .mirror import BREAK_AT, build, serve

pytestmark = pytest.mark.skipif(
    not (shutil.which("apt-get") and shutil.which("dpkg-deb")),
    reason="this machine has no apt-get",
)


@pytest.fixture
def mirror(tmp_path):
    """Yield a mirror that offers one package of 2 MB."""
    folder = tmp_path / "mirror"
    entry = build(folder, "odoo-19", {"big": (os.urandom(2_000_000), 0o644)})
    server = serve(folder, [entry])
    yield server
    server.close()


@pytest.fixture
def apt(folders, mirror):
    """Return an apt-get that knows only the stand-in; it does not try again by itself."""
    apt = debian.Apt()
    apt.configure([f"deb [trusted=yes] {mirror.url} ./"])
    config = paths.APT / "apt.conf"
    config.write_text(config.read_text().replace('Retries "3"', 'Retries "0"'))
    apt.update()
    return apt


def test_a_broken_line_is_continued_by_itself(apt, mirror, monkeypatch):
    monkeypatch.setattr(download.time, "sleep", lambda seconds: None)
    [archive] = apt.download(["odoo-19"], paths.DOWNLOAD)
    assert archive.stat().st_size > 2_000_000
    assert mirror.ranges == [BREAK_AT, 2 * BREAK_AT, 3 * BREAK_AT]


def test_an_interrupted_download_continues_with_the_next_start(
    apt, mirror, monkeypatch
):
    monkeypatch.setattr(download, "TRIES", 1)
    with pytest.raises(DevError, match="continues where it stopped"):
        apt.download(["odoo-19"], paths.DOWNLOAD)
    assert mirror.ranges == []
    mirror.broken = False
    [archive] = apt.download(["odoo-19"], paths.DOWNLOAD)
    assert archive.stat().st_size > 2_000_000
    assert mirror.ranges == [BREAK_AT]
    # A third time nothing is fetched.
    mirror.shutdown()
    assert apt.download(["odoo-19"], paths.DOWNLOAD) == [archive]


def test_progress_is_shown_in_bytes(apt, mirror):
    mirror.broken = False
    shown = []
    step = type("Step", (), {"show": staticmethod(shown.append)})
    apt.download(["odoo-19"], paths.DOWNLOAD, step)
    assert shown[-1] == "1.9 MB of 1.9 MB"


def test_a_damaged_download_is_thrown_away(apt, mirror):
    mirror.broken = False
    paths.make(paths.DOWNLOAD)
    [item] = apt.wanted(["odoo-19"], paths.DOWNLOAD)
    item.partial.write_bytes(b"x" * 1000)
    with pytest.raises(DevError, match="arrived damaged"):
        item.fetch()
    assert not item.partial.exists()
    item.fetch()
    assert item.done


def test_a_proxy_that_only_apt_knows_is_used(apt):
    config = paths.APT / "proxy.conf"
    config.write_text('Acquire::http::Proxy "http://proxy.example:3128";\n')
    monkey = pytest.MonkeyPatch()
    monkey.setenv("APT_CONFIG", str(config))
    try:
        assert apt.proxies() == {"http": "http://proxy.example:3128"}
    finally:
        monkey.undo()


def test_a_package_is_unpacked_completely_or_not_at_all(apt, mirror, tmp_path):
    mirror.broken = False
    archives = apt.download(["odoo-19"], paths.DOWNLOAD)
    target = tmp_path / "odoo"
    (tmp_path / "odoo.partial").mkdir()
    (tmp_path / "odoo.partial" / "left over").touch()
    debian.unpack(archives, target, apt.log)
    assert (target / "big").stat().st_size == 2_000_000
    assert not (target / "left over").exists()
    assert not (tmp_path / "odoo.partial").exists()


def test_a_damaged_package_is_a_sentence(apt, tmp_path):
    archive = tmp_path / "x.deb"
    archive.write_bytes(b"nothing")
    with pytest.raises(DevError, match=r"x.deb could not be unpacked: remove"):
        debian.unpack([archive], tmp_path / "odoo", apt.log)
    assert not (tmp_path / "odoo").exists()


def test_a_package_the_mirror_does_not_have_is_a_sentence(apt):
    with pytest.raises(DevError, match="does not offer odoo-99: set ODOO_SOURCE"):
        apt.wanted(["odoo-99"], paths.DOWNLOAD)


def test_a_mirror_that_does_not_answer_is_a_sentence(apt, mirror):
    mirror.close()
    with pytest.raises(DevError, match="network"):
        apt.update()


@pytest.mark.skipif(not debian.available(), reason="this machine is not a Debian")
def test_the_mirror_is_the_one_the_machine_is_configured_for(folders):
    site, _key = debian.mirror()
    for line in debian.sources():
        assert line.startswith("deb ")
        assert f" {site} " in line
        assert "security" not in line
