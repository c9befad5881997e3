"""Write the JSON of the dashboards beside ``data/``.

    cd crm_analytics && python3 -m tools.build_dashboard

A test builds them again and compares them with the files.
"""

from pathlib import Path

from . import customer_dashboard, sales_dashboard
from .spreadsheet import dump

FILES = Path(__file__).resolve().parent.parent / "data" / "files"
DASHBOARDS = {"customer": customer_dashboard, "sales": sales_dashboard}


def main():
    """Write the files."""
    FILES.mkdir(parents=True, exist_ok=True)
    for name, content in build_all().items():
        (FILES / name).write_text(content)


def build_all():
    """Return ``{file name: content}``."""
    return {
        f"{name}{sample}_dashboard.json": dump(dashboard.build(sample=bool(sample)))
        for name, dashboard in DASHBOARDS.items()
        for sample in ("", "_sample")
    }


if __name__ == "__main__":
    main()
