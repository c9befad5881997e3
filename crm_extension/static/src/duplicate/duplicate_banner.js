import { Component, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { DuplicateAnswer } from "./duplicate_answer";

export const DELAY = 700;
const GROUP = "crm_extension.crm_extension_group_history";
const NAMES = {
    "res.partner": [
        "name",
        "phone",
        "email",
        "vat",
        "company_registry",
        "website",
        "is_company",
        "parent_id",
        "country_id",
    ],
    "crm.lead": [
        "partner_name",
        "contact_name",
        "phone",
        "email_from",
        "website",
        "partner_id",
        "country_id",
    ],
};

/** Says while somebody types that the customer may be known, and to whom. */
export class DuplicateBanner extends Component {
    static template = "crm_extension.DuplicateBanner";
    static components = { DuplicateAnswer };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ answers: [], logId: false, closed: false });
        this.asked = "";
        this.search = useDebounced(this.fetch, DELAY);
        this.alive = true;
        onWillUnmount(() => (this.alive = false));
        useRecordObserver((record) => {
            const values = this.values(record);
            if (!record.isNew && !this.stored) {
                this.stored = JSON.stringify(values);
            }
            const question = JSON.stringify(values);
            if (question !== this.asked && question !== this.stored) {
                this.asked = question;
                this.search(values);
            }
        });
    }

    values(record) {
        const { resModel, resId, data } = record;
        const values = {};
        for (const name of NAMES[resModel] || []) {
            const value = data[name];
            values[name] = value && typeof value === "object" ? value.id : value;
        }
        if (resId) {
            values[resModel === "crm.lead" ? "lead_id" : "id"] = resId;
        }
        return values;
    }

    async fetch(values) {
        if (!this.alive || !(await user.hasGroup(GROUP))) {
            return;
        }
        const { resModel } = this.props.record;
        const result = await this.keepLast.add(
            this.orm.silent.call("crm.duplicate", "check_entry", [resModel, values])
        );
        this.state.answers = result.answers;
        this.state.logId = result.log_id;
        this.state.closed = false;
    }
}

registry.category("view_widgets").add("duplicate_banner", {
    component: DuplicateBanner,
});
