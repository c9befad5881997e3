"""Templates of databases: who comes second waits, and finds them built."""

import multiprocessing
import time
from types import SimpleNamespace

from tools.dev.database import Databases


class Paper(Databases):
    """Databases that are files: what is tested is who builds them."""

    def __init__(self, folder):
        super().__init__(SimpleNamespace(server=SimpleNamespace(external=False)))
        self.folder = folder

    def addons_name(self):
        return "template"

    def exists(self, name):
        return (self.folder / name).exists()

    def _build_addons(self, name):
        with (self.folder / "built").open("a") as log:
            log.write("x")
        time.sleep(0.5)
        (self.folder / name).touch()

    def _drop_others(self, kind, name):
        pass


def test_two_launchers_build_a_template_once(folders, tmp_path):
    fork = multiprocessing.get_context("fork")
    launchers = [fork.Process(target=Paper(tmp_path).addons) for _launcher in range(2)]
    for launcher in launchers:
        launcher.start()
    for launcher in launchers:
        launcher.join(60)
        assert launcher.exitcode == 0
    assert (tmp_path / "built").read_text() == "x"
