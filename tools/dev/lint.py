"""Static checks of the whole repository: ``./dev lint [CHECK ...] [--fix]``.

Each check is one tool that says yes or no; its findings are printed as the tool wrote
them, then one line per check sums up. A tool that this machine lacks is reported as
skipped with the reason, and ``--strict`` (used in CI) counts that as a failure.

The Python tools come from the environment of the launcher; the JavaScript tools are
installed once from ``package-lock.json`` into ``.dev/node``.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FINDING = re.compile(
    r"^\s*(?:[EWCRFI]\d{4}|[^\s:]+:\d+|\d+:\d+\s+error|\[warn\] \S+/|\s*-->)"
)
SECONDS = 540
PRETTIER_GLOBS = (
    "crm_*/**/*.{xml,js,scss}",
    "tests/**/*.js",
    "*.{json,cjs,yml,yaml}",
    ".*.{json,cjs,yml,yaml}",
)
#: Messages of pylint-odoo that are wrong here; setup.cfg cannot take one from a group.
PYLINT_OFF = {
    "consider-merging-classes-inherited": "a model may spread over small files",
    "context-overridden": "with_context(clean_context(...)) replaces on purpose",
    "missing-return": "fires on computes, and on helpers that call super().write",
    "prefer-env-translation": "does not see that '_ = self.env._'; a test does",
}
CORE_MESSAGES = (
    "used-before-assignment,undefined-variable,eval-used,unreachable,function-redefined,"
    "sql-injection,missing-gettext,gettext-variable,gettext-placeholders,gettext-repr,"
    "raise-unlink-override"
)
CORE_PLUGINS = (
    "_pylint_path_setup,pylint.extensions.bad_builtin,_odoo_checker_sql_injection,"
    "_odoo_checker_gettext,_odoo_checker_unlink_override"
)


class Skip(Exception):
    """A check cannot run here; the message says why and what would cure it."""


@dataclass
class Result:
    """What one check said: ``ok``, ``failed`` or ``skipped``."""

    state: str
    detail: str = ""
    output: str = ""
    seconds: float = 0.0


@dataclass
class Workshop:
    """The tools of this machine and the files they look at.

    :param fix: let ruff, prettier and eslint repair what they can
    """

    root: Path = ROOT
    fix: bool = False
    state: Path = field(
        default_factory=lambda: Path(os.environ.get("CRM_LOOP_HOME", ROOT / ".dev"))
    )

    @cached_property
    def addons(self) -> list[str]:
        """Names of the addons in the checkout, in order."""
        return sorted(p.parent.name for p in self.root.glob("*/__manifest__.py"))

    @cached_property
    def python(self) -> str:
        """The interpreter that holds the Python tools."""
        candidates = [
            os.environ.get("CRM_LOOP_PYTHON"),
            *sorted(map(str, self.state.glob("*/bin/python"))),
            sys.executable,
        ]
        for python in filter(None, candidates):
            if self._imports(python, "pylint_odoo", "oca_pre_commit_hooks", "ruff"):
                return python
        raise Skip(
            "the Python linters are missing; './dev test' installs them, "
            "or run 'pip install -r requirements/lint.txt'"
        )

    @staticmethod
    def _imports(python: str, *modules: str) -> bool:
        code = "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, sys.argv[1:])))"
        try:
            run = subprocess.run(
                [python, "-c", code, *modules], capture_output=True, timeout=60
            )
        except OSError:
            return False
        return run.returncode == 0

    @cached_property
    def odoo(self) -> Path:
        """The folder of the ``odoo`` package whose own checkers we borrow."""
        code = "import odoo; print(*odoo.__path__, sep='\\n')"
        source = os.environ.get("ODOO_SOURCE")
        env = dict(os.environ)
        if source:
            env["PYTHONPATH"] = os.pathsep.join(
                filter(None, [source, env.get("PYTHONPATH")])
            )
        run = subprocess.run(
            [self.python, "-c", code],
            cwd=self.root,
            env=env,
            capture_output=True,
            text=True,
        )
        for line in run.stdout.splitlines():
            if (Path(line) / "addons/test_lint/tests").is_dir():
                return Path(line)
        raise Skip(
            "no Odoo 19 with its test_lint addon in sight; './dev test' fetches one"
        )

    def script(self, name: str) -> str:
        """A console script beside the interpreter of :attr:`python`."""
        return str(Path(self.python).parent / name)

    @cached_property
    def node_modules(self) -> Path:
        """The folder of the JavaScript tools, installed when the lock file changed."""
        npm = shutil.which("npm")
        if not npm or not shutil.which("node"):
            raise Skip(
                "Node.js is not installed; prettier and eslint need 'node' and 'npm'"
            )
        home = self.state / "node"
        digest = hashlib.sha256(
            (self.root / "package-lock.json").read_bytes()
        ).hexdigest()
        stamp = home / "installed"
        if not stamp.is_file() or stamp.read_text() != digest:
            self._install_node_modules(npm, home)
            stamp.write_text(digest)
        return home / "node_modules"

    def _install_node_modules(self, npm: str, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(self.root / name, home / name)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        run = subprocess.run(
            command, cwd=home, capture_output=True, text=True, timeout=SECONDS
        )
        if run.returncode:
            reason = (run.stderr.strip().splitlines() or ["unknown reason"])[-1]
            raise Skip(f"npm could not fetch prettier and eslint: {reason}")

    def run(self, command: Iterable[str], **environment: str) -> Result:
        """Run a tool in the checkout and keep its words."""
        run = subprocess.run(
            list(command),
            cwd=self.root,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=SECONDS,
        )
        if not run.returncode:
            return Result("ok")
        count = sum(bool(FINDING.match(line)) for line in run.stdout.splitlines())
        detail = f"{count} findings" if count else f"exit code {run.returncode}"
        return Result("failed", detail, run.stdout.strip())


def check_ruff(shop: Workshop) -> Result:
    """Errors and idioms of Python (.ruff.toml)."""
    fix = ["--fix"] if shop.fix else []
    return shop.run(
        [shop.python, "-m", "ruff", "check", "--output-format=concise", *fix, "."]
    )


def check_format(shop: Workshop) -> Result:
    """The layout of Python files (.ruff.toml)."""
    mode = [] if shop.fix else ["--check"]
    return shop.run([shop.python, "-m", "ruff", "format", *mode, "."])


def check_oca(shop: Workshop) -> Result:
    """OCA's checks of XML, CSV and manifest files (.oca_hooks.cfg)."""
    return shop.run([shop.script("oca-checks-odoo-module"), *shop.addons])


