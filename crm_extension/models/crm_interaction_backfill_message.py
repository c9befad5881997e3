import json

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from .crm_interaction import PREVIEW_LENGTH
from .crm_interaction_message import MESSAGE_TYPES
from .crm_interaction_source import UTM_FIELDS

# A longer body is not read to its end for a preview of 240 characters.
BODY_LENGTH = 8000

# The same row as _prepare_message_projection() makes, for a batch in one statement.
# The documents are read by the ORM, because addons say what their customer is.
INSERT_MESSAGES = """
WITH document AS (
    SELECT * FROM jsonb_to_recordset(%(documents)s::jsonb) AS d(
        model varchar, res_id int, name varchar, partner int, customer int, lead int,
        company int, campaign int, source int, medium int)
), message AS (
    SELECT m.date, m.subject, m.author_id, m.message_type, d.*,
           COALESCE(m.is_internal, FALSE) OR COALESCE(s.internal, FALSE) AS internal,
           m.id AS message_id,
           %(text)s AS text,
           u.id AS user_id, u.sale_team_id AS team_id
      FROM mail_message m
      JOIN document d ON d.model = m.model AND d.res_id = m.res_id
      LEFT JOIN mail_message_subtype s ON s.id = m.subtype_id
      LEFT JOIN LATERAL (
          SELECT id, sale_team_id FROM res_users
           WHERE partner_id = m.author_id AND NOT share AND id <> %(robot)s
           ORDER BY active DESC, id LIMIT 1) u ON TRUE
     WHERE m.id = ANY(%(ids)s)
       AND NOT EXISTS (
           SELECT 1 FROM crm_interaction i WHERE i.mail_message_id = m.id)
       AND NOT EXISTS (
           SELECT 1 FROM crm_interaction i
            WHERE m.model = 'sale.order' AND i.res_model = m.model
              AND i.res_id = m.res_id AND i.event = 'sale.order:sent'
              AND i.date BETWEEN m.date - interval '1 minute'
                             AND m.date + interval '1 minute')
), person AS (
    SELECT DISTINCT m.message_id, p.id, p.id = m.author_id AS is_author,
           p.commercial_partner_id = m.customer AS is_same,
           p.id IS DISTINCT FROM m.partner AS is_other
      FROM message m
     CROSS JOIN LATERAL (
          SELECT m.author_id AS id
           UNION ALL
          SELECT r.res_partner_id FROM mail_message_res_partner_rel r
           WHERE r.mail_message_id = m.message_id
           UNION ALL
          SELECT n.res_partner_id FROM mail_notification n
           WHERE n.mail_message_id = m.message_id) x
      JOIN res_partner p ON p.id = x.id AND p.partner_share
), people AS (
    SELECT message_id, BOOL_OR(is_author) AS incoming,
           MIN(id) FILTER (WHERE is_same AND is_author) AS author,
           (ARRAY_AGG(id ORDER BY is_other, id) FILTER (WHERE is_same))[1] AS other
      FROM person GROUP BY message_id
), told AS (
    SELECT m.*, COALESCE(w.incoming, FALSE) AS incoming, w.message_id IS NOT NULL AS known,
           COALESCE(CASE WHEN w.incoming THEN w.author ELSE w.other END, m.partner)
               AS contact
      FROM message m LEFT JOIN people w ON w.message_id = m.message_id
), classified AS (
    SELECT told.*,
           CASE WHEN message_type = 'sms' THEN 'sms'
                WHEN message_type IN ('email', 'email_outgoing') THEN 'email'
                WHEN internal OR NOT known THEN 'note'
                WHEN incoming THEN 'chat' ELSE 'email' END AS channel,
           NULLIF(BTRIM(subject), '') AS title
      FROM told
), inserted AS (
    INSERT INTO crm_interaction (
        partner_id, commercial_partner_id, lead_id, company_id, user_id, team_id,
        res_model, res_id, campaign_id, source_id, medium_id,
        channel, direction, is_followup, date, subject, preview, mail_message_id,
        source_key, event, origin, active, duration,
        create_uid, create_date, write_uid, write_date)
    SELECT contact, customer, lead, company, user_id, team_id,
           model, res_id, campaign, source, medium,
           channel,
           CASE WHEN channel = 'note' THEN 'internal'
                WHEN incoming OR author_id IS NULL THEN 'in' ELSE 'out' END,
           channel <> 'note' AND (user_id IS NOT NULL OR incoming),
           date,
           CASE WHEN title <> name THEN title END,
           COALESCE(%(preview)s, CASE WHEN title <> name THEN title END),
           message_id, 'mail.message,' || message_id || ':posted:1',
           'mail.message:posted', 'projected', TRUE, 0,
           %(uid)s, NOW() AT TIME ZONE 'UTC', %(uid)s, NOW() AT TIME ZONE 'UTC'
      FROM classified
     WHERE contact IS NOT NULL OR lead IS NOT NULL
        ON CONFLICT (source_key) WHERE source_key IS NOT NULL DO NOTHING
    RETURNING id, mail_message_id, partner_id, direction
), linked AS (
    INSERT INTO crm_interaction_participant_rel (crm_interaction_id, res_partner_id)
    SELECT i.id, p.id FROM inserted i
      JOIN person p ON p.message_id = i.mail_message_id AND p.is_same
     WHERE p.id <> i.partner_id AND i.direction <> 'in'
        ON CONFLICT DO NOTHING
)
SELECT id FROM inserted
"""

