"""`./dev run`: a running Odoo with the three addons and a living demo company."""

from .. import addons, locks, northwind, odoo, pdf, processes, workshop
from ..database import read_state, write_state
from ..errors import DevError
from ..progress import Step, say
from ..server import FIRST_PORT, WebServer, free_port

SALESPEOPLE = """
    SELECT u.login FROM res_users u JOIN res_partner p ON p.id = u.partner_id
    WHERE u.active AND NOT u.share AND u.password IS NOT NULL AND u.login NOT IN ('admin', '__system__')
    ORDER BY u.id LIMIT 4
"""


def add_arguments(parser):
    """Describe the options of `./dev run`."""
    parser.add_argument(
        "--port",
        type=int,
        default=FIRST_PORT,
        help="first port to try (default: %(default)s)",
    )
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="throw the database away and make a new one",
    )
    parser.add_argument(
        "--until",
        metavar="today|DATE",
        default="today",
        help="move the demo company's dates by whole weeks so that its last order lies in the "
        "week before this day (default: %(default)s); `original` keeps 1996-1998",
    )
    parser.add_argument(
        "--no-load", action="store_true", help="leave the demo company out"
    )


def main(options):
    """Make what is missing, start Odoo, and stay until Ctrl-C."""
    with workshop.opened() as databases:
        name = databases.main
        with locks.exclusive("main-database"):
            prepare(databases, name, fresh=options.fresh)
            if not options.no_load:
                load(databases, name, options.until)
        serve(databases, name, options.port)
    return 0


def prepare(databases, name, fresh=False):
    """Make the database `name` hold our addons as they are in the checkout now."""
    wanted = addons.fingerprints()
    state = read_state(name) if databases.exists(name) else {}
    if databases.exists(name) and not state and databases.server.external and not fresh:
        raise DevError(
            f"The database {name} exists already and was not made by this checkout: "
            "name another one with PGDATABASE, or replace it with `./dev run --fresh`."
        )
    if fresh or "addons" not in state:
        template = databases.deps()
        databases.copy(template, name)
        write_state(name, template=template)
        with odoo.fresh_log("install") as log:
            odoo.show_trouble(databases.install(name, log))
    elif changed := [a for a in wanted if state["addons"].get(a) != wanted[a]]:
        with odoo.fresh_log("upgrade") as log:
            odoo.show_trouble(databases.upgrade(name, changed, log))
    write_state(name, addons=wanted)


def load(databases, name, until):
    """Load the demo company, or continue a load that was interrupted."""
    if not northwind.available() or northwind.loaded(name):
        return
    say("     Northwind, the demo company:")
    day = None if until == "original" else until
    # the server that is started listens to this machine only
    northwind.load(databases, name, day, passwords=True)


def serve(databases, name, port):
    """Start the server, print where it is, and wait for Ctrl-C."""
    found = free_port(port)
    if found != port:
        say(f"     port {port} is in use: {found} is taken instead")
    server = WebServer(databases.odoo, name, found)
    try:
        with Step("Odoo's login page") as step:
            server.wait_ready(step)
        people = [login for [login] in databases.server.psql(SALESPEOPLE, name)]
        say(greeting(server.address, people))
        code = server.wait()
    finally:
        server.stop()
    raise DevError(
        f"Odoo ended by itself (exit code {code}).", processes.tail(server.log)
    )


def greeting(address, people):
    """Return what a newcomer needs to know now."""
    lines = ["", f"  Odoo is ready:  {address}", "  log in with     admin / admin"]
    if not pdf.available():
        lines.append("  printed pages   open as HTML: install `wkhtmltopdf` for PDF")
    if people:
        lines.append(f"  salespeople     {', '.join(people)}  (password = login)")
    return "\n".join([*lines, "  stop with       Ctrl-C", ""])
