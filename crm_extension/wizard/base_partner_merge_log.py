from odoo import api, models
from odoo.tools import SQL

#: Odoo merges three contacts at once, two of them into the third.
AT_ONCE = 2


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Log what every merge changes, also those from Odoo's own screens."""
        partners = self.env["res.partner"].browse(partner_ids).exists()
        if not 2 <= len(partners) <= AT_ONCE + 1:
            return super()._merge(partner_ids, dst_partner, extra_checks)
        if not dst_partner or dst_partner not in partners:
            dst_partner = self._get_ordered_partner(partners.ids)[-1]
        self._crm_merge(partners, dst_partner, extra_checks=extra_checks)
        return None

    @api.private
    def _crm_merge(self, partners, dst_partner, values=None, extra_checks=False):
        """Merge any number of partners, in turns, as one entry of the log.

        :param values: written to the partner that remains
        :return: ``crm.merge.log``
        """
        src = partners - dst_partner
        log = self.env["crm.merge.log"]._start(src, dst_partner)
        self.env.cr.execute(
            SQL("DELETE FROM crm_duplicate_key WHERE partner_id = ANY(%s)", src.ids)
        )
        for start in range(0, len(src), AT_ONCE):
            turn = src[start : start + AT_ONCE]
            # past our own _merge(), which calls this
            # pylint: disable-next=super-method-mismatch
            super()._merge((turn | dst_partner).ids, dst_partner, extra_checks)
        if values:
            dst_partner.write(values)
        self.env.flush_all()
        dst_partner._duplicate_refresh()
        log._finish()
        return log

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Rows of tables with unique constraints are moved one by one before."""
        self.env.flush_all()
        self.env["crm.merge.schema"]._fold(src_partners.ids, dst_partner.id)
        return super()._update_foreign_keys(src_partners, dst_partner)
