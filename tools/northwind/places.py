"""Countries and states by the names that people write."""

import unicodedata

#: Short names that Odoo's country list does not carry.
COUNTRY_CODES = {"UK": "GB", "USA": "US", "U.S.A.": "US", "England": "GB"}


def plain(name: str) -> str:
    """Return the name without accents, case and the word for county.

    >>> plain("Co. Cork"), plain("Québec")
    ('cork', 'quebec')
    """
    letters = unicodedata.normalize("NFKD", name)
    letters = "".join(c for c in letters if not unicodedata.combining(c))
    words = letters.casefold().replace(".", " ").split()
    return " ".join(word for word in words if word not in ("co", "county"))


class Places:
    """Finds ``res.country`` and ``res.country.state``; two queries for everything."""

    def __init__(self, env):
        english = env(context={**env.context, "lang": "en_US"})
        countries = english["res.country"].search([])
        self._codes = {country.code: country for country in countries}
        self._names = {plain(country.name): country for country in countries}
        self._states = {}
        for state in english["res.country.state"].search([]):
            self._states[state.country_id.id, plain(state.code)] = state
            self._states.setdefault((state.country_id.id, plain(state.name)), state)

    def country(self, name: str):
        """Return the country with this name or code, or None."""
        code = COUNTRY_CODES.get(name, name.upper())
        return self._codes.get(code) or self._names.get(plain(name))

    def address(self, row, prefix: str = "") -> dict:
        """Return the address columns of a row as values of a partner.

        A region that is no known state stays readable in the second line.
        """
        country = self.country(row[f"{prefix}Country"])
        region = row[f"{prefix}Region"]
        state = self._states.get((country.id, plain(region))) if country else None
        street, _newline, rest = row[f"{prefix}Address"].partition("\n")
        second = ", ".join(
            part for part in (rest.strip(), "" if state else region) if part
        )
        return {
            "street": street.strip(),
            "street2": second or False,
            "city": row[f"{prefix}City"],
            "zip": row[f"{prefix}PostalCode"] or False,
            "country_id": country.id if country else False,
            "state_id": state.id if state else False,
        }
