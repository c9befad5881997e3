import { Component, onWillStart, useExternalListener, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { newToken } from "../timeline/timeline_draft";
import { NoteDialog } from "./workbench_dialogs";
import { formatCount } from "./workbench_utils";

/** Columns that can be sorted, with the number that counts. */
const VALUES = {
    name: (person) => person.name,
    overdue: (person) => person.overdue,
    untouched: (person) => person.untouched.reduce((sum, n, i) => sum + n * (i + 1), 0),
    silent: (person) => person.silent,
    calls: (person) => person.calls.week,
    visits: (person) => person.visits.week,
    todos: (person) => person.todos + person.leads,
};

/**
 * The manager's page: one row per person; a click opens that person's workbench.
 */
export class TeamPage extends Component {
    static template = "crm_extension.TeamPage";
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.formatCount = formatCount;
        this.state = useState({
            people: [],
            days: [],
            level: false,
            sort: "overdue",
            failed: "",
        });
        useExternalListener(window, "focus", () => this.load());
        onWillStart(() => this.load());
    }

    async load() {
        try {
            const team = await this.orm.call("crm.workbench", "team", []);
            Object.assign(this.state, team);
        } catch (error) {
            this.state.failed = error.data?.message || String(error);
        }
    }

    get people() {
        const value = VALUES[this.state.sort];
        const rows = [...this.state.people];
        if (this.state.sort === "name") {
            return rows.sort((a, b) => value(a).localeCompare(value(b)));
        }
        return rows.sort((a, b) => value(b) - value(a));
    }

    get columns() {
        const { level } = this.state;
        return [
            ["name", _t("Person")],
            ["overdue", _t("Overdue")],
            ["untouched", _t("Untouched leads")],
            ["silent", level ? _t("Silent %s customers", level) : _t("Silent")],
            ["calls", _t("Calls, 7 days")],
            ["visits", _t("Visits, 7 days")],
            ["todos", _t("Workload")],
        ];
    }

    get monthLabel() {
        return _t("Month");
    }

    get hasTargets() {
        return this.state.people.some((person) => person.target);
    }

    /** One sentence on what stands out, or that nothing does. */
    get summary() {
        const late = this.state.people.reduce((sum, p) => sum + p.overdue, 0);
        const last = this.state.days.at(-1);
        const left = this.state.people.reduce((sum, p) => sum + p.untouched.at(-1), 0);
        if (!late && !left) {
            return _t("Everybody is up to date.");
        }
        if (!left) {
            return _t("%s to-dos are overdue; no lead waits too long.", late);
        }
        return _t(
            "%(late)s to-dos are overdue, %(left)s leads are untouched for %(days)s days or more.",
            { late, left, days: last }
        );
    }

    /** Below, above or as usual; small numbers say nothing. */
    trend({ week, habit }) {
        if (Math.abs(week - habit) < 2) {
            return "";
        }
        return week < habit * 0.7 ? "down" : week > habit * 1.3 ? "up" : "";
    }

    trendTitle(value) {
        return this.trend(value) === "down"
            ? _t("Less than usual")
            : _t("More than usual");
    }

    share({ week, habit }) {
        const most = Math.max(week, habit, 1);
        return Math.round((100 * week) / most);
    }

    isMe(person) {
        return person.id === user.userId;
    }

    /** The workbench of a person, at the list whose number was clicked. */
    open(person, bucket) {
        return this.action.doAction({
            type: "ir.actions.client",
            tag: "crm_extension.workbench",
            name: person.name,
            params: { user_id: person.id, bucket },
        });
    }

    urge(person) {
        const token = newToken();
        this.dialog.add(NoteDialog, {
            title: _t("Urge %s", person.name),
            placeholder: _t("What should happen, and until when?"),
            confirm: _t("Send"),
            onSave: async (note) => {
                const args = [person.id, note, false, token];
                await this.orm.call("crm.workbench", "urge", args);
                this.notification.add(_t("It is on the workbench of %s", person.name), {
                    type: "success",
                });
                await this.load();
            },
        });
    }
}

registry.category("actions").add("crm_extension.team", TeamPage);
