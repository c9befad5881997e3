"""The engines against published results on real data.

The data are not ours to ship: name their folder in ``CRM_LOOP_RESEARCH_DATA``
(``cdnow_sample.txt.xz``, ``cdnow_master.txt.xz``, ``m3_monthly.csv.xz``), else these
tests are skipped and say so.
"""

import csv
import lzma
import os
import time
from datetime import date, timedelta
from pathlib import Path
from unittest import skipUnless

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_analytics.engines import bgnbd, forecast, metrics, next_purchase

FOLDER = Path(os.environ.get("CRM_LOOP_RESEARCH_DATA", ""))
HAS_DATA = (FOLDER / "cdnow_sample.txt.xz").is_file()
WHY = "set CRM_LOOP_RESEARCH_DATA to the folder of the CDNOW and M3 data"
WEEK = 7
QUARTER = 13 * WEEK


def purchases(name: str, place: int) -> dict[str, dict[date, float]]:
    """Amounts by customer and day; ``place`` is the column of the day."""
    found: dict[str, dict[date, float]] = {}
    with lzma.open(FOLDER / name, "rt") as file:
        for line in file:
            cells = line.split()
            if not cells or not cells[0].isdigit():
                continue
            day = date.fromisoformat(cells[place])
            days = found.setdefault(cells[0], {})
            days[day] = days.get(day, 0.0) + float(cells[-1])
    return found


def series() -> list[tuple[list[float], list[float]]]:
    """Training and test part of each monthly series of M3."""
    found: dict[str, dict[str, list[float]]] = {}
    with lzma.open(FOLDER / "m3_monthly.csv.xz", "rt") as file:
        for row in csv.DictReader(file):
            values = [float(v) for v in row["values_space_separated"].split()]
            found.setdefault(row["series"], {})[row["part"]] = values
    return [(parts["train"], parts["test"]) for parts in found.values()]


@tagged("post_install", "-at_install", "crm_loop")
class TestEnginesResearch(BaseCase):
    """A06, A09: as good as what was published, on the same data."""

    @skipUnless(HAS_DATA, WHY)
    def test_bgnbd_parameters_of_the_paper(self):
        """Fader, Hardie & Lee (2005): r .243, alpha 4.414, a .793, b 2.426."""
        end = date(1997, 9, 30)
        histories = []
        for days in purchases("cdnow_sample.txt.xz", 2).values():
            known = sorted(day for day in days if day <= end)
            span, age = known[-1] - known[0], end - known[0]
            histories.append(
                bgnbd.History(len(known) - 1, span.days / WEEK, age.days / WEEK)
            )
        self.assertEqual(len(histories), 2357)
        start = time.process_time()
        model = bgnbd.fit(histories)
        print(f"BG/NBD of the CDNOW sample: {time.process_time() - start:.2f} s CPU")
        published = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
        for name, value in published.items():
            self.assertAlmostEqual(getattr(model, name) / value, 1.0, delta=0.02)
        self.assertAlmostEqual(model.likelihood, -9582.4, delta=0.1)

    @skipUnless(HAS_DATA, WHY)
    def test_next_13_weeks_of_cdnow(self):
        """AUC at least .80, Brier at most .106 in the last quarter of 1997 plus one."""
        customers = [
            next_purchase.Customer(
                tuple(day.toordinal() for day in sorted(days)),
                tuple(days[day] for day in sorted(days)),
            )
            for days in purchases("cdnow_master.txt.xz", 1).values()
        ]
        self.assertEqual(len(customers), 23570)
        today = date(1997, 12, 31) + timedelta(QUARTER)
        result = next_purchase.predict(customers, today.toordinal(), QUARTER)
        self.assertEqual(result.method, "logit")
        best = result.judgements[0]
        print(f"CDNOW, next 13 weeks: AUC {best.auc:.4f}, Brier {best.brier:.4f}")
        self.assertGreaterEqual(best.auc, 0.80)
        self.assertLessEqual(best.brier, 0.106)

    @skipUnless(HAS_DATA, WHY)
    def test_m3_monthly(self):
        """sMAPE <= 13.95 on all history, <= 14.7 on 36 months; quarter and intervals."""
        for months, limit in ((None, 13.95), (36, 14.7)):
            rows = [(train[-(months or 0) :], test) for train, test in series()]
            self.assertEqual(len(rows), 1428)
            pool = forecast.pooled_spread(
                [forecast.errors(train[-60:], 1) for train, _test in rows]
            )
            smapes, totals, covered = [], [], []
            for train, test in rows:
                result = forecast.forecast(train, 18, pool)
                smapes.append(metrics.smape(test, result.values))
                covered.append(metrics.coverage(test, result.low, result.high))
                came = sum(test[:3])
                totals.append(100 * abs(sum(result.values[:3]) - came) / came)
            smape, total, cover = (sum(v) / 1428 for v in (smapes, totals, covered))
            print(f"M3 {months or 'all'}: {smape:.2f} %, {total:.2f} %, {cover:.1%}")
            self.assertLessEqual(smape, limit)
            self.assertLessEqual(total, 10.3)
            self.assertTrue(0.75 <= cover <= 0.88)
