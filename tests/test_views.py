"""What must hold for every view, button, action, menu, filter and report of ours."""

from collections.abc import Iterator

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import datetime as safe_datetime
from odoo.tools.safe_eval import safe_eval
from odoo.tools.safe_eval import time as safe_time

from .common import ROLES, LoopCase, our_models, our_records
from .samples import Samples

INTERNAL_ROLES = [role for role in ROLES if role != "portal"]
SUBVIEWS = ("form", "list", "kanban", "graph", "pivot", "calendar", "hierarchy")


class ViewCase(LoopCase):
    """A sample of each model, so that views have something to show."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        samples = Samples(cls.env, cls.mate, cls.team, cls.env.company)
        cls.samples = samples.get_all()

    def eval_context(self, model: str) -> dict:
        """What the client knows when it evaluates a domain or a context."""
        sample = self.samples.get(model) if self._has_sample(model) else None
        return {
            "uid": self.env.uid,
            "context_today": safe_datetime.date.today,
            "datetime": safe_datetime,
            "time": safe_time,
            "active_id": sample.id if sample else 1,
            "active_ids": sample.ids if sample else [1],
            "active_model": model,
            "allowed_company_ids": self.env.company.ids,
            "current_company_id": self.env.company.id,
            "self": "x",
            "True": True,
            "False": False,
        }

    def _has_sample(self, model: str) -> bool:
        return model in our_models(self.env, transient=False) and self.env[model]._auto

    def our_views(self):
        """Views of ours that a client asks for, inherited ones through their root."""
        views = our_records(self.env, "ir.ui.view").filtered(
            lambda view: view.model and view.type != "qweb"
        )
        roots = self.env["ir.ui.view"].sudo()
        for view in views:
            while view.mode == "extension" and view.inherit_id:
                view = view.inherit_id
            roots |= view
        return roots


def nodes_with_model(env, node, model: str) -> Iterator[tuple[etree._Element, str]]:
    """Each element of a combined view with the model that it speaks of."""
    yield node, model
    for child in node:
        inner = model
        if node.tag == "field" and child.tag in SUBVIEWS:
            inner = env[model]._fields[node.get("name")].comodel_name
        yield from nodes_with_model(env, child, inner)


@tagged("post_install", "-at_install", "crm_loop")
class TestViews(ViewCase):
    """Views and their buttons."""

    def test_views_render_for_each_role(self):
        """G: each view is delivered to whoever may read its model."""
        views = self.our_views()
        self.assertTrue(views)
        for role in INTERNAL_ROLES:
            user = self.as_role(role)
            for view in views:
                model = self.env[view.model].with_user(user)
                if not model.has_access("read"):
                    continue
                with self.case(role=role, view=view.xml_id or view.name):
                    result = model.get_views([(view.id, view.type)])
                    arch = result["views"][view.type]["arch"]
                    self.assertIn(etree.fromstring(arch).tag, (view.type, "list"))

    def test_buttons(self):
        """G: each button of ours calls a public method or an action that exists."""
        views = self.our_views()
        for view in views:
            arch = etree.fromstring(view.get_combined_arch())
            for node, model in nodes_with_model(self.env, arch, view.model):
                kind, name = node.get("type"), node.get("name")
                if not name or kind not in ("object", "action"):
                    continue
                with self.case(view=view.xml_id, button=name):
                    if kind == "object":
                        method = getattr(type(self.env[model]), name, None)
                        self.assertTrue(callable(method), f"{model}.{name}")
                        self.assertFalse(name.startswith("_"))
                        self.assertFalse(getattr(method, "_api_private", False))
                    else:
                        self._check_action_reference(name)

    def _check_action_reference(self, name: str) -> None:
        ident = name[2:-2] if name.startswith("%(") else name
        action = (
            self.env["ir.actions.actions"].browse(int(ident))
            if ident.isdigit()
            else self.env.ref(ident)
        )
        self.assertTrue(action.exists(), f"action {name}")

    def test_forms_open(self):
        """Each form opens on a sample and for a new record, onchange included."""
        forms = self.our_views().filtered(lambda view: view.type == "form")
        for view in forms:
            if view.model not in our_models(self.env):
                continue
            with self.case(view=view.xml_id):
                if self._has_sample(view.model):
                    Form(self.samples.get(view.model), view)
                if self.env[view.model]._auto and not self.env[view.model]._transient:
                    Form(self.env[view.model], view)

    def test_each_document_has_its_views(self):
        """A document has its own list, form and search view; settings have a list."""
        actions = our_records(self.env, "ir.actions.act_window")
        models = set(actions.mapped("res_model")) & set(
            our_models(self.env, transient=False)
        )
        for name in sorted(models):
            document = "message_ids" in self.env[name]._fields
            wanted = {"list", "search", "form"} if document else {"list"}
            with self.case(model=name):
                found = self.env["ir.ui.view"].search(
                    [("model", "=", name), ("mode", "=", "primary")]
                )
                self.assertLessEqual(wanted, set(found.mapped("type")))

    def test_filters(self):
        """G: each filter, group and search field of our search views can be used."""
        views = our_records(self.env, "ir.ui.view")
        for view in views.filtered(lambda view: view.type == "search"):
            arch = etree.fromstring(view.arch)
            model = self.env[view.model]
            context = self.eval_context(view.model)
            for node in arch.iter("filter", "field"):
                with self.case(view=view.xml_id, node=node.get("name")):
                    self._try_filter(model, node, context)

    def _try_filter(self, model, node, context) -> None:
        expression = node.get("domain" if node.tag == "filter" else "filter_domain")
        if expression:
            model.search(safe_eval(expression, dict(context)), limit=1)
        grouping = safe_eval(node.get("context") or "{}", dict(context)).get("group_by")
        for group in [grouping] if isinstance(grouping, str) else grouping or []:
            model.formatted_read_group([], [group], ["__count"], limit=5)
        if date := node.get("date"):
            model.formatted_read_group([], [f"{date}:month"], ["__count"], limit=5)
        if node.tag == "field" and not expression:
            operator = node.get("operator") or "ilike"
            kind = model._fields[node.get("name")].type
            if kind in ("char", "text", "html", "many2one", "one2many", "many2many"):
                model.search([(node.get("name"), operator, "x")], limit=1)


@tagged("post_install", "-at_install", "crm_loop")
class TestActions(ViewCase):
    """Menus, the actions behind them, and reports."""

    def test_menus_lead_somewhere(self):
        """G: whoever sees a menu may read what it opens."""
        menus = our_records(self.env, "ir.ui.menu")
        self.assertTrue(menus)
        for role in INTERNAL_ROLES:
            user = self.as_role(role)
            visible = (
                menus.browse(self.env["ir.ui.menu"].with_user(user)._visible_menu_ids())
                & menus
            )
            for menu in visible:
                with self.case(role=role, menu=menu.complete_name):
                    self._check_menu(menu, user)

    def _check_menu(self, menu, user) -> None:
        action = menu.action
        if not action:
            self.assertTrue(menu.child_id, "a menu without action and children")
            return
        if action._name != "ir.actions.act_window":
            return
        model = self.env[action.res_model].with_user(user)
        self.assertTrue(model.has_access("read"), f"{action.res_model} is not readable")
        self._open(action, user)

    def _open(self, action, user) -> None:
        """What the client asks for when somebody opens the action."""
        context = self.eval_context(action.res_model) | {"uid": user.id}
        extra = safe_eval(action.context or "{}", dict(context))
        domain = safe_eval(action.domain or "[]", dict(context))
        model = self.env[action.res_model].with_user(user).with_context(**extra)
        views = [(view or False, mode) for view, mode in action.views]
        if action.search_view_id:
            views.append((action.search_view_id.id, "search"))
        archs = model.get_views(views)["views"]
        for mode in archs.keys() & {"list", "kanban"}:
            fields = etree.fromstring(archs[mode]["arch"]).xpath("//field/@name")
            specification = {name: {} for name in fields if name in model._fields}
            model.web_search_read(domain, specification, limit=20)
        if archs.keys() & {"graph", "pivot"}:
            model.formatted_read_group(domain, [], ["__count"])

    def test_actions(self):
        """G: each action opens for the superuser: views exist, domain and context hold."""
        for action in our_records(self.env, "ir.actions.act_window"):
            with self.case(action=action.xml_id):
                self.assertIn(action.res_model, self.env)
                for mode in action.view_mode.split(","):
                    self.assertNotEqual(mode, "tree")
                if action.target != "new":
                    self._open(action, self.env.user)
                elif action.context:
                    safe_eval(action.context, self.eval_context(action.res_model))

    def test_empty_states(self):
        """An empty list says what belongs there and how to begin."""
        for action in our_records(self.env, "ir.actions.act_window"):
            ours = our_models(self.env, transient=False)
            if action.res_model in ours and action.target != "new":
                with self.case(action=action.xml_id):
                    self.assertTrue(action.help, "no help text for the empty view")

    def test_server_actions(self):
        """Server actions of ours name a model and run for nobody but internal users."""
        for action in our_records(self.env, "ir.actions.server"):
            if action.usage == "ir_cron":
                continue
            with self.case(action=action.xml_id):
                self.assertTrue(action.model_id)

    def test_reports(self):
        """G: each report renders without records and with one, in each language."""
        for report in our_records(self.env, "ir.actions.report"):
            model = self.env[report.model]
            record = (
                self.samples.get(report.model)
                if self._has_sample(report.model)
                else model.search([], limit=1)
            )
            for ids in ([], record.ids):
                for lang in self._languages():
                    with self.case(report=report.xml_id, ids=ids, lang=lang):
                        html, kind = report.with_context(lang=lang)._render_qweb_html(
                            report.report_name, ids
                        )
                        self.assertEqual(kind, "html")
                        self.assertIn(b"<", html)

    def _languages(self) -> list[str]:
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        return [code for code in ("en_US", "zh_CN", "zh_TW") if code in installed]

    def test_report_is_closed_to_strangers(self):
        """A person without rights on a document cannot print it."""
        user = self.as_role("employee")
        for report in our_records(self.env, "ir.actions.report"):
            if not self._has_sample(report.model):
                continue
            record = self.samples.get(report.model)
            with self.case(report=report.xml_id):
                if record.with_user(user).has_access("read"):
                    continue
                with self.assertRaises(AccessError):
                    report.with_user(user)._render_qweb_html(
                        report.report_name, record.ids
                    )

    def test_contexts_are_literal(self):
        """Default filters of our actions name filters that exist."""
        for action in our_records(self.env, "ir.actions.act_window"):
            if "search_default_" not in (action.context or ""):
                continue
            with self.case(action=action.xml_id):
                context = safe_eval(action.context, self.eval_context(action.res_model))
                view = action.search_view_id.id or False
                arch = self.env[action.res_model].get_views([(view, "search")])
                names = etree.fromstring(arch["views"]["search"]["arch"]).xpath(
                    "//filter/@name | //field/@name"
                )
                for key in context:
                    if key.startswith("search_default_"):
                        self.assertIn(key.removeprefix("search_default_"), names)
