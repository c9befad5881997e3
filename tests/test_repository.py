"""The files of the repository: manifests, pictures, words that must not be there."""

import ast
import csv
import re
import statistics
import subprocess
from functools import lru_cache
from pathlib import Path

from odoo.tests import BaseCase, tagged
from odoo.tools.misc import file_path

from .common import MODULES, ROOT

TEXT = {
    ".cfg", ".cjs", ".conf", ".css", ".csv", ".html", ".js", ".json", ".md", ".mjs", ".po",
    ".pot", ".puml", ".py", ".scss", ".sh", ".sql", ".svg", ".toml", ".txt", ".xml", ".yaml",
    ".yml", "",
}  # fmt: skip
ICON_FOLDER = "static/description"
MANIFEST_KEYS = {
    "name", "summary", "version", "category", "author", "license", "depends", "data",
}  # fmt: skip
#: What belongs to one machine, and what must be fetched by name and never by address.
MACHINE = re.compile(
    r"(?<![\w/.])/(?:home|root|work|Users|mnt)/[\w.-]+"
    r"|\"resolved\":"
    r"|(?:index-url|registry)[= ]+https?:"
    r"|https?://(?:registry\.npmjs|files\.pythonhosted|[\w.-]*(?:nexus|artifactory|proxy))"
    r"|(?<!\d)10\.\d+\.\d+\.\d+(?!\d)"
)
#: Idioms of older Odoo, and habits that hide errors; pattern -> what to do instead.
FORBIDDEN_PYTHON = {
    r"\b_sql_constraints\b": "models.Constraint",
    r"\bodoo\.osv\b": "odoo.fields.Domain",
    r"\bself\._(?:cr|uid|context)\b": "self.env",
    r"\.name_get\(": "display_name",
    r"(?<!_)\bread_group\(": "_read_group or formatted_read_group",
    r"\bcheck_access_r(?:ights|ule)\(": "check_access or has_access",
    r"\btoggle_active\b": "action_archive",
    r"\bgroups_id\b": "group_ids",
    r"\b_notify_progress\b": "_commit_progress",
    r"\btype=[\"']json[\"']": "jsonrpc",
    r"^from odoo import .*\b_\b": "self.env._",
    r"^\s*print\(": "logging",
    r"\bT[O]DO\b|\bF[I]XME\b|\bX[X]X\b": "do it, or write an issue",
    r"^\s*raise NotImplementedError\b": "no stubs",
    r"\bpdb\b|\bbreakpoint\(": "no debugger",
    r"except:\s*$|except Exception:\s*pass": "name the exception",
}
FORBIDDEN_XML = {
    r"<tree\b|view_mode\">[^<]*\btree\b": "list",
    r"<(?:field|button|page|group|div)[^>]*\s(?:attrs|states)=": "invisible, readonly",
    r"t-name=\"kanban-box\"": "card",
    r"oe_chatter": "<chatter/>",
    r"<report\b|<act_window\b": "a record",
    r"\bt-raw\b": "t-out",
    r"\bgroups_id\b": "group_ids",
    r"numbercall|doall": "nothing: both are gone",
    r"<data\b": "attributes of <odoo>",
}
FORBIDDEN_TEMPLATE = {r"\bt-esc\b": "t-out"}  # Owl's own templates still know it
FORBIDDEN_SCRIPT = {
    r"@odoo-module": "plain ES modules need no marker",
    r"\bodoo\.define\b": "ES modules",
    r"useService\(\"(?:rpc|user|company|cookie|router)\"\)": "the import of that name",
    r"\.readGroup\(": "formattedReadGroup",
}
LONG_FILE, LONG_FUNCTION = 500, 60


