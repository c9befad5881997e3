import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

const { DateTime } = luxon;

const KINDS = {
    customer: _t("A known customer"),
    contact: _t("A known contact"),
    lead: _t("A known lead"),
};
const STATES = {
    mine: _t("yours"),
    free: _t("nobody's: free to take"),
    pool: _t("in a public pool: claim it there"),
    archived: _t("archived"),
};
const CONTACTS = {
    week: _t("spoken with within a week"),
    month: _t("spoken with within a month"),
    quarter: _t("spoken with within three months"),
    year: _t("spoken with within a year"),
    older: _t("not spoken with for over a year"),
    never: _t("never spoken with"),
};

/** One known customer: in full, or masked with the way to ask for it. */
export class DuplicateAnswer extends Component {
    static template = "crm_extension.DuplicateAnswer";
    static props = {
        answer: Object,
        number: Number,
        logId: [Number, Boolean],
        onOpen: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ asking: false, note: "", told: "" });
    }

    get kind() {
        return KINDS[this.props.answer.kind];
    }

    get facts() {
        const { owner, state, since, last_contact: contact } = this.props.answer;
        const month = DateTime.fromISO(since).toLocaleString({
            month: "long",
            year: "numeric",
        });
        return [
            STATES[state] || (owner ? _t("owner: %s", owner) : ""),
            state === "archived" && owner ? _t("owner: %s", owner) : "",
            _t("since %s", month),
            CONTACTS[contact],
        ].filter(Boolean);
    }

    get canAsk() {
        const { visible, state } = this.props.answer;
        return !visible && !["mine", "pool"].includes(state) && this.props.logId;
    }

    async open() {
        const { model, id } = this.props.answer;
        this.props.onOpen?.();
        await this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async ask() {
        this.state.told = await this.orm.call("crm.share.request", "ask", [
            this.props.logId,
            this.props.number,
            this.state.note,
        ]);
        this.state.asking = false;
    }
}
