"""Deliveries, warranties and steps of a return learn what happened, see the script of
the same name in crm_extension, which has run before."""


def migrate(cr, version):
    if not version:
        return
    cr.execute(
        """
        UPDATE crm_interaction row
           SET event_args = jsonb_build_object('rma', rma.name)
          FROM crm_rma rma
         WHERE row.event_args IS NULL
           AND row.event LIKE 'crm.rma:%' AND rma.id = row.res_id
        """
    )
    cr.execute(
        """
        UPDATE crm_interaction row
           SET event_args = jsonb_build_object(
                   'delivery', concat_ws(' · ', p.name, o.name))
          FROM stock_picking p
          LEFT JOIN sale_order o ON o.id = p.sale_id
         WHERE row.event_args IS NULL
           AND row.event = 'stock.picking:delivered' AND p.id = row.res_id
        """
    )
    cr.execute(
        """
        UPDATE crm_interaction row
           SET event_args = jsonb_build_object(
                   'date', jsonb_build_array('date', w.date_end::text),
                   'product', jsonb_build_array('record', 'product.product',
                       w.product_id, COALESCE(t.name ->> 'en_US', '')))
          FROM warranty_registration w
          JOIN product_product p ON p.id = w.product_id
          JOIN product_template t ON t.id = p.product_tmpl_id
         WHERE row.event_args IS NULL
           AND row.event = 'warranty.registration:registered' AND w.id = row.res_id
        """
    )
