from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    warranty_term_id = fields.Many2one(
        related="company_id.warranty_term_id", readonly=False
    )
    warranty_repair_duration = fields.Integer(
        related="company_id.warranty_repair_duration", readonly=False
    )
    warranty_repair_unit = fields.Selection(
        related="company_id.warranty_repair_unit", readonly=False
    )
    warranty_notice_days = fields.Integer(
        related="company_id.warranty_notice_days", readonly=False
    )
    rma_restocking_product_id = fields.Many2one(
        related="company_id.rma_restocking_product_id", readonly=False
    )
    rma_validity_days = fields.Integer(
        related="company_id.rma_validity_days", readonly=False
    )
    rma_quote_first = fields.Boolean(
        related="company_id.rma_quote_first", readonly=False
    )
    rma_labour_product_id = fields.Many2one(
        related="company_id.rma_labour_product_id", readonly=False
    )
    rma_fee_product_id = fields.Many2one(
        related="company_id.rma_fee_product_id", readonly=False
    )
    rma_nff_fee = fields.Boolean(related="company_id.rma_nff_fee", readonly=False)
    rma_labour_rate = fields.Float(related="company_id.rma_labour_rate", readonly=False)
    rma_vendor_product_id = fields.Many2one(
        related="company_id.rma_vendor_product_id", readonly=False
    )
    rma_vendor_days = fields.Integer(
        related="company_id.rma_vendor_days", readonly=False
    )
    rma_vendor_remind_days = fields.Integer(
        related="company_id.rma_vendor_remind_days", readonly=False
    )