def check_po(shop: Workshop) -> Result:
    """OCA's checks of translation files."""
    files = [
        str(path.relative_to(shop.root))
        for addon in shop.addons
        for path in sorted((shop.root / addon / "i18n").glob("*.po*"))
    ]
    if not files:
        raise Skip("no addon has translations yet")
    return shop.run([shop.script("oca-checks-po"), *files])


def check_pylint(shop: Workshop) -> Result:
    """pylint-odoo (setup.cfg)."""
    command = [shop.python, "-m", "pylint", "--rcfile=setup.cfg"]
    flags = [f"--disable={message}" for message in PYLINT_OFF]
    return shop.run([*command, *flags, *shop.addons])


def check_core(shop: Workshop) -> Result:
    """Odoo's own pylint checkers, the SQL injection checker among them."""
    checkers = shop.odoo / "addons/test_lint/tests"
    command = [
        *(shop.python, "-m", "pylint", f"--rcfile={os.devnull}", "--jobs=2"),
        *(
            "--disable=all,useless-option-value,unknown-option-value",
            f"--enable={CORE_MESSAGES}",
        ),
        *(f"--load-plugins={CORE_PLUGINS}", "--bad-functions=input"),
        *("--reports=n", "--score=n", "--msg-template={path}:{line}: {msg_id} {msg}"),
        *shop.addons,
    ]
    return shop.run(
        command,
        PYTHONPATH=os.pathsep.join([str(checkers), str(shop.odoo.parent)]),
        ADDONS_PATH=os.pathsep.join([str(shop.odoo / "addons"), str(shop.root)]),
    )


def check_prettier(shop: Workshop) -> Result:
    """The layout of XML, JavaScript and stylesheets (prettier.config.cjs)."""
    modules = shop.node_modules
    mode = "--write" if shop.fix else "--check"
    command = [str(modules / ".bin/prettier"), mode, "--log-level=warn"]
    flags = [
        "--no-error-on-unmatched-pattern",
        "--cache-location",
        str(modules / ".prettier"),
    ]
    return shop.run([*command, *flags, *PRETTIER_GLOBS], NODE_PATH=str(modules))


def check_eslint(shop: Workshop) -> Result:
    """Errors in JavaScript by Odoo's own rules (eslint.config.cjs)."""
    modules = shop.node_modules
    command = [str(modules / ".bin/eslint"), "--no-error-on-unmatched-pattern"]
    fix = ["--fix"] if shop.fix else []
    globs = ["crm_*/static/**/*.js", "tests/**/*.js"]
    return shop.run([*command, *fix, *globs], NODE_PATH=str(modules))


CHECKS: dict[str, Callable[[Workshop], Result]] = {
    "ruff": check_ruff,
    "format": check_format,
    "oca": check_oca,
    "po": check_po,
    "pylint": check_pylint,
    "core": check_core,
    "prettier": check_prettier,
    "eslint": check_eslint,
}


def run_check(name: str, shop: Workshop) -> Result:
    """Run one check; what goes wrong around the tool becomes a result, too."""
    start = time.monotonic()
    try:
        result = CHECKS[name](shop)
    except Skip as reason:
        result = Result("skipped", str(reason))
    except FileNotFoundError as error:
        result = Result("skipped", f"{error.filename} is not installed")
    except subprocess.TimeoutExpired:
        result = Result("failed", f"no answer within {SECONDS} seconds")
    result.seconds = time.monotonic() - start
    return result


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the command line."""
    listing = "\n".join(
        f"  {name:<9} {check.__doc__}" for name, check in CHECKS.items()
    )
    parser = argparse.ArgumentParser(
        prog="./dev lint",
        description="Check the repository's style and safety without running it.",
        epilog=f"checks:\n{listing}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "checks", nargs="*", metavar="CHECK", help="only these (default: all)"
    )
    parser.add_argument(
        "--fix", action="store_true", help="repair what a tool can repair"
    )
    parser.add_argument(
        "--strict", action="store_true", help="a skipped check is a failure"
    )
    options = parser.parse_args(argv)
    for name in options.checks:
        if name not in CHECKS:
            parser.error(f"unknown check {name!r}; there are {', '.join(CHECKS)}")
    return options


def main(argv: list[str]) -> int:
    """Run the checks named in ``argv`` (all without a name); 0 when none failed."""
    options = parse(argv)
    shop = Workshop(fix=options.fix)
    results = {}
    for name in options.checks or CHECKS:
        results[name] = result = run_check(name, shop)
        if result.output:
            print(f"--- {name}\n{result.output}\n", flush=True)
    for name, result in results.items():
        print(
            f"{name:<9} {result.state:<8} {result.seconds:5.1f} s  {result.detail}".rstrip()
        )
    bad = {"failed", "skipped"} if options.strict else {"failed"}
    return int(any(result.state in bad for result in results.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
