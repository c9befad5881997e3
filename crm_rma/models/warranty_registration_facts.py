from odoo import api, models
from odoo.tools import SQL


class WarrantyRegistration(models.Model):
    """Everything a verdict rests on, in one SQL statement for any number of warranties.

    Names are read in all their languages: a verdict is kept for years and read by
    people of whom nobody knows yet which language they speak.
    """

    _inherit = "warranty.registration"

    def _facts(self):
        """Everything verdicts rest on, one statement for all.

        What replaced these units, and what replaced that, comes along.

        :return: ``{id: dict}``
        """
        if not self:
            return {}
        for model in self._facts_models():
            self.env[model].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH RECURSIVE chain(id) AS (
                    SELECT id FROM warranty_registration WHERE id IN %(ids)s
                     UNION
                    SELECT next.replaced_by_id FROM chain
                      JOIN warranty_registration next ON next.id = chain.id
                     WHERE next.replaced_by_id IS NOT NULL)
                SELECT r.id, l.name AS serial, r.choice, t.name AS term,
                       r.replaced_by_id AS successor, %(unit)s AS unit,
                       json_build_object(
                           'kind', r.start_basis, 'by_hand', r.move_id IS NULL
                       ) AS basis,
                       %(closed)s AS closed, %(intervals)s AS intervals,
                       %(stops)s AS stops, %(blocks)s AS blocks,
                       %(vendor)s AS vendor, %(law)s AS law, %(repairs)s AS repairs
                  FROM warranty_registration r
                  LEFT JOIN stock_lot l ON l.id = r.lot_id
                  LEFT JOIN warranty_term t ON t.id = r.term_id
                 WHERE r.id IN (SELECT id FROM chain)
                """,
                unit=self._unit_sql(),
                closed=self._closed_sql(),
                intervals=self._intervals_sql(),
                stops=self._stops_sql(),
                blocks=self._blocks_sql(),
                vendor=self._vendor_sql(),
                law=self._law_sql(),
                repairs=self._repairs_sql(),
                ids=tuple(self.ids),
            )
        )
        return {row["id"]: row for row in rows}

    @api.model
    def _facts_models(self):
        """Hook: models whose unsaved values :meth:`_facts` needs."""
        return (
            "warranty.registration",
            "warranty.interval",
            "warranty.suspension",
            "warranty.block",
            "warranty.term",
            "warranty.vendor",
            "repair.order",
        )

    @api.model
    def _unit_sql(self):
        """What a look-up shows of the unit: product, customer, delivery."""
        return SQL(
            """
            (SELECT json_build_object(
                'code', pp.default_code, 'product', pt.name,
                'customer', (SELECT c.complete_name FROM res_partner c
                              WHERE c.id = r.partner_id),
                'delivery', (SELECT k.name FROM stock_move m
                               JOIN stock_picking k ON k.id = m.picking_id
                              WHERE m.id = r.move_id))
               FROM product_product pp
               JOIN product_template pt ON pt.id = pp.product_tmpl_id
              WHERE pp.id = r.product_id)
            """
        )

    @api.model
    def _closed_sql(self):
        return SQL(
            """
            CASE WHEN r.date_closed IS NOT NULL THEN json_build_object(
                'day', r.date_closed, 'kind', r.close_kind,
                'document', COALESCE(
                    (SELECT m.reference FROM stock_move m WHERE m.id = r.return_move_id),
                    (SELECT a.name FROM account_move a WHERE a.id = r.refund_move_id)),
                'successor', (SELECT nl.name FROM warranty_registration n
                                JOIN stock_lot nl ON nl.id = n.lot_id
                               WHERE n.id = r.replaced_by_id)) END
            """
        )

    @api.model
    def _intervals_sql(self):
        return SQL(
            """
            COALESCE((
                SELECT json_agg(json_build_object(
                    'id', i.id, 'kind', i.kind, 'class', i.coverage,
                    'base_from', i.base_from, 'base_to', i.base_to,
                    'follows', COALESCE(i.follows, FALSE),
                    'stops', COALESCE(i.stops, FALSE),
                    'limited', COALESCE(i.limited, FALSE),
                    'term', COALESCE(s.name, it.name), 'note', i.note,
                    'order', so.name, 'rma', rma.name, 'rest', cl.name
                ) ORDER BY i.base_from, i.id)
                  FROM warranty_interval i
                  LEFT JOIN warranty_term it ON it.id = i.term_id
                  LEFT JOIN warranty_statutory s ON s.id = i.statutory_id
                  LEFT JOIN warranty_extension e ON e.id = i.extension_id
                  LEFT JOIN sale_order_line sol ON sol.id = e.sale_line_id
                  LEFT JOIN sale_order so ON so.id = sol.order_id
                  LEFT JOIN crm_rma_line rl ON rl.id = i.rma_line_id
                  LEFT JOIN crm_rma rma ON rma.id = rl.rma_id
                  LEFT JOIN warranty_registration c ON c.id = i.carried_from_id
                  LEFT JOIN stock_lot cl ON cl.id = c.lot_id
                 WHERE i.registration_id = r.id), '[]'::json)
            """
        )

    @api.model
    def _stops_sql(self):
        """Of goods without a serial only the time in which all were with us counts."""
        return SQL(
            """
            COALESCE((
                SELECT json_agg(json_build_object(
                    'id', s.id, 'from', s.date_from, 'to', s.date_to,
                    'reason', s.reason, 'rma', rma.name,
                    'whole', s.quantity >= r.quantity
                ) ORDER BY s.date_from, s.id)
                  FROM warranty_suspension s
                  LEFT JOIN crm_rma_line rl ON rl.id = s.rma_line_id
                  LEFT JOIN crm_rma rma ON rma.id = rl.rma_id
                 WHERE s.registration_id = r.id), '[]'::json)
            """
        )

    @api.model
    def _blocks_sql(self):
        return SQL(
            """
            COALESCE((
                SELECT json_agg(json_build_object(
                    'id', b.id, 'kind', b.kind, 'from', b.date_from,
                    'reason', br.name, 'note', b.note
                ) ORDER BY b.date_from, b.id)
                  FROM warranty_block b JOIN warranty_reason br ON br.id = b.reason_id
                 WHERE b.registration_id = r.id AND b.active), '[]'::json)
            """
        )

    @api.model
    def _vendor_sql(self):
        return SQL(
            """
            COALESCE((
                SELECT json_agg(json_build_object(
                    'vendor', p.name, 'start', v.date_start, 'end', v.date_end,
                    'claim_days', vt.claim_days
                ) ORDER BY v.date_start DESC, v.id DESC)
                  FROM warranty_vendor v
                  JOIN res_partner p ON p.id = v.vendor_id
                  JOIN warranty_term vt ON vt.id = v.term_id
                 WHERE v.lot_id = r.lot_id AND v.company_id = r.company_id),
                '[]'::json)
            """
        )

    @api.model
    def _law_sql(self):
        return SQL(
            """
            (SELECT json_build_object(
                'name', y.name, 'law', y.law, 'article', y.period_article,
                'rights', COALESCE((
                    SELECT json_agg(json_build_object(
                        'id', q.id, 'name', q.name, 'article', q.article,
                        'condition', q.condition, 'number', q.number,
                        'unit', q.unit,
                        'remedies', array_remove(ARRAY[
                            CASE WHEN q.remedy_repair THEN 'remedy_repair' END,
                            CASE WHEN q.remedy_replace THEN 'remedy_replace' END,
                            CASE WHEN q.remedy_refund THEN 'remedy_refund' END,
                            CASE WHEN q.remedy_reduction THEN 'remedy_reduction' END
                        ], NULL)
                    ) ORDER BY q.sequence, q.id)
                      FROM warranty_statutory_right q WHERE q.profile_id = y.id
                ), '[]'::json))
               FROM warranty_statutory y WHERE y.id = r.statutory_id)
            """
        )

    @api.model
    def _repairs_sql(self):
        """The days on which earlier repairs of this warranty were finished."""
        return SQL(
            """
            COALESCE((
                SELECT json_agg(rm.date::date::text ORDER BY rm.date)
                  FROM repair_order ro
                  JOIN crm_rma_line ol ON ol.id = ro.rma_line_id
                  JOIN stock_move rm ON rm.id = ro.move_id
                 WHERE ol.registration_id = r.id AND ro.state = 'done'), '[]'::json)
            """
        )
