"""Which variant of a document fits whom. Plain Python on ids."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Variant:
    """A variant of a document; 0 means "for everybody"."""

    id: int
    lang: str = ""
    team: int = 0
    territory: int = 0


def best_variant(
    variants: Iterable[Variant],
    lang: str = "",
    team: int = 0,
    territories: Sequence[int] = (),
) -> Variant | None:
    """The variant for a customer who speaks ``lang``, of a team and a territory.

    A variant of another team or territory is none of theirs. Of the others the customer's
    language comes first (a text without language before one in a foreign one), then the
    team's own, then the nearest territory.

    :param territories: the customer's territory and those around it, the smallest first
    """
    fitting = [
        variant
        for variant in variants
        if variant.team in (0, team)
        and (not variant.territory or variant.territory in territories)
    ]
    return min(
        fitting,
        key=lambda variant: (
            0 if variant.lang == lang else 1 if not variant.lang else 2,
            variant.team == 0,
            territories.index(variant.territory)
            if variant.territory
            else len(territories),
            variant.id,
        ),
        default=None,
    )
