from odoo import fields, models
from odoo.exceptions import UserError

TEMPLATE = "crm_extension.mail_template_sales_kit"
MAX_DOCUMENTS = 20


class CrmLead(models.Model):
    """Documents of the kit: opened, sent in the customer's language, and remembered."""

    _inherit = "crm.lead"

    def _kit_lang(self):
        """The customer's language."""
        self.ensure_one()
        return self.partner_id.lang or self.lang_code or self.env.lang

    def _kit_variant(self, document):
        """The variant of a document for this lead."""
        customer = self.partner_id.commercial_partner_id
        return document._variant_for(
            self._kit_lang(), self.team_id, customer.territory_id
        )

    def _kit_stage_documents(self):
        """Documents of the stage in the lead's company."""
        companies = [self.company_id.id or self.env.company.id, False]
        return self.stage_id.kit_document_ids.filtered(
            lambda document: document.company_id.id in companies
        )

    def _kit_documents(self):
        kinds = dict(
            self.env["crm.sales.document"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        documents = self._kit_stage_documents()
        # all at once: the variants are chosen one by one
        documents.variant_ids.sudo().attachment_id.fetch(["name", "mimetype"])
        sent = self._kit_sent(documents)
        return [
            {
                "id": document.id,
                "name": document.name,
                "kind": document.kind,
                "kind_label": kinds[document.kind],
                "note": document.note or "",
                "is_internal": document.is_internal,
                "sent": sent.get(document.id, False),
                **self._kit_variant_facts(self._kit_variant(document)),
            }
            for document in documents
        ]

    def _kit_variant_facts(self, variant):
        """What opens on a click: a file, a template, or nothing yet."""
        file = variant.sudo().attachment_id
        lang = variant.lang_id or variant.template_id.lang_id
        foreign = bool(lang) and lang.code != self._kit_lang()
        return {
            "file": bool(file)
            and {"id": file.id, "name": file.name, "mimetype": file.mimetype},
            "template": variant.template_id.id,
            "lang": lang.name if foreign else "",
        }

    # Sent

    def _kit_sent(self, documents):
        """Map documents to when and by whom they were sent last: one query."""
        files = self._kit_files(documents)
        if not files:
            return {}
        messages = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("attachment_ids", "in", list(files)),
                ],
                order="date, id",
            )
        )
        return {
            files[attachment.id]: {
                "date": fields.Datetime.to_string(message.date),
                "user": message.author_id.name or "",
            }
            for message in messages
            for attachment in message.attachment_ids
            if attachment.id in files
        }

    def _kit_files(self, documents):
        """Map ids of attachments to the document they are: those of the library, and the
        contracts that were made from its templates for this lead."""
        variants = documents.variant_ids.sudo()
        files = {v.attachment_id.id: v.document_id.id for v in variants}
        of_template = {
            variant.template_id: variant.document_id.id
            for variant in variants.filtered("template_id")
        }
        contracts = self.env["crm.contract"].sudo()
        for contract in contracts.search(
            [("lead_ids", "in", self.ids), ("template_id", "!=", False)]
        ):
            document = of_template.get(contract.template_id)
            for version in contract.file_ids.version_ids if document else ():
                files[version.attachment_id.id] = document
        files.pop(False, None)
        return files

    # Sending

    def action_kit_send(self, document_ids):
        """A mail to the customer with documents of the kit, ready to be sent.

        :param document_ids: ids of documents of the stage
        :return: action of Odoo's mail composer
        """
        self.ensure_one()
        self.check_access("write")
        documents = self._kit_chosen(document_ids)
        attachments = self.env["ir.attachment"]
        for document in documents:
            attachments |= self._kit_attachment(document)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Documents"),
            "res_model": "mail.compose.message",
            "views": [[False, "form"]],
            "target": "new",
            "context": self._kit_mail(attachments),
        }

    def _kit_chosen(self, document_ids):
        """Documents that a client names, when they are in the kit and for customers."""
        ids = document_ids if isinstance(document_ids, list) else []
        chosen = self._kit_stage_documents().filtered(
            lambda d: d.id in ids[:MAX_DOCUMENTS]
        )
        if not chosen:
            raise UserError(self.env._("Choose what to send."))
        if internal := chosen.filtered("is_internal"):
            raise UserError(
                self.env._(
                    "%(documents)s: for us only.",
                    documents=", ".join(internal.mapped("name")),
                )
            )
        return chosen

    def _kit_attachment(self, document):
        """The file to send: of the library, or of the contract made from its template."""
        variant = self._kit_variant(document)
        if not variant._is_filled():
            raise UserError(
                self.env._(
                    "%(document)s has no file for this customer yet.",
                    document=document.name,
                )
            )
        if variant.template_id:
            return self._kit_sample(variant.template_id)
        # readable by everybody who reads the document
        return variant.sudo().attachment_id.sudo(False)

    def _kit_sample(self, template):
        """The draft of a contract for this lead, filled once from a template."""
        if not self.partner_id:
            raise UserError(self.env._("Choose the customer of the opportunity first."))
        contracts = self.env["crm.contract"]
        draft = contracts.search(
            [
                ("lead_ids", "in", self.ids),
                ("template_id", "=", template.id),
                ("decision", "=", "draft"),
            ],
            limit=1,
        )
        if not draft:
            wizard = self.env["crm.contract.from.template"].create(
                {"template_id": template.id, **self._kit_sample_values()}
            )
            draft = contracts.browse(wizard.action_make()["res_id"])
        return draft.file_ids.current_version_id.attachment_id[:1]

    def _kit_sample_values(self):
        """The customer and the last quotation of the lead."""
        order = self.order_ids.filtered(lambda order: order.state != "cancel")
        return {
            "lead_id": self.id,
            "partner_id": self.partner_id.commercial_partner_id.id,
            "order_id": order.sorted("id")[-1:].id,
        }

    def _kit_mail(self, attachments):
        """Context of the mail composer, in the customer's language."""
        template = self.env.ref(TEMPLATE, raise_if_not_found=False)
        context = {
            "default_model": self._name,
            "default_res_ids": self.ids,
            "default_composition_mode": "comment",
            "default_attachment_ids": attachments.ids,
            "default_partner_ids": self.partner_id.ids,
            "default_email_layout_xmlid": "mail.mail_notification_light",
        }
        if template:
            lang = self._kit_lang()
            words = template.with_context(lang=lang)
            for name in ("subject", "body_html"):
                rendered = words._render_field(name, self.ids)[self.id]
                context[f"default_{name.removesuffix('_html')}"] = rendered
        return context

    def kit_open_template(self, document_id):
        """A contract sample, filled for this lead: look at it, then make the contract.

        :return: action of the dialog
        """
        self.ensure_one()
        self.check_access("read")
        is_id = isinstance(document_id, int) and not isinstance(document_id, bool)
        document = self._kit_stage_documents().filtered(
            lambda document: is_id and document.id == document_id
        )
        template = self._kit_variant(document).template_id if document else False
        if not template:
            raise UserError(self.env._("This document is not in the kit any more."))
        values = self._kit_sample_values()
        return {
            "type": "ir.actions.act_window",
            "name": document.name,
            "res_model": "crm.contract.from.template",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "dialog_size": "extra-large",
                "default_template_id": template.id,
                **{f"default_{name}": value for name, value in values.items()},
            },
        }

    # Plan

    def _kit_plan(self):
        """The plan of the stage, and whether it was answered."""
        plan = self.stage_id.kit_plan_id
        if not plan or not plan.template_ids:
            return False
        answer = self.kit_plan_ids.filtered(lambda row: row.stage_id == self.stage_id)
        return {
            "id": plan.id,
            "name": plan.name,
            "steps": [
                {
                    "name": step.summary or step.activity_type_id.name,
                    "icon": step.icon or "fa-tasks",
                    "due": fields.Date.to_string(step._get_date_deadline()),
                }
                for step in plan.template_ids
            ],
            "state": answer.state,
            "user": answer.sudo().user_id.name or "",
            "date": answer and fields.Datetime.to_string(answer.date),
        }

    def kit_plan(self, start=True):
        """Start the plan of the stage, or say that it is not needed: once.

        A plan that was declined can still be started; one that was started cannot be
        started again, however often it is asked for.

        :return: what :meth:`kit_fetch` returns
        """
        self.ensure_one()
        self.check_access("write")
        plan = self.stage_id.kit_plan_id
        if not plan:
            raise UserError(self.env._("This stage has no plan."))
        self.lock_for_update(allow_referencing=True)
        rows = self.kit_plan_ids.sudo()
        answer = rows.filtered(lambda row: row.stage_id == self.stage_id)
        if answer.state != "started":
            answer.unlink()
            rows.create(
                {
                    "lead_id": self.id,
                    "stage_id": self.stage_id.id,
                    "state": "started" if start else "declined",
                    "user_id": self.env.uid,
                }
            )
            if start:
                self._kit_schedule(plan)
        self.invalidate_recordset(["kit_plan_ids"])
        return self.kit_fetch()

    def _kit_schedule(self, plan):
        """The to-dos of a plan, for the salesperson of the lead."""
        wizard = self.env["mail.activity.schedule"].with_context(
            active_model=self._name, active_ids=self.ids, plan_mode=True
        )
        wizard.create(
            {
                "plan_id": plan.id,
                "plan_on_demand_user_id": (self.user_id or self.env.user).id,
            }
        ).action_schedule_plan()
