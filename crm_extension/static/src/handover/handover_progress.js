import { Component, onWillUnmount, useEffect } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const WORKING = ["running", "undoing"];
const POLL_MS = 2000;
const WORDS = {
    done: _t("handed over"),
    undone: _t("taken back"),
    todo: _t("to do"),
    skipped: _t("left out"),
    failed: _t("failed"),
    kept: _t("changed since"),
};
const TONES = {
    done: "success",
    undone: "info",
    todo: "light",
    skipped: "secondary",
    failed: "danger",
    kept: "warning",
};

/** How far a handover is; looks again while it is under way. */
export class HandoverProgress extends Component {
    static template = "crm_extension.HandoverProgress";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        useEffect(
            () => {
                this.stop();
                if (this.isWorking) {
                    this.timer = setInterval(() => this.poll(), POLL_MS);
                }
            },
            () => [this.isWorking]
        );
        onWillUnmount(() => this.stop());
    }

    get record() {
        return this.props.record;
    }

    get isWorking() {
        return WORKING.includes(this.record.data.state) && !this.record.data.error;
    }

    get progress() {
        return this.record.data[this.props.name] || { total: 0, percent: 0 };
    }

    get sentence() {
        const { percent, total } = this.progress;
        return _t("%(share)s of %(total)s records", { share: `${percent} %`, total });
    }

    /** States in which there is something, each opens its records. */
    get numbers() {
        return Object.keys(WORDS)
            .filter((state) => this.progress[state])
            .map((state) => ({
                state,
                count: this.progress[state],
                label: WORDS[state],
                tone: TONES[state],
            }));
    }

    stop() {
        clearInterval(this.timer);
    }

    async poll() {
        if (document.hidden || !this.record.resId) {
            return;
        }
        await this.record.load();
    }

    async open(state) {
        const action = await this.orm.call(
            "crm.handover",
            "action_open_rows",
            [[this.record.resId]],
            { context: { row_state: state } }
        );
        return this.env.services.action.doAction(action);
    }
}

registry.category("fields").add("crm_handover_progress", {
    component: HandoverProgress,
    supportedTypes: ["json"],
});
