from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# Counts stop here and show as "99+"
COUNT_LIMIT = 100
PAGE_SIZE = 40
MAX_PAGE_SIZE = 200
MAX_SEARCH = 100


class CrmWorkbench(models.AbstractModel):
    """The first page of the day: what waits for one person, in buckets.

    How it works: each bucket of :meth:`_workbench_buckets` names a method that
    returns a :class:`~..tools.keyset.Keyset` (an ORM query, so record rules hold, and
    the moment it is sorted by) and one that turns records into rows. All counts are
    one SQL statement, each of them capped; the rows of a bucket are fetched when it
    is opened, page by page.

    Everybody sees their own workbench; team leaders and sales managers also those of
    their people (:meth:`_workbench_members`), read-only and through their own rights.
    """

    _name = "crm.workbench"
    _description = "Workbench"

    # Public

    @api.model
    @api.readonly
    def counts(self, user_id=None):
        """Everything the page shows around the rows: one call.

        :param user_id: whose workbench, by default the user's own
        :return: dict with ``user``, ``readonly``, ``buckets`` (in the user's order:
            ``name, title, icon, tone, empty, count``; 100 means "99+"),
            ``headline``, ``settings`` and, on the own one, ``config`` of the dialogs
        """
        user = self._workbench_user(user_id)
        bench = self._workbench_as(user)
        buckets = bench._workbench_chosen_buckets(user)
        counts = bench._workbench_counts(buckets, user)
        result = {
            "user": {"id": user.id, "name": user.sudo().name},
            "readonly": user != self.env.user,
            "buckets": [
                bench._workbench_tile(name, spec, counts[name])
                for name, spec in buckets.items()
            ],
            "headline": bench._workbench_headline(user, counts),
            "settings": bench._workbench_settings(user),
            "can_lead": bool(self._workbench_leads_people()),
        }
        if not result["readonly"]:
            result["config"] = self._workbench_config()
        return result

    @api.model
    @api.readonly
    def bucket(self, name, cursor=None, limit=PAGE_SIZE, search=None, user_id=None):
        """One page of a bucket.

        :param cursor: what the page before it returned (``[moment, id]``)
        :param search: text that customer, document or summary contain
        :return: dict with ``rows`` and ``cursor`` (False at the end)
        """
        user = self._workbench_user(user_id)
        bench = self._workbench_as(user)
        spec = bench._workbench_buckets().get(name if isinstance(name, str) else "")
        if not spec:
            raise UserError(self.env._("There is no such list on the workbench."))
        size = limit if isinstance(limit, int) and 0 < limit else PAGE_SIZE
        size = min(size, MAX_PAGE_SIZE)
        keyset = getattr(bench, spec["query"])(user, bench._workbench_search(search))
        found = self.env.execute_query(
            keyset.page(size + 1, bench._workbench_cursor(cursor))
        )
        page = found[:size]
        rows = getattr(bench, spec["rows"])([row_id for row_id, _moment in page], user)
        last = page and [fields.Datetime.to_string(page[-1][1]), page[-1][0]]
        return {"rows": rows, "cursor": last if len(found) > size else False}

    @api.model
    @api.readonly
    def target(self, user_id=None):
        """The month against the target, asked for when the page stands already.

        :return: what :meth:`_workbench_targets` says of the person, or False
        """
        user = self._workbench_user(user_id)
        return self._workbench_as(user)._workbench_targets(user).get(user.id, False)

    # Whose workbench

    @api.model
    def _workbench_user(self, user_id=None):
        """The user whose workbench is asked for, if the current one may see it."""
        self.env["crm.interaction"].check_access("read")
        if user_id in (None, False, self.env.uid):
            return self.env.user
        is_id = isinstance(user_id, int) and not isinstance(user_id, bool)
        user = self.env["res.users"].browse(user_id if is_id else [])
        if not user or user not in self._workbench_members():
            raise AccessError(
                self.env._("You can open your own workbench and those of your team.")
            )
        return user

    @api.model
    def _workbench_as(self, user):
        """Days begin and end where the person works."""
        return self.with_context(tz=user.sudo().tz or self.env.user.tz or "UTC")

    # Buckets

    @api.model
    def _workbench_buckets(self):
        """Hook: the buckets of the workbench.

        :return: dict of name -> dict with

            * ``title``, ``icon`` (Font Awesome), ``sequence``, ``empty`` (a sentence
              that is shown when there is nothing),
            * ``query``: name of a method ``(user, search) -> Keyset``,
            * ``rows``: name of a method ``(ids, user) -> list of rows``, see
              :meth:`_workbench_row`,
            * ``tone`` (optional): ``"danger"`` or ``"warning"`` for its count.

        Every bucket shows only what nobody has dealt with: a row leaves when it is
        done, planned or put off.
        """
        return {}

    @api.model
    def _workbench_chosen_buckets(self, user):
        """Buckets in the order and with the choice of the person."""
        buckets = self._workbench_buckets()
        settings = self._workbench_settings(user)
        place = {name: number for number, name in enumerate(settings["order"])}
        names = sorted(
            buckets, key=lambda name: (place.get(name, 999), buckets[name]["sequence"])
        )
        return {name: buckets[name] for name in names if name not in settings["hidden"]}

    @api.model
    def _workbench_counts(self, buckets, user):
        """Map each bucket, and ``done``, to its capped count: one statement."""
        counters = {
            name: getattr(self, spec["query"])(user, None).count(COUNT_LIMIT)
            for name, spec in buckets.items()
        }
        counters |= self._workbench_counters(user)
        rows = self.env.execute_query(
            SQL(" UNION ALL ").join(
                SQL("SELECT %s, (%s)", name, counter)
                for name, counter in counters.items()
            )
        )
        return dict(rows)

    @api.model
    def _workbench_counters(self, user):
        """Hook: further ``{name: SELECT of one number}`` for the headline."""
        return {}

    @api.model
    def _workbench_tile(self, name, spec, count):
        shown = {key: spec.get(key, "") for key in ("title", "icon", "tone", "empty")}
        return {"name": name, "count": count, **shown}

    @api.model
    def _workbench_headline(self, user, counts):
        """The day in numbers."""
        return {
            "date": fields.Date.to_string(fields.Date.context_today(self)),
            "done": counts["done"],
            "due": counts["due"],
            "overdue": counts["late"],
        }

    @api.model
    def _workbench_targets(self, users):
        """Hook: the month against the target of people, a fixed number of queries.

        :return: ``{user id: {"percent": 68.0, "label": "month"}}`` of those who have
            one; ``action`` (optional) is the action that shows more
        """
        return {}

    @api.model
    def _workbench_config(self):
        """Choices of the dialogs."""
        outcomes = self.env["crm.interaction.outcome"].search_fetch(
            [], ["name", "channel", "tone"]
        )
        kinds = self.env["mail.activity.type"].search_fetch(
            [("res_model", "=", False), ("category", "!=", "upload_file")],
            ["name", "icon", "category"],
        )
        get_param = self.env["ir.config_parameter"].sudo().get_param
        company_channel = get_param("crm_extension.default_channel", "call")
        own_channel = self._workbench_settings(self.env.user)["channel"]
        return {
            "default_channel": own_channel or company_channel,
            "outcomes": outcomes.read(["name", "channel", "tone"], load=None),
            "activity_types": kinds.read(["name", "icon", "category"], load=None),
        }

    # What clients send

    @api.model
    def _workbench_search(self, search):
        if search in (None, False, ""):
            return None
        if not isinstance(search, str):
            raise UserError(self.env._("The text to search for cannot be read."))
        return search.replace("\0", " ").strip()[:MAX_SEARCH]

    @api.model
    def _workbench_cursor(self, cursor):
        """``[moment, id]`` of the last row shown, checked."""
        if cursor in (None, False):
            return None
        try:
            moment, row_id = cursor
            return fields.Datetime.to_datetime(moment), int(row_id)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("The page cannot be found. Load the list again.")
            ) from error
