import { markRaw } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { CHANNEL_GROUPS } from "./timeline_utils";

const emptyFilters = () => ({
    group: "all",
    users: [],
    contacts: [],
    models: [],
    search: "",
});

/**
 * What a timeline shows and how it is read: one call for the first page, one for each
 * older page. Signals of the bus fetch the first page again; what was loaded before
 * stays.
 */
export class TimelineModel {
    constructor(orm, { resModel, resId, facts }) {
        this.orm = markRaw(orm);
        this.keepLast = markRaw(new KeepLast());
        this.facts = facts;
        this.setDocument(resModel, resId);
    }

    setDocument(resModel, resId) {
        Object.assign(this, {
            resModel,
            resId,
            rows: [],
            upcoming: [],
            config: null,
            choices: null,
            cursor: false,
            partial: false,
            scope: "customer",
            filters: emptyFilters(),
            loading: true,
            loadingMore: false,
            stale: false,
            error: "",
        });
    }

    // What the component asks

    get isFiltered() {
        return this.hasFilters || this.scope !== "customer";
    }

    get hasFilters() {
        const { group, users, contacts, models, search } = this.filters;
        const ids = users.length + contacts.length + models.length;
        return group !== "all" || Boolean(ids) || Boolean(search) || !this.facts;
    }

    get isEmpty() {
        return !this.rows.length && !this.cursor;
    }

    /** Where the history was read to when a filter found too little. */
    get reachedDate() {
        return this.partial && this.cursor ? this.cursor[0] : false;
    }

    // Reading

    get serverFilters() {
        const { group, users, contacts, models, search } = this.filters;
        const { channels } = CHANNEL_GROUPS.find((g) => g.id === group);
        return { channels, users, contacts, models, search, facts: this.facts };
    }

    call(method, args = [], kwargs = {}) {
        return this.orm.silent.call("crm.interaction", method, args, kwargs);
    }

    fetch(cursor) {
        return this.call("timeline_fetch", [this.resModel, this.resId], {
            scope: this.scope,
            filters: this.serverFilters,
            cursor,
        });
    }

    /** First page; a failure becomes a sentence with a button to try again. */
    async load() {
        if (!this.resId) {
            this.loading = false;
            return;
        }
        Object.assign(this, { loading: true, loadingMore: false });
        try {
            const page = await this.keepLast.add(this.fetch(null));
            Object.assign(this, page, { error: "" });
        } catch (error) {
            this.error = this.sentence(error);
        } finally {
            this.loading = false;
        }
    }

    async loadMore() {
        if (!this.cursor || this.loadingMore) {
            return;
        }
        this.loadingMore = true;
        try {
            const page = await this.keepLast.add(this.fetch(this.cursor));
            this.rows.push(...page.rows);
            Object.assign(this, { cursor: page.cursor, partial: page.partial });
        } finally {
            this.loadingMore = false;
        }
        if (this.stale) {
            await this.refresh();
        }
    }

    /** Somebody changed something: the newest page again, older ones stay. */
    async refresh() {
        if (!this.resId || this.loading) {
            return;
        }
        this.stale = this.loadingMore;
        if (this.stale) {
            return;
        }
        try {
            this.merge(await this.keepLast.add(this.fetch(null)));
        } catch (error) {
            this.sentence(error); // the next signal tries again
        }
    }

    merge(page) {
        const last = page.rows[page.rows.length - 1];
        const older = page.cursor && last ? this.rowsBefore(last) : [];
        if (older.length) {
            delete page.cursor;
            delete page.partial;
        }
        Object.assign(this, page, { rows: [...page.rows, ...older] });
    }

    rowsBefore(last) {
        return this.rows.filter(
            (row) =>
                row.date < last.date || (row.date === last.date && row.id < last.id)
        );
    }

    async loadChoices() {
        if (!this.choices && this.resId) {
            const args = [this.resModel, this.resId];
            this.choices = await this.call("timeline_choices", args);
        }
    }

    details(row) {
        return this.call("timeline_details", [[row.id]]);
    }

    /** Errors of the server and of the line become text; those of the code are thrown. */
    sentence(error) {
        if (error instanceof RPCError) {
            return error.data?.message || error.message;
        }
        if (error instanceof ConnectionLostError) {
            return error.message;
        }
        throw error;
    }

    // Filters

    setFilter(name, value) {
        this.filters[name] = value;
        return this.load();
    }

    toggleFilter(name, id) {
        const values = this.filters[name];
        const next = values.includes(id)
            ? values.filter((value) => value !== id)
            : [...values, id];
        return this.setFilter(name, next);
    }

    clearFilters() {
        Object.assign(this, { filters: emptyFilters(), scope: "customer" });
        return this.load();
    }

    toggleScope() {
        this.scope = this.scope === "customer" ? "document" : "customer";
        return this.load();
    }

    // Writing

    /** Log and plan; what was logged shows at once, whatever is filtered. */
    async quickLog(values, nextStep, token) {
        const result = await this.orm.call(
            "crm.interaction",
            "quick_log",
            [this.resModel, this.resId, values, nextStep],
            { token }
        );
        if (this.hasFilters || result.repeated) {
            Object.assign(this, { filters: emptyFilters(), scope: "customer" });
            return this.load();
        }
        const known = new Set(this.rows.map((row) => row.id));
        const fresh = result.rows.filter((row) => !known.has(row.id));
        this.rows = [...fresh, ...this.rows].sort(newestFirst);
        this.upcoming = result.upcoming;
    }

    archive(row, reason) {
        return this.orm.call("crm.interaction", "timeline_archive", [[row.id], reason]);
    }

    move(row, date, reason) {
        return this.orm.call("crm.interaction", "timeline_move", [
            [row.id],
            date,
            reason,
        ]);
    }
}

function newestFirst(a, b) {
    return a.date === b.date ? b.id - a.id : a.date < b.date ? 1 : -1;
}