@lru_cache
def tracked_files() -> list[Path]:
    """The files under version control (all files, in an export without git)."""
    run = subprocess.run(
        [
            "git",
            "-C",
            str(ROOT),
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        capture_output=True,
    )
    if run.returncode:
        return [
            path
            for path in ROOT.rglob("*")
            if path.is_file() and not {".dev", ".git"} & set(path.parts)
        ]
    names = [name for name in run.stdout.decode().split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def texts(*suffixes: str, below: tuple[str, ...] = ()) -> list[tuple[Path, str]]:
    """(path, text) of the tracked text files with these endings, in these folders."""
    chosen = []
    for path in tracked_files():
        relative = path.relative_to(ROOT)
        if path.suffix not in (suffixes or TEXT):
            continue
        if below and relative.parts[0] not in below:
            continue
        chosen.append((relative, path.read_text(encoding="utf-8")))
    return chosen


def functions() -> list[tuple[str, int]]:
    """Each function of the addons' production code with its length in lines."""
    found = []
    for path, text in texts(".py", below=MODULES):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = node.end_lineno - node.lineno + 1
                found.append((f"{path}:{node.lineno} {node.name}", length))
    return found


@tagged("post_install", "-at_install", "crm_loop")
class TestAddons(BaseCase):
    """What an addon shows to the world."""

    def _manifests(self):
        for module in MODULES:
            path = ROOT / module / "__manifest__.py"
            yield module, ast.literal_eval(path.read_text(encoding="utf-8"))

    def test_manifest(self):
        """Each manifest names what a store and a package index ask for."""
        for module, manifest in self._manifests():
            with self.subTest(module=module):
                self.assertLessEqual(MANIFEST_KEYS, set(manifest))
                self.assertRegex(manifest["version"], r"^19\.0\.\d+\.\d+\.\d+$")
                self.assertEqual(manifest["license"], "LGPL-3")
                self.assertLessEqual(len(manifest["name"]), 25)
                self.assertNotIn("\n", manifest["summary"])
                self.assertTrue(manifest["application"])

    def test_manifest_files(self):
        """Each file that a manifest names exists, and each data file is named."""
        for module, manifest in self._manifests():
            named = set(manifest["data"]) | set(manifest.get("demo", []))
            for name in named | set(manifest.get("images", [])):
                with self.subTest(module=module, file=name):
                    self.assertTrue((ROOT / module / name).is_file())
            folders = ("data", "demo", "report", "security", "views", "wizard")
            for folder in folders:
                for path in (ROOT / module / folder).glob("*.[xc][ms][lv]"):
                    with self.subTest(module=module, file=path.name):
                        self.assertIn(f"{folder}/{path.name}", named)

    def test_assets_exist(self):
        """Each pattern in the assets matches at least one file."""
        for module, manifest in self._manifests():
            for bundle, entries in manifest.get("assets", {}).items():
                for entry in entries:
                    pattern = entry if isinstance(entry, str) else entry[-1]
                    if not pattern.startswith(f"{module}/"):
                        continue
                    with self.subTest(bundle=bundle, pattern=pattern):
                        self.assertTrue(list(ROOT.glob(pattern)))

    def test_every_script_is_loaded(self):
        """No file in static/src or static/tests lies outside every bundle."""
        for module, manifest in self._manifests():
            loaded = set()
            for entries in manifest.get("assets", {}).values():
                for entry in entries:
                    loaded.update(
                        ROOT.glob(entry if isinstance(entry, str) else entry[-1])
                    )
            for folder in ("src", "tests"):
                for path in (ROOT / module / "static" / folder).rglob("*.*"):
                    if path.suffix in (".js", ".xml", ".scss"):
                        with self.subTest(file=str(path.relative_to(ROOT))):
                            self.assertIn(path, loaded)

    def test_external_dependencies(self):
        """A Python package that an addon imports is declared and can be installed."""
        wanted = set()
        for _module, manifest in self._manifests():
            wanted.update(manifest.get("external_dependencies", {}).get("python", []))
        listed = (ROOT / "requirements.txt").read_text(encoding="utf-8").lower()
        for package in wanted:
            with self.subTest(package=package):
                self.assertIn(package.lower(), listed)

    def test_description(self):
        """Each addon has an icon, a page for the store with a picture, and a README."""
        for module in MODULES:
            folder = ROOT / module / ICON_FOLDER
            for name in ("icon.png", "icon.svg", "index.html"):
                with self.subTest(module=module, file=name):
                    self.assertTrue((folder / name).is_file())
            with self.subTest(module=module, file="README.md"):
                readme = ROOT / module / "README.md"
                self.assertGreater(len(readme.read_text(encoding="utf-8")), 400)
            with self.subTest(module=module, page="pictures"):
                page = (folder / "index.html").read_text(encoding="utf-8")
                pictures = re.findall(r'<img[^>]+src="([^"]+)"', page)
                self.assertTrue(pictures)
                for picture in pictures:
                    self.assertTrue((folder / picture).is_file(), picture)

    def test_no_foreign_content(self):
        """A store page loads nothing from elsewhere."""
        for module in MODULES:
            page = ROOT / module / ICON_FOLDER / "index.html"
            with self.subTest(module=module):
                text = page.read_text(encoding="utf-8")
                self.assertNotRegex(
                    text, r'(?:src|href)="(?:https?:)?//[^"]+\.(?:js|css|png)'
                )

    def test_neutralize(self):
        """A copy of a database can be made harmless: each addon says how."""
        for module in MODULES:
            with self.subTest(module=module):
                self.assertTrue(file_path(f"{module}/data/neutralize.sql"))

    def test_access_files(self):
        """Access rows are unique, and none grants a right without a group."""
        for module in MODULES:
            path = ROOT / module / "security" / "ir.model.access.csv"
            if not path.is_file():
                continue
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            names = [row["id"] for row in rows]
            with self.subTest(module=module):
                self.assertEqual(len(names), len(set(names)))
                self.assertFalse([row["id"] for row in rows if not row["group_id:id"]])


@tagged("post_install", "-at_install", "crm_loop")
class TestWords(BaseCase):
    """Words that must not be there."""

    def _forbid(self, patterns: dict[str, str], files) -> None:
        for path, text in files:
            for pattern, instead in patterns.items():
                for match in re.finditer(pattern, text, re.MULTILINE):
                    line = text.count("\n", 0, match.start()) + 1
                    with self.subTest(file=f"{path}:{line}", found=match[0].strip()):
                        self.fail(f"instead: {instead}")

    def test_python(self):
        """No idiom of older Odoo, no debugger, nothing half done."""
        self._forbid(FORBIDDEN_PYTHON, texts(".py", below=MODULES))

    def test_xml(self):
        """No element that Odoo 19 ignores or refuses."""
        files = texts(".xml", below=MODULES)
        self._forbid(FORBIDDEN_XML, files)
        server = [(path, text) for path, text in files if "static" not in path.parts]
        self._forbid(FORBIDDEN_TEMPLATE, server)

    def test_scripts(self):
        """No service, call or marker that left the web client."""
        self._forbid(FORBIDDEN_SCRIPT, texts(".js", below=MODULES))

    def test_no_machine(self):
        """No path of one machine, no address of a package registry."""
        own = Path(__file__).resolve().relative_to(ROOT)
        for path, text in texts():
            if path == own:
                continue
            for match in MACHINE.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                if ".example" in text.splitlines()[line - 1]:
                    continue  # a name that by RFC 2606 belongs to nobody
                with self.subTest(file=f"{path}:{line}"):
                    self.fail(match[0])

    def test_no_conflict_markers(self):
        """Nothing was left behind by a merge."""
        for path, text in texts():
            with self.subTest(file=str(path)):
                self.assertNotRegex(text, r"(?m)^(?:<{7}|>{7}) ")

    def test_file_ends(self):
        """Each file ends with one line break and has Unix lines."""
        for path, text in texts():
            if not text or path.suffix in (".svg", ".json"):
                continue
            with self.subTest(file=str(path)):
                self.assertTrue(text.endswith("\n"), "no line break at the end")
                self.assertNotIn("\r", text)

    def test_xml_ids(self):
        """Ids follow the house's order: what, then view, action, menu, group or rule."""
        kinds = {
            "ir.ui.view": r"_view(_\w+)?$|_(form|list|kanban|search|inherit)\w*$",
            "ir.actions.act_window": r"_action(_\w+)?$",
            "ir.ui.menu": r"_menu(_\w+)?$",
            "res.groups": r"_group_\w+$",
            "ir.rule": r"_rule(_\w+)?$",
            "ir.cron": r"(^|_)(ir_)?cron(_\w+)?$",
        }
        for path, text in texts(".xml", below=MODULES):
            for ident, model in re.findall(
                r'<record\s+id="([\w.]+)"\s+model="([\w.]+)"', text
            ):
                if pattern := kinds.get(model):
                    if "." not in ident:
                        with self.subTest(file=str(path), id=ident):
                            self.assertRegex(ident, pattern)


@tagged("post_install", "-at_install", "crm_loop")
class TestSizes(BaseCase):
    """The measures of a well-kept addon: a report, and a gate only for the whole."""

    def test_report(self):
        """Print what is long; fail when the typical function is."""
        found = functions()
        lengths = sorted(length for _name, length in found)
        long_functions = [f"{n}: {size}" for n, size in found if size > LONG_FUNCTION]
        code, tests, long_files = self._lines()
        across = sum(text.count("\n") for _p, text in texts(".py", below=("tests",)))
        print(
            f"\nfunctions {len(lengths)}, median {statistics.median(lengths):.0f}, nine"
            f" tenths <= {lengths[int(len(lengths) * 0.9)]}, longest {lengths[-1]};"
            f" tests / code {tests / code:.2f}, with tests/ {(tests + across) / code:.2f}",
            *long_functions,
            *long_files,
            sep="\n  long: ",
        )
        self.assertLessEqual(statistics.median(lengths), 10)
        self.assertLessEqual(lengths[int(len(lengths) * 0.9)], 30)

    def _lines(self) -> tuple[int, int, list[str]]:
        """Lines of code, lines of tests, and the files that grew too long."""
        code = tests = 0
        long_files = []
        for path, text in texts(".py", below=MODULES):
            lines = text.count("\n")
            if "tests" in path.parts:
                tests += lines
                continue
            code += lines
            if lines > LONG_FILE:
                long_files.append(f"{path}: {lines}")
        return code, tests, long_files
