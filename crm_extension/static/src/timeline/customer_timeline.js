import {
    Component,
    EventBus,
    onWillStart,
    onWillUpdateProps,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { QuickLog } from "./quick_log";
import {
    TimelineArchiveDialog,
    TimelineHelpDialog,
    TimelineMoveDialog,
} from "./timeline_dialogs";
import { TimelineEntry } from "./timeline_entry";
import { TimelineFilters } from "./timeline_filters";
import { useTimelineKeys } from "./timeline_keys";
import { useTimelineLive } from "./timeline_live";
import { TimelineModel } from "./timeline_model";
import { TimelineTodo } from "./timeline_todo";
import { groupRows, replyAction } from "./timeline_utils";

/** Older pages that follow the scrolling; then a button, so that what stands below the
 * timeline can be reached. */
const AUTO_PAGES = 3;
/** The server's signal for what the user did here comes back within this time. */
const OWN_CHANGE_MS = 3000;

/**
 * The life of a customer: upcoming, today, past by month.
 *
 * Works on any record that inherits `crm.timeline.mixin`, on its form or inside another
 * component; it reads again when `resModel` or `resId` change.
 */
export class CustomerTimeline extends Component {
    static template = "crm_extension.CustomerTimeline";
    static components = { QuickLog, TimelineEntry, TimelineFilters, TimelineTodo };
    static props = {
        resModel: String,
        resId: { type: [Number, Boolean], optional: true },
        onChanged: { type: Function, optional: true },
        bus: { type: Object, optional: true },
        onReady: { type: Function, optional: true },
    };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.store = useService("mail.store");
        this.root = useRef("root");
        this.more = useRef("more");
        this.bus = this.props.bus || new EventBus();
        this.state = useState({ finishing: false, autoPages: AUTO_PAGES });
        this.model = useState(
            new TimelineModel(useService("orm"), {
                resModel: this.props.resModel,
                resId: this.props.resId,
                facts: user.settings?.crm_timeline_facts ?? true,
            })
        );
        onWillStart(() => {
            this.model.load().then(() => this.props.onReady?.());
        });
        onWillUpdateProps((props) => this.follow(props));
        useTimelineLive(
            () => this.model.config?.live,
            () => this.followLive()
        );
        useTimelineKeys(this.root, {
            log: () => this.bus.trigger("focus"),
            plan: () => this.bus.trigger("plan"),
            search: () => this.bus.trigger("search"),
            help: () => this.dialog.add(TimelineHelpDialog),
        });
        useEffect(
            (el) => this.watchEnd(el),
            () => [this.more.el]
        );
    }

    follow(props) {
        const { resModel, resId } = this.props;
        if (props.resId !== resId || props.resModel !== resModel) {
            Object.assign(this.state, { finishing: false, autoPages: AUTO_PAGES });
            this.model.setDocument(props.resModel, props.resId);
            this.model.load();
        }
    }

    /** A colleague has done something: what stands around the timeline changes, too. */
    followLive() {
        const isOwn = Date.now() - this.changedAt < OWN_CHANGE_MS;
        if (!isOwn) {
            this.props.onChanged?.();
        }
        return this.model.refresh();
    }

    // What the template shows

    get groups() {
        return groupRows(this.model.rows);
    }

    get reached() {
        const date = this.model.reachedDate;
        const format = { month: "long", year: "numeric" };
        return date ? deserializeDateTime(date).toLocaleString(format) : "";
    }

    get showsUpcoming() {
        return this.model.upcoming.length > 0 && !this.model.filters.search;
    }

    // Reading

    /** The next page comes before the reader reaches the end, a few times. */
    watchEnd(el) {
        if (!el) {
            return;
        }
        const observer = new IntersectionObserver(
            ([entry]) => {
                if (entry.isIntersecting && this.state.autoPages > 0) {
                    this.state.autoPages--;
                    this.model.loadMore();
                }
            },
            { rootMargin: "200px" }
        );
        observer.observe(el);
        return () => observer.disconnect();
    }

    loadMore() {
        this.state.autoPages = AUTO_PAGES;
        return this.model.loadMore();
    }

    toggleFacts() {
        this.model.facts = !this.model.facts;
        user.setUserSettings("crm_timeline_facts", this.model.facts);
        return this.model.load();
    }

    // Writing

    async save(values, nextStep, token) {
        await this.model.quickLog(values, nextStep, token);
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
        this.changedAt = Date.now();
        this.props.onChanged?.();
    }

    changed() {
        this.refreshDocument();
        return this.model.refresh();
    }

    setFinishing(todoId) {
        this.state.finishing = todoId || false;
    }

    // Actions of the rows

    plan(row) {
        this.bus.trigger("plan", row.headline || "");
    }

    reply(row) {
        const { resModel: model, resId: id } = this.props;
        return this.action.doAction(replyAction(row, row.document || { model, id }), {
            onClose: () => this.changed(),
        });
    }

    archive(row) {
        this.dialog.add(TimelineArchiveDialog, {
            title: row.headline || row.preview || "",
            confirm: async (reason) => {
                await this.model.archive(row, reason);
                await this.changed();
            },
        });
    }

    move(row) {
        this.dialog.add(TimelineMoveDialog, {
            row,
            confirm: async (date, reason) => {
                await this.model.move(row, date, reason);
                await this.changed();
            },
        });
    }

    edit(row) {
        this.openDialog({ resId: row.id, title: _t("Interaction") });
    }

    openDetails(values, reset) {
        const { resModel, resId } = this.props;
        const { text, participant_ids, attachment_ids, ...rest } = values;
        const context = {
            default_res_model: resModel,
            default_res_id: resId,
            default_partner_id: this.model.config.partner?.id,
            default_lead_id: resModel === "crm.lead" && resId,
            default_subject: text,
            default_participant_ids: participant_ids || [],
            default_attachment_ids: attachment_ids || [],
        };
        for (const [name, value] of Object.entries(rest)) {
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
