import { reactive } from "@odoo/owl";
import { Latest } from "../timeline/latest";
import { rowKey, rowRef } from "./workbench_utils";

const MODEL = "crm.workbench";

/** Rows that the server gives at once. */
const PAGE = 40;

/**
 * What a workbench knows and does, without a screen.
 *
 * `orm` is the service; `userId` a colleague's id on the manager's view (read-only) or
 * false. Actions return the answer of the server; `undoable` holds what the last one
 * can be taken back with.
 */
export class WorkbenchModel {
    constructor(orm, userId = false) {
        this.orm = orm;
        this.userId = userId;
        this.keepRows = new Latest();
        this.keepPreview = new Latest();
        this.keepCounts = new Latest();
        this.state = reactive({
            tiles: [],
            headline: null,
            target: false,
            settings: {},
            config: null,
            user: null,
            readonly: false,
            canLead: false,
            active: false,
            rows: [],
            cursor: false,
            search: "",
            selected: false,
            checked: {},
            preview: null,
            ready: false,
            loading: false,
            failed: false,
            undoable: null,
        });
    }

    // What the screen shows

    get tile() {
        return this.state.tiles.find((tile) => tile.name === this.state.active);
    }

    get row() {
        return this.state.rows.find((row) => rowKey(row) === this.state.selected);
    }

    get index() {
        return this.state.rows.findIndex((row) => rowKey(row) === this.state.selected);
    }

    get checkedRows() {
        return this.state.rows.filter((row) => this.state.checked[rowKey(row)]);
    }

    /** The rows that an action is about: those that are ticked, else the selected. */
    get chosen() {
        const rows = this.checkedRows;
        return rows.length || !this.row ? rows : [this.row];
    }

    // Reading

    call(method, args = [], kwargs = {}) {
        return this.orm.silent.call(MODEL, method, args, kwargs);
    }

    /** Where the person is: what `load` takes to come back to it. */
    get place() {
        const { active, selected, search } = this.state;
        return { bucket: active, selected, search };
    }

    /**
     * @param {Object} [place] `bucket` (name), `selected` (key of a row) and `search`;
     *     without a bucket the first one that holds something
     */
    async load({ bucket, selected = false, search = "" } = {}) {
        await this.loadCounts();
        const { tiles } = this.state;
        const wanted = tiles.find((tile) => tile.name === bucket);
        const first = wanted || tiles.find((tile) => tile.count) || tiles[0];
        Object.assign(this.state, { ready: true, search });
        if (first) {
            Object.assign(this.state, { active: first.name, checked: {}, selected });
            await this.loadRows({ keep: true });
        }
        this.loadTarget();
    }

    /** The month against the target: the page stands before it is known. */
    async loadTarget() {
        this.state.target = await this.call("target", [this.userId]);
    }

    /** The list before or after the one that is open. */
    openNext(step) {
        const { tiles } = this.state;
        const index = tiles.indexOf(this.tile) + step;
        return tiles[index] && this.open(tiles[index].name);
    }

    async loadCounts() {
        const counts = this.call("counts", [this.userId]);
        const result = await this.keepCounts.add(counts);
        Object.assign(this.state, {
            tiles: result.buckets,
            headline: result.headline,
            settings: result.settings,
            user: result.user,
            readonly: result.readonly,
            canLead: result.can_lead,
        });
        this.state.config = result.config || this.state.config;
    }

    async open(name) {
        Object.assign(this.state, { active: name, checked: {}, selected: false });
        await this.loadRows();
    }

    async setSearch(search) {
        this.state.search = search;
        await this.loadRows();
    }

    fetch(cursor, limit) {
        const { active, search } = this.state;
        const kwargs = { cursor, search: search.trim(), user_id: this.userId };
        return this.call("bucket", [active], limit ? { ...kwargs, limit } : kwargs);
    }

    async loadRows({ limit, keep = false } = {}) {
        this.state.loading = true;
        try {
            const page = await this.keepRows.add(this.fetch(null, limit));
            Object.assign(this.state, { rows: page.rows, cursor: page.cursor });
            this.state.failed = false;
            await this.keepSelection(keep);
        } catch (error) {
            this.state.failed = true;
            throw error;
        } finally {
            this.state.loading = false;
        }
    }

