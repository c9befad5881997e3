import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Customers side by side: who remains, whose values, what moves. */
export class PartnerMerge extends Component {
    static template = "crm_extension.PartnerMerge";
    static props = { ...standardActionServiceProps };
    static displayName = _t("Merge Customers");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({
            preview: null,
            survivor: false,
            choices: {},
            all: false,
            busy: false,
            error: "",
        });
        onWillStart(() => this.load());
    }

    get ids() {
        const { context, params } = this.props.action;
        return params?.partner_ids || context.active_ids || [];
    }

    async load() {
        try {
            const preview = await this.orm.call("crm.partner.merge", "preview", [
                this.ids,
            ]);
            this.state.preview = preview;
            this.state.survivor = preview.survivor;
        } catch (error) {
            if (!error.data?.message) {
                throw error;
            }
            this.state.error = error.data.message;
        }
    }

    get rows() {
        const { fields } = this.state.preview;
        return this.state.all ? fields : fields.filter((row) => row.differs);
    }

    get hidden() {
        return this.state.preview.fields.length - this.rows.length;
    }

    chosen(row) {
        const explicit = this.state.choices[row.name];
        if (explicit) {
            return explicit;
        }
        const { partners } = this.state.preview;
        const index = partners.findIndex((p) => p.id === this.state.survivor);
        return row.values[index] ? this.state.survivor : row.best;
    }

    async merge() {
        this.state.busy = true;
        this.state.error = "";
        const choices = { ...this.state.choices };
        try {
            await this.orm.call("crm.partner.merge", "merge", [
                this.state.preview.partners.map((p) => p.id),
                this.state.survivor,
                choices,
            ]);
        } catch (error) {
            if (!error.data?.message) {
                throw error;
            }
            this.state.error = error.data.message;
            return;
        } finally {
            this.state.busy = false;
        }
        this.notification.add(
            _t("Merged. A sales manager can undo it under Duplicates, Merges."),
            { type: "success" }
        );
        await this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: this.state.survivor,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("crm_extension.partner_merge", PartnerMerge);
