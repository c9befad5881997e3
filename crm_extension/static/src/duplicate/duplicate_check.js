import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { DuplicateAnswer } from "./duplicate_answer";

const FIELDS = [
    { name: "name", label: _t("Name"), type: "text" },
    { name: "phone", label: _t("Phone"), type: "tel" },
    { name: "email", label: _t("Email"), type: "email" },
    { name: "vat", label: _t("Tax number"), type: "text" },
];

/** "Is this customer known, and whose is it?", also of what I may not see. */
export class DuplicateCheck extends Component {
    static template = "crm_extension.DuplicateCheck";
    static components = { DuplicateAnswer };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Check a Customer");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.fields = FIELDS;
        this.state = useState({
            values: { name: "", phone: "", email: "", vat: "" },
            answers: null,
            logId: false,
            busy: false,
            error: "",
        });
        useAutofocus();
    }

    async check() {
        this.state.busy = true;
        this.state.error = "";
        try {
            const result = await this.orm.call("crm.duplicate", "check", [
                this.state.values,
            ]);
            this.state.answers = result.answers;
            this.state.logId = result.log_id;
        } catch (error) {
            this.state.answers = null;
            if (!error.data?.message) {
                throw error;
            }
            this.state.error = error.data.message;
        } finally {
            this.state.busy = false;
        }
    }

    close() {
        this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("crm_extension.duplicate_check", DuplicateCheck);
