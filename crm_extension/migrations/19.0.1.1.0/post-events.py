"""Projected rows learn what happened, so that every reader gets his own language.

The event follows from the unique key of the row, its arguments from the document. Rows
whose document is gone keep the sentence that was written for them.
"""


def migrate(cr, version):
    if not version:
        return
    cr.execute(
        r"""
        UPDATE crm_interaction
           SET event = regexp_replace(
                   source_key, '^([a-z0-9_.]+),\d+:([a-z0-9_]+):.*$', '\1:\2')
         WHERE event IS NULL
           AND source_key ~ '^[a-z0-9_.]+,\d+:[a-z0-9_]+:'
        """
    )
    cr.execute(
        """
        UPDATE crm_interaction row
           SET event_args = CASE row.event
               WHEN 'sale.order:quoted_again' THEN jsonb_build_object(
                   'quotation', o.name, 'orders', o.origin)
               ELSE jsonb_build_object('order', o.name) END
          FROM sale_order o
         WHERE row.event_args IS NULL
           AND row.event LIKE 'sale.order:%' AND o.id = row.res_id
           AND (row.event <> 'sale.order:quoted_again' OR o.origin IS NOT NULL)
        """
    )
    cr.execute(
        """
        UPDATE crm_interaction row
           SET event_args = jsonb_build_object('name', CASE
               WHEN a.summary <> '' THEN to_jsonb(a.summary)
               ELSE jsonb_build_array('record', 'mail.activity.type', t.id,
                   COALESCE(t.name ->> 'en_US', '')) END)
          FROM mail_activity a
          LEFT JOIN mail_activity_type t ON t.id = a.activity_type_id
         WHERE row.event_args IS NULL
           AND row.event = 'mail.activity:done' AND a.id = row.activity_id
           AND (a.summary <> '' OR t.id IS NOT NULL)
        """
    )
