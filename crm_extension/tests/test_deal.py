from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.deal import Unit, deal
from .test_phone_properties import SLOW

RECEIVERS = st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True)


@st.composite
def units(draw, receivers=()):
    """Units with any rank, size and limits."""
    limits = st.lists(st.sampled_from([*receivers, 99]), max_size=3, unique=True)
    rows = draw(
        st.lists(st.tuples(st.integers(0, 3), st.integers(1, 50), limits), max_size=60)
    )
    return [
        Unit(number, rank, size, tuple(allowed))
        for number, (rank, size, allowed) in enumerate(rows)
    ]


@tagged("post_install", "-at_install")
class TestDeal(BaseCase):
    """X08: dealing customers out."""

    @SLOW
    @given(st.data())
    def test_everything_once_to_somebody_allowed(self, data):
        """P: each unit goes to exactly one receiver, one it allows where there is one;
        the order of the units does not matter."""
        receivers = data.draw(RECEIVERS)
        shares = {receiver: data.draw(st.integers(1, 3)) for receiver in receivers}
        some = data.draw(units(receivers))
        dealt = deal(some, shares)
        self.assertEqual(set(dealt), {unit.id for unit in some})
        for unit in some:
            known = [receiver for receiver in unit.allowed if receiver in shares]
            self.assertIn(dealt[unit.id], known or shares)
        self.assertEqual(deal(reversed(some), shares), dealt)

    @SLOW
    @given(st.data())
    def test_equal(self, data):
        """P: with equal shares the numbers differ by one at most, in every rank, too."""
        receivers = data.draw(RECEIVERS)
        some = [Unit(unit.id, unit.rank, unit.size) for unit in data.draw(units())]
        dealt = deal(some, dict.fromkeys(receivers, 1))
        for ranks in ({0, 1, 2, 3}, {0}, {1}, {2}, {3}):
            counts = Counter(dict.fromkeys(receivers, 0))
            counts.update(dealt[unit.id] for unit in some if unit.rank in ranks)
            self.assertLessEqual(max(counts.values()) - min(counts.values()), 1)

    @SLOW
    @given(st.data())
    def test_shares(self, data):
        """P: unequal shares: nobody gets less than the share, rounded down."""
        receivers = data.draw(RECEIVERS)
        shares = {receiver: data.draw(st.integers(1, 5)) for receiver in receivers}
        some = [Unit(number) for number in range(data.draw(st.integers(0, 200)))]
        counts = Counter(deal(some, shares).values())
        for receiver, share in shares.items():
            due = len(some) * share // sum(shares.values())
            self.assertGreaterEqual(counts[receiver], due)

    def test_completed_plan(self):
        """P: who has much already gets the new ones last."""
        some = [Unit(number) for number in range(4)]
        dealt = deal(some, {1: 1, 2: 1}, load={1: 3})
        self.assertEqual(Counter(dealt.values()), {2: 3, 1: 1})

    def test_nobody(self):
        """P: without receivers there is an error, not a loss."""
        with self.assertRaises(ValueError):
            deal([Unit(1)], {})
