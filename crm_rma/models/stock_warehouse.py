from odoo import api, fields, models
from odoo.exceptions import UserError

RMA_TYPES = (
    "rma_in_type_id",
    "rma_out_type_id",
    "rma_repair_type_id",
    "rma_paid_repair_type_id",
    "rma_goodwill_type_id",
)


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    rma_view_location_id = fields.Many2one(
        "stock.location",
        string="After-Sales Location",
        check_company=True,
        copy=False,
        help="Parent of the after-sales places. It lies outside the warehouse, so "
        "nothing in it is on hand, forecast or reserved for an order.",
    )
    rma_location_ids = fields.One2many(
        "stock.location",
        "rma_warehouse_id",
        string="After-Sales Places",
        context={"active_test": False},
    )
    rma_in_type_id = fields.Many2one(
        "stock.picking.type", "RMA Receipts", check_company=True, copy=False
    )
    rma_out_type_id = fields.Many2one(
        "stock.picking.type", "RMA Deliveries", check_company=True, copy=False
    )
    rma_repair_type_id = fields.Many2one(
        "stock.picking.type", "Warranty Repairs", check_company=True, copy=False
    )
    rma_paid_repair_type_id = fields.Many2one(
        "stock.picking.type", "Paid Repairs", check_company=True, copy=False
    )

    rma_goodwill_type_id = fields.Many2one(
        "stock.picking.type", "Goodwill Repairs", check_company=True, copy=False
    )

    rma_taken_location_id = fields.Many2one(
        "stock.location",
        string="Taken-Back Goods",
        check_company=True,
        copy=False,
        domain="[('usage', '=', 'internal'), ('is_customer_goods', '=', False)]",
        help="Where units lie that became ours again: credited ones, and the faulty "
        "units of a replacement. They are stock of ours with their old value. Beside "
        "the stock location they are not taken for an order before somebody looked.",
    )

    def write(self, vals):
        res = super().write(vals)
        if "active" in vals:
            warehouses = self.with_context(active_test=False)
            places = warehouses.rma_view_location_id | warehouses.rma_location_ids
            places.write({"active": vals["active"]})
        return res

    def _update_name_and_code(self, new_name=False, new_code=False):
        res = super()._update_name_and_code(new_name, new_code)
        if new_code:
            self.rma_view_location_id.write({"name": f"{new_code}-RMA"})
        return res

    # -------------------------------------------------------------------------
    # Places
    # -------------------------------------------------------------------------

    def _rma_location(self, place):
        """The warehouse's own location for ``place`` (not a shelf under it)."""
        self.ensure_one()
        return self.rma_location_ids.filtered(
            lambda location: (
                location.rma_place == place
                and location.location_id == self.rma_view_location_id
            )
        ).sorted(lambda location: (not location.active, location.id))[:1]

    def _ensure_rma_setup(self):
        """Make what is missing: places, then operation types. Idempotent."""
        for warehouse in self:
            values = warehouse._create_or_update_sequences_and_picking_types()
            if values:
                warehouse.write(values)

    def _ensure_rma_locations(self):
        """Create the after-sales tree beside the warehouse, where missing."""
        Location = self.env["stock.location"]
        for warehouse in self:
            if not warehouse.rma_view_location_id:
                warehouse.rma_view_location_id = Location.create(
                    {
                        "name": f"{warehouse.code}-RMA",
                        "usage": "view",
                        "company_id": warehouse.company_id.id,
                        "active": warehouse.active,
                        "is_customer_goods": True,
                        "rma_warehouse_id": warehouse.id,
                    }
                )
            known = set(warehouse.rma_location_ids.mapped("rma_place"))
            Location.create(
                [
                    warehouse._prepare_rma_location(name, rma_place=place)
                    for place, name in warehouse._rma_place_names()
                    if place not in known
                ]
            )

    def _rma_place_names(self):
        """Pairs (place, name of its location) in the reader's language."""
        return (
            self.env["stock.location"]
            ._fields["rma_place"]
            ._description_selection(self.env)
        )

    def _prepare_rma_location(self, name, **values):
        return {
            "name": name,
            "usage": "internal",
            "location_id": self.rma_view_location_id.id,
            "company_id": self.company_id.id,
            "active": self.active,
            "is_customer_goods": True,
            "rma_warehouse_id": self.id,
            **values,
        }

    def _rma_removed_parts_location(self):
        """Where parts taken out of a customer's unit lie: still the customer's."""
        return self._find_or_create_rma_location(
            self.env._("Removed Parts"),
            usage="internal",
            is_customer_goods=True,
            location_id=self.rma_view_location_id.id,
        )

    def _rma_taken_location(self):
        """Where units lie that became ours again; made when it is first needed."""
        self.ensure_one()
        if not self.rma_taken_location_id:
            self.sudo().rma_taken_location_id = (
                self.env["stock.location"]
                .sudo()
                .create(
                    self._prepare_rma_location(
                        self.env._("Taken Back"),
                        usage="internal",
                        location_id=self.view_location_id.id,
                        is_customer_goods=False,
                        rma_place=False,
                    )
                )
            )
        return self.rma_taken_location_id

    def _rma_expense_location(self, expense):
        """Where parts used under ``warranty`` or as ``goodwill`` go.

        A production location of its own: an expense account set on it
        (``valuation_account_id``) books them apart. It lies under the company's, so
        that whoever takes the first production location does not take this one.
        """
        names = {
            "warranty": self.env._("Warranty Parts %s", self.code),
            "goodwill": self.env._("Goodwill Parts %s", self.code),
        }
        return self._find_or_create_rma_location(
            names[expense],
            usage="production",
            is_customer_goods=False,
            location_id=self._get_production_location().id,
            rma_expense=expense,
        )

    @api.model
    def _get_production_location(self):
        """Never take the warranty location for the company's production location."""
        location = super()._get_production_location()
        if not location.rma_warehouse_id:
            return location
        location = self.env["stock.location"].search(
            [
                ("usage", "=", "production"),
                ("company_id", "=", self.company_id.id),
                ("rma_warehouse_id", "=", False),
            ],
            limit=1,
        )
        if not location:
            raise UserError(self.env._("Can't find any production location."))
        return location

    def _find_or_create_rma_location(self, name, **values):
        """The place without progress of this usage, created when missing."""
        found = self.rma_location_ids.filtered(
            lambda loc: (
                not loc.rma_place
                and loc.usage == values["usage"]
                and (loc.rma_expense or False) == values.get("rma_expense", False)
            )
        )
        return found[:1] or self.env["stock.location"].create(
            self._prepare_rma_location(name, **values)
        )

    # -------------------------------------------------------------------------
    # Operation types
    # -------------------------------------------------------------------------

    def _get_sequence_values(self, name=False, code=False):
        values = super()._get_sequence_values(name=name, code=code)
        names = {
            "rma_in_type_id": self.env._("%s Sequence RMA in", self.name),
            "rma_out_type_id": self.env._("%s Sequence RMA out", self.name),
            "rma_repair_type_id": self.env._("%s Sequence RMA repair", self.name),
            "rma_paid_repair_type_id": self.env._(
                "%s Sequence RMA paid repair", self.name
            ),
            "rma_goodwill_type_id": self.env._(
                "%s Sequence RMA goodwill repair", self.name
            ),
        }
        for field, sequence_name in names.items():
            code_part = self[field].sequence_code or self._rma_type_codes()[field]
            values[field] = {
                "name": sequence_name,
                "prefix": f"{self.code}/{code_part}/",
                "padding": 5,
                "company_id": self.company_id.id,
            }
        return values

    def _rma_type_codes(self):
        return {
            "rma_in_type_id": "RMAIN",
            "rma_out_type_id": "RMAOUT",
            "rma_repair_type_id": "RMAWR",
            "rma_paid_repair_type_id": "RMAPR",
            "rma_goodwill_type_id": "RMAGR",
        }

    def _get_picking_type_create_values(self, max_sequence):
        data, max_sequence = super()._get_picking_type_create_values(max_sequence)
        self._ensure_rma_locations()
        removed = self._rma_removed_parts_location()
        bench = self._rma_location("bench")
        customers = self.env.ref("stock.stock_location_customers")
        repair = {
            "code": "repair_operation",
            "default_location_src_id": self.lot_stock_id.id,
            "default_remove_location_dest_id": removed.id,
            "default_recycle_location_dest_id": self.lot_stock_id.id,
            "default_product_location_src_id": bench.id,
            "default_product_location_dest_id": bench.id,
        }
        values = {
            "rma_in_type_id": {
                "name": self.env._("RMA Receipts"),
                "code": "incoming",
                "default_location_src_id": customers.id,
                "default_location_dest_id": self._rma_location("received").id,
            },
            "rma_out_type_id": {
                "name": self.env._("RMA Deliveries"),
                "code": "outgoing",
                "default_location_src_id": self._rma_location("ready").id,
                "default_location_dest_id": customers.id,
            },
            "rma_repair_type_id": {
                "name": self.env._("RMA Warranty Repairs"),
                "default_location_dest_id": self._rma_expense_location("warranty").id,
                **repair,
            },
            "rma_paid_repair_type_id": {
                "name": self.env._("RMA Paid Repairs"),
                "default_location_dest_id": self._get_production_location().id,
                **repair,
            },
            "rma_goodwill_type_id": {
                "name": self.env._("RMA Goodwill Repairs"),
                "default_location_dest_id": self._rma_expense_location("goodwill").id,
                **repair,
            },
        }
        for number, (field, code) in enumerate(self._rma_type_codes().items(), 1):
            values[field].update(
                sequence=max_sequence + number,
                sequence_code=code,
                company_id=self.company_id.id,
                use_create_lots=False,
                use_existing_lots=True,
            )
        data.update(values)
        return data, max_sequence + len(values)

    def _get_picking_type_update_values(self):
        data = super()._get_picking_type_update_values()
        code = self.code.replace(" ", "").upper()
        for field, part in self._rma_type_codes().items():
            data[field] = {"active": self.active, "barcode": code + part}
        return data

    def _drop_rma_setup(self):
        """Delete operation types and places; archive what history still needs."""
        types = self.env["stock.picking.type"].union(*(self[f] for f in RMA_TYPES))
        sequences = types.sudo().sequence_id
        places = self.rma_location_ids | self.rma_view_location_id
        self.write(dict.fromkeys((*RMA_TYPES, "rma_view_location_id"), False))
        kept = types.browse()
        for picking_type in types:
            if self._is_rma_type_used(picking_type):
                kept |= picking_type
        kept.action_archive()
        kept_sequences = kept.sudo().sequence_id
        (types - kept).unlink()
        (sequences - kept_sequences).unlink()
        self._drop_rma_locations(places, kept)

    def _is_rma_type_used(self, picking_type):
        domain = [("picking_type_id", "=", picking_type.id)]
        return any(
            self.env[model].sudo().search_count(domain, limit=1)
            for model in ("stock.picking", "stock.move", "repair.order")
        )

    def _drop_rma_locations(self, places, kept_types):
        used = self.env["stock.move.line"].search_count(
            [
                "|",
                ("location_id", "in", places.ids),
                ("location_dest_id", "in", places.ids),
            ],
            limit=1,
        )
        if used or kept_types:
            places.with_context(do_not_check_quant=True).action_archive()
        else:
            places.unlink()