    async loadMore() {
        const page = await this.keepRows.add(this.fetch(this.state.cursor));
        const known = new Set(this.state.rows.map(rowKey));
        this.state.rows.push(...page.rows.filter((row) => !known.has(rowKey(row))));
        this.state.cursor = page.cursor;
    }

    /** Something happened elsewhere: counts and rows follow, the selection stays. */
    async refresh() {
        await this.loadCounts();
        if (this.state.active) {
            await this.reloadRows();
        }
    }

    /** As many rows as are shown, read once more; the selection stays. */
    reloadRows() {
        const limit = Math.max(PAGE, this.state.rows.length);
        return this.loadRows({ limit, keep: true });
    }

    // Selection

    async keepSelection(keep) {
        const row = keep ? this.row : this.state.rows[0];
        const next = row || this.state.rows[0];
        await this.select(next);
    }

    move(step) {
        const { rows } = this.state;
        const index = Math.min(Math.max(this.index + step, 0), rows.length - 1);
        return this.select(rows[index]);
    }

    async select(row) {
        this.state.selected = row ? rowKey(row) : false;
        await this.loadPreview(row);
    }

    async loadPreview(row) {
        const document = row?.document;
        if (!document || !document.has_timeline) {
            this.state.preview = null;
            return;
        }
        const { preview } = this.state;
        if (preview?.model !== document.model || preview?.id !== document.id) {
            this.state.preview = null;
        }
        const { model, id } = document;
        const answer = this.call("preview", [model, id]);
        this.state.preview = await this.keepPreview.add(answer);
    }

    toggle(row) {
        const key = rowKey(row);
        if (this.state.checked[key]) {
            delete this.state.checked[key];
        } else {
            this.state.checked[key] = true;
        }
    }

    toggleAll() {
        const all = this.checkedRows.length < this.state.rows.length;
        this.state.checked = {};
        if (all) {
            this.state.rows.forEach((row) => (this.state.checked[rowKey(row)] = true));
        }
    }

    // Actions

    /**
     * Carry out an action on rows; they leave the list before the server answers. Rows
     * that were read meanwhile may not know of the action: they are read once more.
     */
    async act(method, rows, args, { leave = true } = {}) {
        const { state } = this;
        const before = {
            rows: [...state.rows],
            tiles: state.tiles.map((t) => ({ ...t })),
        };
        const index = this.index;
        state.undoable = null;
        if (leave) {
            this.leave(rows);
        }
        const left = state.rows;
        let answer = null;
        try {
            answer = await this.orm.call(MODEL, method, args);
        } catch (error) {
            Object.assign(state, before);
            throw error;
        }
        const isOutdated = state.loading || state.rows !== left;
        state.undoable = answer.undo || null;
        state.checked = {};
        if (!this.row) {
            state.selected = false;
            const next = state.rows[Math.min(index, state.rows.length - 1)];
            this.select(next);
        }
        await this.loadCounts();
        if (!state.rows.length || !leave || isOutdated) {
            await this.reloadRows();
        }
        return answer;
    }

    leave(rows) {
        const gone = new Set(rows.map(rowKey));
        const { state, tile } = this;
        state.rows = state.rows.filter((row) => !gone.has(rowKey(row)));
        if (tile && tile.count < 100) {
            tile.count = Math.max(0, tile.count - gone.size);
        }
    }

    finish(row, { values, nextStep, reason, token }) {
        const args = [rowRef(row), values, nextStep, token, reason || false];
        return this.act("finish", [row], args);
    }

    /** Log or plan on the row's document; the row itself stays. */
    log(row, { values, nextStep, token }) {
        const ref = { model: row.document.model, res_id: row.document.id };
        const args = [ref, values, nextStep, token, false];
        return this.act("finish", [], args, { leave: false });
    }

    done(rows, token) {
        return this.act("done", rows, [rows.map(rowRef), token]);
    }

    snooze(rows, { date = false, at = false }) {
        return this.act("snooze", rows, [rows.map(rowRef), date, at]);
    }

    reassign(rows, userId) {
        return this.act("reassign", rows, [rows.map(rowRef), userId]);
    }

    answer(row, text) {
        return this.act("answer_urge", [row], [row.res_id, text]);
    }

    async undo(undoable) {
        if (undoable) {
            if (this.state.undoable === undoable) {
                this.state.undoable = null;
            }
            await this.orm.call(MODEL, "undo", [undoable]);
            await this.refresh();
        }
    }
}
