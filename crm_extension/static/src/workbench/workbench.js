import {
    Component,
    onWillStart,
    onWillUnmount,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { debounce } from "@web/core/utils/timing";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { newToken } from "../timeline/timeline_draft";
import { SnoozeMenu } from "./snooze_menu";
import {
    HelpDialog,
    NoteDialog,
    PeopleDialog,
    SettingsDialog,
} from "./workbench_dialogs";
import { useWorkbenchDrag } from "./workbench_drag";
import { useWorkbenchKeys } from "./workbench_keys";
import { WorkbenchModel } from "./workbench_model";
import { WorkbenchPreview } from "./workbench_preview";
import { useWorkbenchReport } from "./workbench_report";
import { WorkbenchRow } from "./workbench_row";
import { WorkbenchSheet } from "./workbench_sheet";
import { formatCount, openRecord, rowKey, telephone } from "./workbench_utils";

/** How long a way back is offered: long enough to read what happened and to think. */
const UNDO_SECONDS = 10;

/**
 * The workbench: the first page of the day.
 *
 * Buckets left, rows in the middle, the customer on the right; on a phone the buckets
 * are chips, rows are cards and the customer is a sheet from below. `params.user_id`
 * shows a colleague's workbench read-only (team leaders and sales managers).
 */
export class Workbench extends Component {
    static template = "crm_extension.Workbench";
    static components = { WorkbenchPreview, WorkbenchRow };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.bus = useService("bus_service");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.popover = useService("popover");
        this.bottomSheet = useService("bottom_sheet");
        this.ui = useService("ui");
        this.root = useRef("root");
        this.search = useRef("search");
        const { params, context } = this.props.action;
        const userId = params?.user_id || context?.workbench_user_id || false;
        this.model = new WorkbenchModel(useService("orm"), userId);
        this.state = useState(this.model.state);
        this.view = useState({ note: "", busy: false });
        this.drag = useWorkbenchDrag(this);
        this.report = useWorkbenchReport(this);
        this.formatCount = formatCount;
        this.rowKey = rowKey;
        this.searchLater = debounce((text) => this.model.setSearch(text), 250);
        this.followLater = debounce(() => this.model.refresh(), 400);
        useWorkbenchKeys(this);
        this.listen();
        useSetupAction({ rootRef: this.root, getLocalState: () => this.model.place });
        const place = this.props.state || { bucket: params?.bucket };
        onWillStart(() => this.model.load(place));
    }

    /** Follow what colleagues, other tabs and scheduled jobs do. */
    listen() {
        const follow = () => this.followLater();
        this.bus.subscribe("crm_workbench_changed", follow);
        useExternalListener(window, "focus", follow);
        onWillUnmount(() => this.bus.unsubscribe("crm_workbench_changed", follow));
    }

    // What the template shows

    get date() {
        const { date } = this.state.headline;
        return deserializeDate(date).toLocaleString({
            weekday: "long",
            day: "numeric",
            month: "long",
        });
    }

    get title() {
        const { readonly, user } = this.state;
        return readonly ? _t("Workbench of %s", user.name) : this.date;
    }

    get searchHint() {
        return this.ui.isSmall ? _t("Search") : _t("Search  /");
    }

    /** An empty list says something kind and true. */
    get emptyText() {
        const { search } = this.state;
        return search ? _t('Nothing found for "%s".', search) : this.model.tile.empty;
    }

    get canAct() {
        return !this.state.readonly;
    }

    // Rows

    async openBucket(tile) {
        await this.model.open(tile.name);
    }

    openRow(row = this.model.row) {
        if (row?.document) {
            return openRecord(this.action, row.document);
        }
        if (row?.activity_id) {
            return this.openTodo(row);
        }
    }

    openTodo(row) {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: row.what,
                res_model: "mail.activity",
                res_id: row.activity_id,
                views: [[false, "form"]],
                target: "new",
            },
            { onClose: () => this.model.refresh() }
        );
    }

    /** A click selects on a desk; on a phone it brings up what can be done. */
    async pickRow(row) {
        await this.model.select(row);
        if (this.ui.isSmall) {
            this.openSheet(row);
        }
    }

    openSheet(row) {
        const close = this.bottomSheet.add(this.root.el, WorkbenchSheet, {
            model: this.model,
            row,
            act: (action) => {
                close();
                return this[action](row);
            },
            openRecord: (document) => {
                close();
                return openRecord(this.action, document);
            },
        });
    }

    onSearch(ev) {
        this.state.search = ev.target.value;
        this.searchLater(ev.target.value);
    }

    onSearchKeydown(ev) {
        if (ev.key === "Escape") {
            ev.target.value = "";
            ev.target.blur();
            this.model.setSearch("");
        } else if (ev.key === "Enter") {
            ev.target.blur();
        }
    }

    // Actions

    done(row = this.model.row) {
        const rows = this.model.checkedRows;
        if (rows.length > 1) {
            return this.doneMany(rows);
        }
        const target = rows[0] || row;
        if (!target || !this.canAct) {
            return;
        }
        if (target.model === "crm.urge") {
            return this.answer(target);
        }
        this.report.open(target, { mode: "done" });
    }

    async doneMany(rows) {
        await this.model.done(rows, newToken());
        this.told(_t("%s rows done", rows.length));
    }

    answer(row) {
        this.dialog.add(NoteDialog, {
            title: _t("Answer to %s", row.by),
            question: row.what,
            placeholder: _t("What you did, or when you will"),
            confirm: _t("Answer"),
            optional: true,
            onSave: async (text) => {
                await this.model.answer(row, text);
                this.told(_t("Answered"));
            },
        });
    }

    /** Log without finishing: the selected row proposes with whom. */
    log(row = this.model.row) {
        if (this.canAct) {
            this.report.log(row);
        }
    }

    plan(row = this.model.row) {
        if (row?.document?.has_timeline && this.canAct) {
            this.report.open(row, { mode: "plan" });
        }
    }

    /** The line under the customer: a note at once, or the dialog with its text. A
     * note is no contact: nobody's silence ends by it. */
    async saveNote() {
        const row = this.model.row;
        const text = this.view.note.trim();
        if (!text || this.view.busy) {
            return;
        }
        this.view.busy = true;
        try {
            const values = { channel: "note", text };
            await this.model.log(row, { values, nextStep: null, token: newToken() });
            this.view.note = "";
            this.told(_t("Logged"));
        } finally {
            this.view.busy = false;
        }
    }

    planWithNote() {
        this.report.open(this.model.row, { mode: "log", text: this.view.note });
        this.view.note = "";
    }

    onNoteKeydown(ev) {
        if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey)) {
            ev.preventDefault();
            return this.saveNote();
        }
    }

    /** Dial, and have the report ready when the call is over. */
    call(row = this.model.row) {
        const phone = row?.phone || this.state.preview?.phone;
        if (!phone) {
            this.notification.add(_t("There is no phone number."), { type: "info" });
            return;
        }
        window.location.assign(telephone(phone));
        if (this.canAct && row.document?.has_timeline) {
            const mode = row.activity_id ? "done" : "log";
            this.report.open(row, { mode, channel: "call" });
        }
    }

    snooze(row = this.model.row, ev) {
        const rows = this.model.checkedRows.length ? this.model.checkedRows : [row];
        if (!rows[0] || !this.canAct) {
            return;
        }
        const key = rowKey(rows[0]);
        const element = this.root.el.querySelector(`[data-key="${key}"]`);
        const overlay = this.ui.isSmall ? this.bottomSheet : this.popover;
        const close = overlay.add(
            ev?.currentTarget || element || this.root.el,
            SnoozeMenu,
            {
                onChoose: (until) => this.snoozeUntil(rows, until),
                close: () => close(),
            },
            { position: "bottom-end" }
        );
    }

    async snoozeUntil(rows, until) {
        await this.model.snooze(rows, until);
        this.told(_t("Put off"));
    }

    reassign(row = this.model.row) {
        const rows = this.model.checkedRows.length ? this.model.checkedRows : [row];
        const movable = rows.filter((item) => item?.can_reassign);
        if (!movable.length) {
            return;
        }
        this.dialog.add(PeopleDialog, {
            title: _t("Give to a colleague"),
            question: movable
                .map((item) => item.customer?.name || item.what)
                .join(", "),
            confirm: _t("Give away"),
            people: () => this.model.call("colleagues"),
            onSave: async (person) => {
                await this.model.reassign(movable, person.id);
                this.told(_t("Given to %s", person.name));
            },
        });
    }

    /** A leader asks the person to look after a row now. */
    urge(row) {
        const { user } = this.state;
        const token = newToken();
        this.dialog.add(NoteDialog, {
            title: _t("Urge %s", user.name),
            question: row.customer?.name || row.what,
            placeholder: _t("What should happen, and until when?"),
            confirm: _t("Send"),
            onSave: async (note) => {
                const about = row.document
                    ? { model: row.model, res_id: row.res_id }
                    : false;
                const args = [user.id, note, about, token];
                await this.model.orm.call("crm.workbench", "urge", args);
                this.notification.add(_t("It is on the workbench of %s", user.name), {
                    type: "success",
                });
            },
        });
    }

    /** Say what happened, with a way back. */
    told(message) {
        this.closeTold?.();
        const { undoable } = this.state;
        this.closeTold = this.notification.add(message, {
            type: "success",
            ...(undoable && { autocloseDelay: UNDO_SECONDS * 1000 }),
            buttons: undoable
                ? [
                      {
                          name: _t("Undo"),
                          onClick: () => this.undo(undoable),
                          primary: false,
                      },
                  ]
                : [],
        });
    }

    /** Take back the last action, or the one whose message offers it. */
    async undo(undoable = this.state.undoable) {
        this.closeTold?.();
        await this.model.undo(undoable);
    }

    // Around

    openSettings() {
        this.dialog.add(SettingsDialog, {
            load: () => this.model.call("settings"),
            onSave: async (values) => {
                await this.model.orm.call("crm.workbench", "save_settings", [values]);
                user.updateUserSettings("crm_workbench", values);
                await this.model.load(this.model.place);
            },
        });
    }

    /** What is in none of the lists: all customers of that name. */
    searchCustomers() {
        return this.action.doAction("crm_extension.res_partner_action_customer", {
            additionalContext: { search_default_name: this.state.search.trim() },
        });
    }

    openHelp() {
        this.dialog.add(HelpDialog, {});
    }

    openTeam() {
        return this.action.doAction("crm_extension.crm_team_action");
    }

    /** What is behind the month against the target, for whom the page shows. */
    openTarget() {
        const { action } = this.state.target;
        return action && this.action.doAction(action);
    }

    openRecord(document) {
        return openRecord(this.action, document);
    }
}

registry.category("actions").add("crm_extension.workbench", Workbench);
