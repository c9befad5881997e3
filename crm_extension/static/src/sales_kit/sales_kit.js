import { Component, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { FileModel } from "@web/core/file_viewer/file_model";
import { useFileViewer } from "@web/core/file_viewer/file_viewer_hook";
import { deserializeDate, deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { fileIcon } from "../contract/contract_files";

const FOLDED = "crm_extension.sales_kit_folded";

/**
 * `<widget name="sales_kit"/>`: what the stage of an opportunity asks for and offers, in
 * one line that opens: checklist, documents to open or send, plan to start.
 */
export class SalesKit extends Component {
    static template = "crm_extension.SalesKit";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.viewer = useFileViewer();
        this.state = useState({
            kit: false,
            isFolded: browser.localStorage.getItem(FOLDED) !== "no",
            chosen: {},
            isBusy: false,
        });
        useRecordObserver((record) => this.follow(record));
    }

    get resId() {
        return this.props.record.resId;
    }

    /** The kit is that of the saved stage, for the saved customer. */
    async follow(record) {
        const { data, resId } = record;
        const ids = [data.stage_id?.id, data.partner_id?.id, data.team_id?.id];
        const key = [resId, ...ids].join();
        if (!resId || record.dirty || key === this.key) {
            return;
        }
        this.key = key;
        this.state.chosen = {};
        await this.load();
    }

    async load() {
        const kit = await this.call("kit_fetch");
        this.state.kit = kit;
    }

    call(method, ...args) {
        return this.orm.call("crm.lead", method, [[this.resId], ...args]);
    }

    // Showing

    get kit() {
        return this.state.kit;
    }

    get isEmpty() {
        const { checks, documents, plan } = this.kit;
        return !checks.length && !documents.length && !plan;
    }

    get done() {
        return this.kit.checks.filter((check) => check.done).length;
    }

    /** Required and still open: said in the line. */
    get missing() {
        return this.kit.checks.filter((check) => check.is_required && !check.done)
            .length;
    }

    get isPlanOffered() {
        return this.kit.plan && !this.kit.plan.state && this.kit.writable;
    }

    get sendable() {
        return this.kit.documents.filter(
            (doc) => !doc.is_internal && (doc.file || doc.template)
        );
    }

    get chosenIds() {
        return this.sendable
            .filter((doc) => this.state.chosen[doc.id])
            .map((d) => d.id);
    }

    toggle() {
        this.state.isFolded = !this.state.isFolded;
        browser.localStorage.setItem(FOLDED, this.state.isFolded ? "yes" : "no");
    }

    icon(doc) {
        return doc.file ? fileIcon(doc.file.mimetype) : "fa-file-text-o";
    }

    when(moment) {
        return deserializeDateTime(moment).toRelative();
    }

    day(date) {
        return formatDate(deserializeDate(date));
    }

    by({ user, date }) {
        return [user, this.when(date)].filter(Boolean).join(", ");
    }

    // Doing

    /** One thing at a time, so that a second click does nothing. */
    async once(work) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            return await work();
        } finally {
            this.state.isBusy = false;
        }
    }

    tick(check) {
        return this.once(async () => {
            this.state.kit = await this.call("kit_tick", check.id, !check.done);
        });
    }

    answerPlan(start) {
        return this.once(async () => {
            this.state.kit = await this.call("kit_plan", start);
            if (start) {
                await this.props.record.load();
            }
        });
    }

    choose(doc) {
        this.state.chosen[doc.id] = !this.state.chosen[doc.id];
    }

    async open(doc) {
        if (doc.template) {
            const action = await this.call("kit_open_template", doc.id);
            return this.action.doAction(action);
        }
        const file = Object.assign(new FileModel(), { ...doc.file, type: "binary" });
        if (file.isViewable) {
            this.viewer.open(file);
        } else {
            browser.open(`/web/content/${doc.file.id}?download=true`);
        }
    }

    send() {
        const ids = this.chosenIds.length
            ? this.chosenIds
            : this.sendable.map((doc) => doc.id);
        return this.once(async () => {
            const action = await this.call("action_kit_send", ids);
            await this.action.doAction(action, {
                onClose: async () => {
                    await this.load();
                    await this.props.record.load();
                },
            });
        });
    }

    configure() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Sales Kit"),
            res_model: "crm.stage",
            res_id: this.kit.stage.id,
            views: [[false, "form"]],
            target: "current",
        });
    }
}

registry.category("view_widgets").add("sales_kit", {
    component: SalesKit,
    fieldDependencies: [
        { name: "stage_id", type: "many2one" },
        { name: "partner_id", type: "many2one" },
        { name: "team_id", type: "many2one" },
    ],
});