# HTML to one line of text. Odoo stores bodies sanitised, with these entities only.
INLINE = "</?(a|b|code|em|font|i|s|small|span|strong|sub|sup|u)( [^>]*)?>"
PLAIN_TEXT = """
    BTRIM(REGEXP_REPLACE(
        REPLACE(REPLACE(REPLACE(REPLACE(
            REGEXP_REPLACE(
                REGEXP_REPLACE(LEFT(m.body, %(body_length)s), %(inline)s, '', 'g'),
                '<[^>]*(>|$)', ' ', 'g'),
            '&nbsp;', ' '), '&lt;', '<'), '&gt;', '>'), '&amp;', '&'),
        '[\\s\u00a0]+', ' ', 'g'))
"""
PREVIEW = """
    CASE WHEN LENGTH(text) > %(length)s
         THEN RTRIM(LEFT(text, %(length)s - 1)) || '…' ELSE NULLIF(text, '') END
"""


class CrmInteractionBackfill(models.Model):
    """The chatter of years, thousands of messages per second."""

    _inherit = "crm.interaction.backfill"

    @api.model
    def _backfill_names(self):
        return {
            **super()._backfill_names(),
            "message": self.env._("Messages and notes"),
        }

    @api.model
    def _backfill_sources(self):
        sources = super()._backfill_sources()
        sources["message"] = {
            "name": self._backfill_names()["message"],
            "sequence": 10,
            "model": "mail.message",
            "batch": 5000,
            "domain": [
                ("model", "in", self._backfill_models()),
                ("message_type", "in", list(MESSAGE_TYPES)),
            ],
        }
        return sources

    def _backfill_message(self, messages):
        """Rows of a batch of messages: the documents by the ORM, the rest by SQL."""
        rows = self.env["crm.interaction"].sudo()
        if not rows._projects_messages():
            return rows
        documents = self._backfill_documents(messages)
        self.env.flush_all()
        result = rows.browse(
            id_
            for (id_,) in self.env.execute_query(self._insert_sql(messages, documents))
        )
        result._after_project()
        return result

    @api.model
    def _insert_sql(self, messages, documents):
        text = SQL(PLAIN_TEXT, body_length=BODY_LENGTH, inline=INLINE)
        return SQL(
            INSERT_MESSAGES,
            documents=json.dumps(documents),
            ids=messages.ids,
            text=text,
            preview=SQL(PREVIEW, length=PREVIEW_LENGTH),
            robot=SUPERUSER_ID,
            uid=self.env.uid,
        )

    @api.model
    def _backfill_documents(self, messages):
        """What the rows of each document share, as plain dicts."""
        found = self.env.execute_query(
            SQL(
                """SELECT model, ARRAY_AGG(DISTINCT res_id) FROM mail_message
                    WHERE id = ANY(%s) GROUP BY model""",
                messages.ids,
            )
        )
        return [
            self._backfill_document(record)
            for model, ids in found
            for record in self._backfill_shown(model, ids)
        ]

    @api.model
    def _backfill_shown(self, model, ids):
        """Documents that exist and are a customer's. Few columns are needed of many."""
        records = (
            self.env[model]
            .sudo()
            .with_context(prefetch_fields=False, active_test=False)
        )
        return records.browse(ids).exists().filtered(lambda r: r._timeline_is_shown())

    @api.model
    def _backfill_document(self, record):
        shared = record._timeline_values()
        partner = record._timeline_partner()
        return {
            "model": record._name,
            "res_id": record.id,
            "name": record.display_name,
            "partner": shared["partner_id"] or None,
            "customer": partner.commercial_partner_id.id or None,
            "lead": shared["lead_id"] or None,
            "company": shared["company_id"] or None,
            **{
                name.removesuffix("_id"): shared.get(name) or None
                for name in UTM_FIELDS
            },
        }
