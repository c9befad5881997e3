"""Which territory a customer belongs to, and why.

A *rule* is a territory with conditions. Territories form a tree: a part only takes what
lies in the territory around it, so a rule carries the conditions of all levels from the
root down. Inside a level every condition that is given must hold; a condition holds when
one of its values fits.

Of the rules that fit a place the most specific one wins: the higher priority first, then
the finest place (city, postcode, state, country), then the number of other conditions
(industry, size, channel), then the narrower postcodes, then the deeper level of the tree.
Rules that are as specific as the winner are its *rivals*: the map is ambiguous there, and
the order of the list decides.

Nothing here knows of the database.

>>> china = Rule(1, (Level(countries=frozenset({48})),))
>>> shanghai = Rule(2, (Level(countries=frozenset({48})), Level(cities=frozenset({"上海"}))))
>>> Map([china, shanghai]).find(Place(country=48, city="上海")).rule
2
>>> Map([china, shanghai]).find(Place(country=48, city="北京")).rule
1
>>> Map([china, shanghai]).find(Place(country=1)).rule is None
True
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import combinations

from .duplicate_keys import fold as fold_text

#: Words that a city may or may not carry.
CITY_WORDS = re.compile(r"(市|区|县|縣|區)$")
#: Fineness of what says where a customer is, the finest first.
PLACES = ("cities", "zips", "states", "countries")
OTHERS = ("industries", "sizes", "channels")
ZIP_RANGE = re.compile(r"^([0-9A-Z]+)(?:-([0-9A-Z]+)|(\*))?$")
EVERY_ZIP = 10**12


class ZipError(ValueError):
    """A range of postcodes that cannot be read; ``text`` is the part."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def fold(text: str | None) -> str:
    """A name of a place as it is compared: one width, one case, simplified characters,
    without the word for a city.

    >>> fold(" 上海市 ") == fold("上海") and fold("Zürich") == fold("ZURICH")
    True
    """
    plain = " ".join(fold_text(text).split())
    return CITY_WORDS.sub("", plain) or plain


def fold_zip(text: str | None) -> str:
    """A postcode as it is compared: without blanks and dashes, in capitals.

    >>> fold_zip("sw1a 1aa"), fold_zip("２０００３０")
    ('SW1A1AA', '200030')
    """
    text = unicodedata.normalize("NFKC", text or "").upper()
    return re.sub(r"[^0-9A-Z]", "", text)


@dataclass(frozen=True, slots=True, order=True)
class Zips:
    """A range of postcodes, both ends included, of one length; or of one beginning."""

    first: str
    last: str
    is_prefix: bool = False

    def holds(self, code: str) -> bool:
        if self.is_prefix:
            return code.startswith(self.first)
        return len(code) == len(self.first) and self.first <= code <= self.last

    def width(self) -> int:
        """How many postcodes fit, roughly: a beginning is wider than any range."""
        if self.is_prefix:
            return EVERY_ZIP // 10 ** min(len(self.first), 9)
        if self.first.isdigit() and self.last.isdigit():
            return int(self.last) - int(self.first) + 1
        return (
            1
            if self.first == self.last
            else 36 ** max(len(self.first) - len(_common(self.first, self.last)), 1)
        )

    def meets(self, other: "Zips") -> bool:
        """Whether some postcode fits both."""
        if self.is_prefix and other.is_prefix:
            short, long = sorted((self.first, other.first), key=len)
            return long.startswith(short)
        if self.is_prefix or other.is_prefix:
            beginning, span = (self, other) if self.is_prefix else (other, self)
            size = len(beginning.first)
            if size > len(span.first):
                return False
            return span.first[:size] <= beginning.first <= span.last[:size]
        if len(self.first) != len(other.first):
            return False
        return self.first <= other.last and other.first <= self.last


def _common(first: str, second: str) -> str:
    """The beginning that two texts share."""
    size = next(
        (n for n, (a, b) in enumerate(zip(first, second, strict=True)) if a != b), None
    )
    return first[:size]


def read_zips(text: str | None) -> tuple[Zips, ...]:
    """Ranges of postcodes that somebody typed: ``200000-201999, 310*, SW1A1AA``.

    :raises ZipError: a part that is none, or whose end lies before its beginning
    """
    parts = re.split(r"[,;、，；\n]+", unicodedata.normalize("NFKC", text or ""))
    return tuple(_read_zip(part) for part in map(str.strip, parts) if part)


def _read_zip(part: str) -> Zips:
    """One range. A dash stands between two codes only with as many signs each side."""
    compact = re.sub(r"\s+", "", part).upper()
    found = ZIP_RANGE.match(compact)
    if not found:
        raise ZipError(part)
    first, last, star = found.groups()
    if star:
        return Zips(first, first, is_prefix=True)
    last = last or first
    if len(last) != len(first) or last < first:
        raise ZipError(part)
    return Zips(first, last)


