import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { debounce } from "@web/core/utils/timing";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * `<widget name="crm_handover_preview"/>`: who gets what, in numbers, and the customers
 * that matter most; each can be given to somebody else by hand.
 */
export class HandoverPreview extends Component {
    static template = "crm_extension.HandoverPreview";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.ui = useService("ui");
        this.state = useState({
            kinds: [],
            receivers: [],
            unassigned: {},
            items: [],
            total: 0,
            search: "",
            userId: null,
        });
        this.searchLater = debounce(() => this.load(), 300);
        onWillStart(() => this.load());
    }

    get resId() {
        return this.props.record.resId;
    }

    get isDraft() {
        return this.props.record.data.state === "draft";
    }

    get named() {
        return this.state.receivers.filter((receiver) => receiver.is_named);
    }

    /** Receivers, and a row for what nobody gets yet. */
    get rows() {
        const { receivers, unassigned } = this.state;
        if (!Object.keys(unassigned).length) {
            return receivers;
        }
        return [...receivers, { id: 0, name: _t("Nobody yet"), counts: unassigned }];
    }

    async load() {
        const { search, userId } = this.state;
        const plan = await this.orm.call(
            "crm.handover",
            "preview_fetch",
            [[this.resId]],
            { search, user_id: userId }
        );
        Object.assign(this.state, plan);
    }

    /** Only what goes to one person; once more shows all again. */
    filter(row) {
        this.state.userId = this.state.userId === row.id ? null : row.id;
        return this.load();
    }

    async give(item, ev) {
        const userId = Number(ev.target.value) || false;
        await this.orm.call("crm.handover", "assign", [
            [this.resId],
            [item.id],
            userId,
        ]);
        await this.load();
    }

    async openAll() {
        const action = await this.orm.call("crm.handover", "action_open_items", [
            [this.resId],
        ]);
        return this.action.doAction(action, { onClose: () => this.load() });
    }
}

registry.category("view_widgets").add("crm_handover_preview", {
    component: HandoverPreview,
});
