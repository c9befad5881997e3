import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { QuickLog } from "./quick_log";
import { TimelineEntry } from "./timeline_entry";
import { TimelineTodo } from "./timeline_todo";
import { FILTERS, groupRows } from "./timeline_utils";

/** Models whose timeline can be narrowed to the document itself. */
const SCOPE_LABELS = {
    "res.partner": _t("Only this contact"),
    "crm.lead": _t("Only this lead"),
};

/**
 * The life of a customer: upcoming, today, past by month.
 *
 * Works on any record that inherits `crm.timeline.mixin`; one call fetches the
 * first page with the to-dos, the next pages follow by key.
 */
export class CustomerTimeline extends Component {
    static template = "crm_extension.CustomerTimeline";
    static components = { QuickLog, TimelineEntry, TimelineTodo };
    static props = {
        resModel: String,
        resId: { type: [Number, Boolean], optional: true },
        onChanged: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.store = useService("mail.store");
        this.keepLast = new KeepLast();
        this.filters = FILTERS;
        this.state = useState(this.emptyState());
        onWillStart(() => {
            this.load(this.props);
        });
        onWillUpdateProps((props) => {
            if (
                props.resId !== this.props.resId ||
                props.resModel !== this.props.resModel
            ) {
                Object.assign(this.state, this.emptyState());
                this.load(props);
            }
        });
    }

    emptyState() {
        return {
            rows: [],
            upcoming: [],
            config: null,
            cursor: false,
            filter: "all",
            scope: "customer",
            loading: true,
            failed: false,
            todo: null,
            logKey: 0,
        };
    }

    get groups() {
        return groupRows(this.state.rows);
    }

    get scopeLabel() {
        return SCOPE_LABELS[this.props.resModel] || _t("Only this document");
    }

    get isFiltered() {
        return this.state.filter !== "all" || this.state.scope !== "customer";
    }

    // Reading

    fetch(props, cursor) {
        const filter = FILTERS.find((f) => f.id === this.state.filter);
        return this.orm.silent.call(
            "crm.interaction",
            "timeline_fetch",
            [props.resModel, props.resId],
            { channels: filter.channels, scope: this.state.scope, cursor }
        );
    }

    async load(props = this.props) {
        if (!props.resId) {
            this.state.loading = false;
            return;
        }
        this.state.loading = true;
        try {
            this.show(await this.keepLast.add(this.fetch(props, null)));
            this.state.failed = false;
        } catch (error) {
            this.state.failed = true;
            throw error;
        } finally {
            this.state.loading = false;
        }
    }

    show(page) {
        this.state.rows = page.rows;
        this.state.cursor = page.cursor;
        this.state.upcoming = page.upcoming;
        this.state.config = page.config;
    }

    async loadMore() {
        const page = await this.keepLast.add(this.fetch(this.props, this.state.cursor));
        this.state.rows.push(...page.rows);
        this.state.cursor = page.cursor;
    }

    setFilter(filter) {
        this.state.filter = filter.id;
        return this.load();
    }

    toggleScope() {
        this.state.scope = this.state.scope === "customer" ? "document" : "customer";
        return this.load();
    }

    // Writing

    async save(values, nextStep) {
        const { resModel, resId } = this.props;
        const page = await this.orm.call("crm.interaction", "quick_log", [
            resModel,
            resId,
            values,
            nextStep,
        ]);
        Object.assign(this.state, { filter: "all", scope: "customer", todo: null });
        this.show(page);
        this.refreshDocument();
        this.notification.add(values ? _t("Logged") : _t("Next step planned"), {
            type: "success",
        });
    }

    /** The note and the to-do show in Odoo's chatter and in the form's counters, too. */
    refreshDocument() {
        const { resModel: model, resId: id } = this.props;
        const thread = this.store.Thread.get({ model, id });
        thread?.fetchNewMessages();
        thread?.fetchThreadData(["activities"]);
        this.props.onChanged?.();
    }

    changed() {
        this.refreshDocument();
        return this.load();
    }

    startTodo(todo) {
        this.state.todo = todo;
        this.state.logKey++;
    }

    openEntry(row) {
        this.openDialog({ resId: row.id, title: _t("Interaction") });
    }

    openDetails(values, reset) {
        const { resModel, resId } = this.props;
        const context = {
            default_res_model: resModel,
            default_res_id: resId,
            default_partner_id: this.state.config.partner?.id,
            default_lead_id: resModel === "crm.lead" && resId,
        };
        const { text, ...rest } = values;
        for (const [name, value] of Object.entries({ subject: text, ...rest })) {
            context[`default_${name}`] = value;
        }
        this.openDialog({ context, title: _t("Log an Interaction"), reset });
    }

    openDialog({ reset, ...props }) {
        this.dialog.add(FormViewDialog, {
            resModel: "crm.interaction",
            size: "lg",
            canExpand: false,
            onRecordSaved: () => {
                reset?.();
                return this.changed();
            },
            ...props,
        });
    }
}

/** `<widget name="customer_timeline"/>`: the timeline of the form's record. */
export class CustomerTimelineWidget extends Component {
    static template = "crm_extension.CustomerTimelineWidget";
    static components = { CustomerTimeline };
    static props = { ...standardWidgetProps };

    /** Counters and dates of the form follow, unless somebody is typing in it. */
    async refreshRecord() {
        const { record } = this.props;
        if (!(await record.isDirty())) {
            await record.load();
        }
    }
}

registry.category("view_widgets").add("customer_timeline", {
    component: CustomerTimelineWidget,
});