@dataclass(frozen=True, slots=True)
class Level:
    """Conditions of one territory; an empty one holds for everybody."""

    countries: frozenset[int] = frozenset()
    states: frozenset[int] = frozenset()
    cities: frozenset[str] = frozenset()
    zips: tuple[Zips, ...] = ()
    industries: frozenset[int] = frozenset()
    sizes: frozenset[str] = frozenset()
    channels: frozenset[int] = frozenset()

    def given(self) -> tuple[str, ...]:
        return tuple(name for name in PLACES + OTHERS if getattr(self, name))

    def holds(self, place: "Place") -> bool:
        return all(_fits(name, getattr(self, name), place) for name in self.given())


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a customer. ``city`` and ``zip`` are folded."""

    country: int | None = None
    state: int | None = None
    city: str = ""
    zip: str = ""
    industry: int | None = None
    size: str = ""
    channel: int | None = None


#: Condition -> what of a place it looks at
LOOKS_AT = {
    "countries": "country",
    "states": "state",
    "cities": "city",
    "industries": "industry",
    "sizes": "size",
    "channels": "channel",
}


def _fits(name: str, values, place: Place) -> bool:
    if name == "zips":
        return bool(place.zip) and any(span.holds(place.zip) for span in values)
    return getattr(place, LOOKS_AT[name]) in values


@dataclass(frozen=True)
class Rule:
    """A territory with conditions.

    :param levels: conditions from the root of the tree down to the territory itself
    :param depth: how deep in the tree; the deeper of two equal rules wins
    :param priority: a higher one wins over every more specific rule
    :param order: place in the list; decides between rules that are equally specific
    """

    id: int
    levels: tuple[Level, ...]
    depth: int = 0
    priority: int = 0
    order: int = 0

    @cached_property
    def given(self) -> frozenset[str]:
        """Names of the conditions that any level has."""
        return frozenset(name for level in self.levels for name in level.given())

    @cached_property
    def rank(self) -> tuple[int, ...]:
        """Sorts rules: the smallest is the most specific."""
        place = next((n for n, name in enumerate(PLACES) if name in self.given), 9)
        others = len(self.given.intersection(OTHERS))
        return (-self.priority, place, -others, self._zip_width(), -self.depth)

    def _zip_width(self) -> int:
        widths = [
            sum(span.width() for span in level.zips)
            for level in self.levels
            if level.zips
        ]
        return min(widths, default=0)

    def holds(self, place: Place) -> bool:
        return all(level.holds(place) for level in self.levels)

    def lies_in(self, country: int) -> bool:
        """Whether something of the rule lies in a country."""
        return all(
            country in level.countries for level in self.levels if level.countries
        )

    def meets(self, other: "Rule") -> bool:
        """Whether some place could fit both rules."""
        return all(self._meets(other, name) for name in self.given & other.given)

    def _meets(self, other: "Rule", name: str) -> bool:
        mine, theirs = self._allowed(name), other._allowed(name)
        if name == "zips":
            return any(
                all(a.meets(b) for a, b in combinations((*pair, *more), 2))
                for pair in ((a, b) for a in mine[0] for b in theirs[0])
                for more in _choices([*mine[1:], *theirs[1:]])
            )
        return bool(frozenset.intersection(*mine, *theirs))

    def _allowed(self, name: str) -> list:
        values = (getattr(level, name) for level in self.levels)
        return [value for value in values if value]


def _choices(lists: list) -> list[tuple]:
    """One of each list, in every combination."""
    chosen: list[tuple] = [()]
    for values in lists:
        chosen = [(*before, value) for before in chosen for value in values]
    return chosen


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which rule takes a place.

    :param because: conditions of the winner, the finest first
    :param rivals: rules that are as specific as the winner
    :param over: the best rule that is less specific, which the winner leaves behind
    """

    rule: int | None = None
    because: tuple[str, ...] = ()
    rivals: tuple[int, ...] = ()
    over: int | None = None


@dataclass
class Map:
    """All rules of a company, ready to be asked very often."""

    rules: list[Rule]
    _by_country: dict = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self.rules = sorted(
            self.rules, key=lambda rule: (rule.rank, rule.order, rule.id)
        )
        countries = {
            country
            for rule in self.rules
            for level in rule.levels
            for country in level.countries
        }
        self._by_country = {
            country: [rule for rule in self.rules if rule.lies_in(country)]
            for country in countries
        }
        self.find = lru_cache(maxsize=100_000)(self._find)

    def _find(self, place: Place) -> Verdict:
        """The verdict on a place; :attr:`find` remembers those of equal places."""
        near = self._by_country.get(place.country, self._anywhere)
        fitting = [rule for rule in near if rule.holds(place)]
        if not fitting:
            return Verdict()
        best = fitting[0]
        rivals = tuple(rule.id for rule in fitting[1:] if rule.rank == best.rank)
        over = next((rule.id for rule in fitting if rule.rank != best.rank), None)
        because = tuple(name for name in PLACES + OTHERS if name in best.given)
        return Verdict(best.id, because, rivals, over)

    @cached_property
    def _anywhere(self) -> list[Rule]:
        return [rule for rule in self.rules if "countries" not in rule.given]

    def overlaps(self) -> list[tuple[int, int]]:
        """Pairs of equally specific rules that some place could fit, both."""
        by_rank = defaultdict(list)
        for rule in self.rules:
            by_rank[rule.rank].append(rule)
        return [
            (one.id, other.id)
            for rules in by_rank.values()
            for one, other in combinations(rules, 2)
            if one.meets(other)
        ]


def count_gaps(places: Iterable[tuple[Place, int]], world: Map) -> dict:
    """Map ``(country, state)`` to the number of customers that no rule takes.

    :param places: places and how many customers lie there
    """
    gaps: dict = defaultdict(int)
    for place, count in places:
        if world.find(place).rule is None:
            gaps[place.country, place.state] += count
    return dict(gaps)
