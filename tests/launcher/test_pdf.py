"""wkhtmltopdf is fetched where it can be had; where not, the start goes on."""

import shutil
import subprocess

import pytest

from tools.dev import debian, paths, pdf, python_env
from tools.dev.errors import DevError

from .mirror import build, serve

PROGRAM = b"""#!/bin/sh
echo "wkhtmltopdf 0.12.6 on $QT_QPA_PLATFORM with $LD_LIBRARY_PATH"
"""
needs_apt = pytest.mark.skipif(
    not (shutil.which("apt-get") and shutil.which("dpkg-deb")),
    reason="this machine has no apt-get",
)


@pytest.fixture
def machine(folders, monkeypatch):
    """A Debian without wkhtmltopdf and with a Chinese font."""
    paths.make(paths.LOG)
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    monkeypatch.setattr(pdf, "_knows_chinese", lambda: True)
    monkeypatch.setattr(debian, "available", lambda: True)


@pytest.fixture
def mirror(tmp_path, machine, monkeypatch):
    """Yield a mirror with a wkhtmltopdf that needs one library, and a font."""
    folder = tmp_path / "mirror"
    entries = [
        build(
            folder,
            "wkhtmltopdf",
            {"usr/bin/wkhtmltopdf": (PROGRAM, 0o755)},
            version="99.0",
            depends="libstand-in",
        ),
        build(folder, "libstand-in", {"usr/lib/x/libstand.so.1": (b"", 0o644)}),
        build(
            folder,
            pdf.FONT,
            {"usr/share/fonts/truetype/a.ttc": (b"", 0o644)},
            version="99.0",
        ),
    ]
    server = serve(folder, entries)
    server.broken = False
    line = f"deb [trusted=yes] {server.url} ./"
    monkeypatch.setattr(debian, "sources", lambda *suites: [line])
    yield server
    server.close()


@needs_apt
def test_it_is_unpacked_with_what_it_needs(mirror, monkeypatch):
    assert pdf.programs() == []
    pdf.ensure()
    [folder] = pdf.programs()
    said = subprocess.run(
        [f"{folder}/wkhtmltopdf"], capture_output=True, text=True, check=True
    ).stdout
    assert said == f"wkhtmltopdf 0.12.6 on offscreen with {pdf.folder()}/usr/lib/x\n"
    monkeypatch.setattr(python_env, "postgres_binaries", lambda: paths.DEV)
    assert folder in python_env.child_environment()["PATH"].split(":")
    assert not (paths.DOWNLOAD / "pdf").exists()
    assert not (pdf.folder() / "usr/share/fonts").exists()


@needs_apt
def test_a_chinese_font_comes_along_where_there_is_none(mirror, monkeypatch):
    monkeypatch.setattr(pdf, "_knows_chinese", lambda: False)
    pdf.ensure()
    assert (pdf.folder() / "usr/share/fonts/truetype/a.ttc").exists()
    assert f"<dir>{pdf.folder()}/usr/share/fonts" in (
        pdf.folder() / "fonts.conf"
    ).read_text(encoding="utf-8")


@needs_apt
def test_the_second_start_fetches_nothing(mirror):
    pdf.ensure()
    mirror.close()
    pdf.ensure()
    assert pdf.programs()


@needs_apt
def test_what_was_interrupted_is_continued(mirror, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(debian, "unpack", interrupted)
        pdf.ensure()
    assert pdf.programs() == []
    kept = sorted(path.name for path in (paths.DOWNLOAD / "pdf").iterdir())
    assert kept == ["libstand-in_19.0_all.deb", "wkhtmltopdf_99.0_all.deb"]
    pdf.ensure()
    assert pdf.programs()


@needs_apt
def test_a_mirror_without_it_is_one_sentence(mirror, monkeypatch, capsys):
    monkeypatch.setattr(pdf, "PROGRAM", "wkhtmltopdf-of-the-moon")
    pdf.ensure()
    assert (
        "printed pages open as HTML: this machine's Debian" in capsys.readouterr().out
    )


def test_a_failure_is_said_once_and_tried_again_later(machine, monkeypatch, capsys):
    tried = []

    def fail():
        tried.append(1)
        raise DevError("the network is down.")

    monkeypatch.setattr(pdf, "_fetch", fail)
    pdf.ensure()
    pdf.ensure()
    assert len(tried) == 1
    assert capsys.readouterr().out.count("the network is down") == 1
    monkeypatch.setattr(pdf, "PATIENCE_SECONDS", 0)
    pdf.ensure()
    assert len(tried) == 2


def test_a_full_disk_leaves_it_out(machine, monkeypatch, capsys):
    monkeypatch.setenv("DEV_FREE_MB", "10")
    pdf.ensure()
    assert "not enough disk space" in capsys.readouterr().out
    assert pdf.programs() == []


def test_the_machines_own_program_wins(machine, monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda name: "/usr/bin/wkhtmltopdf")
    monkeypatch.setattr(pdf, "_fetch", lambda: pytest.fail("fetched"))
    pdf.ensure()
    assert pdf.available()


def test_a_system_that_is_no_debian_goes_on(machine, monkeypatch):
    monkeypatch.setattr(debian, "available", lambda: False)
    pdf.ensure()
    assert not pdf.available()


def test_a_program_that_does_not_start_is_not_used(machine):
    program = pdf.folder() / "usr" / "bin" / pdf.PROGRAM
    paths.make(program.parent)
    program.write_text("#!/bin/sh\nexit 127\n")
    program.chmod(0o755)
    with pytest.raises(DevError, match="does not start"):
        pdf.write_wrapper()
    assert pdf.programs() == []
