"""Odoo is taken from the right place, and a wrong place is named."""

import subprocess
import sys

import pytest

from tools.dev import odoo_source, paths
from tools.dev.errors import DevError


def make_odoo(folder, release="19, 0"):
    """Write what looks like an Odoo of that release."""
    major, minor = release.split(", ")
    package = folder / "odoo"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "release.py").write_text(
        f"FINAL = 'final'\nversion_info = ({major}, {minor}, 0, FINAL, 0, '')\n"
    )
    return folder


@pytest.mark.parametrize(
    ("release", "found"),
    [("19, 0", "19.0"), ("18, 0", "18.0"), ("'saas~19', 1", "saas~19.1")],
)
def test_the_release_is_read_without_importing(tmp_path, release, found):
    assert odoo_source.release_of(make_odoo(tmp_path, release)) == found


def test_odoo_source_wins(folders, tmp_path, monkeypatch):
    source = make_odoo(tmp_path / "mine")
    monkeypatch.setenv("ODOO_SOURCE", str(source))
    assert odoo_source.local().path == source


def test_odoo_source_may_name_the_package_itself(folders, tmp_path, monkeypatch):
    source = make_odoo(tmp_path / "mine")
    monkeypatch.setenv("ODOO_SOURCE", str(source / "odoo"))
    assert odoo_source.local().path == source


def test_a_checkout_brings_its_community_addons(folders, tmp_path, monkeypatch):
    source = make_odoo(tmp_path / "mine")
    (source / "addons" / "web").mkdir(parents=True)
    monkeypatch.setenv("ODOO_SOURCE", str(source))
    assert odoo_source.local().addons == [source / "addons"]


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda path: None, "is not a folder"),
        (lambda path: path.mkdir(), "holds no Odoo"),
        (lambda path: make_odoo(path, "18, 0"), "is Odoo 18.0, these addons need 19.0"),
        (lambda path: make_odoo(path, "'saas~18', 4"), "is Odoo saas~18.4"),
    ],
)
def test_a_wrong_odoo_source_is_an_error(
    folders, tmp_path, monkeypatch, prepare, message
):
    path = tmp_path / "mine"
    prepare(path)
    monkeypatch.setenv("ODOO_SOURCE", str(path))
    with pytest.raises(DevError, match=message) as caught:
        odoo_source.local()
    assert "ODOO_SOURCE" in str(caught.value)


def test_an_importable_odoo_is_used_without_its_neighbours(
    folders, tmp_path, monkeypatch
):
    place = make_odoo(tmp_path / "site")
    (place / "lxml").mkdir()
    monkeypatch.setattr(sys, "path", [str(place)])
    monkeypatch.delitem(sys.modules, "odoo", raising=False)
    found = odoo_source.local()
    assert (found.path / "odoo").resolve() == place / "odoo"
    assert [path.name for path in found.path.iterdir()] == ["odoo"]


def test_an_importable_odoo_of_another_release_is_passed_by(
    folders, tmp_path, monkeypatch, capsys
):
    place = make_odoo(tmp_path / "site", "17, 0")
    monkeypatch.setattr(sys, "path", [str(place)])
    monkeypatch.delitem(sys.modules, "odoo", raising=False)
    assert odoo_source.local() is None
    assert "Odoo 17.0" in capsys.readouterr().out


def git(folder, *arguments):
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path):
    """Return a repository with an Odoo on the branch 19.0."""
    folder = make_odoo(tmp_path / "repository")
    git(folder, "init", "-q", "-b", "19.0")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "odoo")
    return folder


def test_the_git_url_can_be_overridden(folders, repository, monkeypatch, capsys):
    monkeypatch.setenv("ODOO_GIT_URL", repository.as_uri())
    found = odoo_source.fetch()
    assert found.path == paths.ODOO / "git"
    assert odoo_source.release_of(found.path) == "19.0"
    assert repository.as_uri() in found.origin
    assert "Odoo 19.0 from git" in capsys.readouterr().out
    # The second time nothing is cloned, even with the repository gone.
    repository.rename(repository.with_name("gone"))
    assert odoo_source.fetch().path == found.path
    assert "from git" not in capsys.readouterr().out


def test_an_interrupted_clone_begins_again(folders, repository, monkeypatch):
    monkeypatch.setenv("ODOO_GIT_URL", repository.as_uri())
    partial = paths.ODOO / "git.partial"
    partial.mkdir(parents=True)
    (partial / "half").touch()
    assert odoo_source.release_of(odoo_source.fetch().path) == "19.0"
    assert not partial.exists()


def test_a_wrong_git_url_is_a_sentence(folders, tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_GIT_URL", (tmp_path / "nothing").as_uri())
    with pytest.raises(DevError, match="could not be cloned") as caught:
        odoo_source.fetch()
    assert "ODOO_GIT_URL" in str(caught.value)


def test_a_repository_without_the_branch_is_a_sentence(
    folders, repository, monkeypatch
):
    git(repository, "branch", "-m", "18.0")
    monkeypatch.setenv("ODOO_GIT_URL", repository.as_uri())
    with pytest.raises(DevError, match="could not be cloned"):
        odoo_source.fetch()


def test_without_git_and_debian_the_cure_is_named(folders, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DevError, match="install `git`, or set ODOO_SOURCE"):
        odoo_source.fetch()
