"""The spreading of a credit over invoices, with numbers nobody chose."""

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.credit import Charged, open_quantities, spread

STEP = 0.01
amounts = st.integers(min_value=0, max_value=5000).map(lambda n: n / 100)
lines = st.lists(st.tuples(amounts, amounts), max_size=6)


@tagged("post_install", "-at_install")
class TestCreditTools(BaseCase):
    """R07: never more than invoiced minus credited, the oldest invoice first."""

    def charged(self, pairs):
        return [Charged(n, quantity, done) for n, (quantity, done) in enumerate(pairs)]

    @settings(max_examples=100, deadline=None, derandomize=True)
    @given(lines, amounts, amounts)
    def test_never_too_much(self, pairs, floating, wanted):
        """R07: no line gives back more than it charged; the sum is what is wanted or
        all there is."""
        charged = self.charged(pairs)
        left = open_quantities(charged, floating, STEP)
        shares = spread(left, wanted, STEP)
        given_back = {share.key: share.quantity for share in shares}
        for line in charged:
            room = max(line.quantity - line.credited, 0.0)
            self.assertLessEqual(given_back.get(line.key, 0.0), room + STEP / 2)
        total = sum(given_back.values())
        self.assertAlmostEqual(total, min(wanted, sum(left.values())), 6)

    @settings(max_examples=100, deadline=None, derandomize=True)
    @given(lines, amounts)
    def test_floating_notes_are_taken_off(self, pairs, floating):
        """R07: a credit note made by hand without an invoice counts all the same."""
        charged = self.charged(pairs)
        rooms = sum(max(c.quantity - c.credited, 0.0) for c in charged)
        left = open_quantities(charged, floating, STEP)
        self.assertAlmostEqual(sum(left.values()), max(rooms - floating, 0.0), 6)

    def test_oldest_first(self):
        """R07: the first invoice is emptied before the second is touched."""
        left = open_quantities(self.charged([(2, 1), (3, 0)]), 0.0, STEP)
        self.assertEqual(spread(left, 2, STEP), [(0, 1.0, True), (1, 1.0, False)])

    def test_tenths(self):
        """R07: 0.1 + 0.2 leaves no residue."""
        left = open_quantities(self.charged([(0.3, 0.1 + 0.2)]), 0.0, STEP)
        self.assertEqual(spread(left, 1, STEP), [])
