import { markRaw, reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { debounce } from "@web/core/utils/timing";
import { newToken } from "../timeline/timeline_draft";
import {
    LEVELS,
    blockOf,
    isBelowFloor,
    isUsable,
    levelOf,
    marginOf,
    netOf,
    payloadOf,
    priceOf,
} from "./quote_pricing";

const FACTS_DELAY = 250;
const DRAFT_DELAY = 400;

/**
 * The rows of a fast quotation. They live in the tab until they are added: a reload or a
 * broken line loses nothing.
 */
export class QuoteModel {
    constructor(orm, orderId) {
        this.orm = markRaw(orm);
        this.orderId = orderId;
        this.config = null;
        this.rows = [];
        this.leftOut = [];
        this.columns = [];
        this.source = null;
        this.mode = "keep";
        this.current = null;
        this.busy = false;
        this.nextKey = 1;
        this.onTaken = () => {};
        this.token = newToken();
        this.keepLast = markRaw(new KeepLast());
        this.stale = markRaw(new Set());
    }

    /** A model that components can observe. */
    static create(orm, orderId) {
        const model = reactive(new QuoteModel(orm, orderId));
        model.factsLater = markRaw(debounce(() => model.loadFacts(), FACTS_DELAY));
        model.saveLater = markRaw(debounce(() => model.saveDraft(), DRAFT_DELAY));
        return model;
    }

    call(method, args = [], kwargs = {}) {
        return this.orm.call("crm.quote", method, [this.orderId, ...args], kwargs);
    }

    /** The page is left: what is not added stays in the tab. */
    close() {
        this.factsLater.cancel();
        this.saveLater.cancel();
        this.saveDraft();
    }

    async open() {
        this.config = await this.call("quote_open");
        this.loadDraft();
    }

    // Rows from somewhere

    async readText(text) {
        await this.read({ text });
    }

    async readFile(file) {
        await this.read({ file });
    }

    /** Read the same text again with other meanings of the columns. */
    async setRole(place, role) {
        const roles = this.columns.map((column, index) =>
            index === place ? role : column.role === role ? "" : column.role
        );
        await this.read(this.source, roles);
    }

    async read(source, roles = null) {
        const report = await this.work(() =>
            this.call("quote_read", [], { ...source, roles })
        );
        const again = roles && this.source;
        if (again) {
            this.rows = this.rows.filter((row) => row.paste !== this.source.id);
        }
        this.source = { ...source, id: again ? this.source.id : newToken() };
        this.columns = report.columns;
        this.leftOut = report.left_out;
        const rows = this.take(report.rows, { paste: this.source.id });
        this.sort();
        this.current = rows.find((row) => this.level(row) === "open")?.key ?? null;
        this.current ??= this.rows[0]?.key ?? null;
    }

    async takeLines(lineIds) {
        const rows = await this.work(() => this.call("quote_take", [lineIds]));
        this.take(rows);
        this.sort();
    }

    /** Add rows as they came from the server. */
    take(rows, values = {}) {
        const before = this.rows.length;
        this.rows.push(
            ...rows.map((row) => ({
                facts: null,
                changes: [],
                override: null,
                chosen: false,
                ...row,
                ...values,
                key: this.nextKey++,
            }))
        );
        this.changed();
        this.onTaken();
        return this.rows.slice(before);
    }

    /** What must be solved stands on top; afterwards rows keep their place. */
    sort() {
        const rank = (row) => LEVELS.indexOf(this.level(row));
        this.rows.sort((a, b) => rank(a) - rank(b) || a.key - b.key);
    }

    // What the rows say

    get currentRow() {
        return this.rows.find((row) => row.key === this.current);
    }

    isTwice(row) {
        return (
            Boolean(row.product) &&
            this.rows.some(
                (other) => other !== row && other.product?.id === row.product.id
            )
        );
    }

    level(row) {
        return levelOf(row, this.mode, this.isTwice(row));
    }

    price(row) {
        return priceOf(row, this.mode);
    }

    get ready() {
        return this.rows.filter((row) => !blockOf(row));
    }

    get openRows() {
        return this.rows.filter((row) => blockOf(row));
    }

    get totals() {
        let total = 0;
        let cost = 0;
        let known = true;
        for (const row of this.ready) {
            const net = netOf(this.price(row)) || 0;
            total += net * row.quantity;
            known &&= marginOf(row, this.mode) !== null;
            cost += (row.facts?.cost || 0) * row.quantity;
        }
        const margin =
            known && total ? Math.round(((total - cost) / total) * 100) : null;
        return { count: this.ready.length, total, margin };
    }

    // Changing rows

    setMode(mode) {
        this.mode = mode;
        for (const row of this.rows) {
            row.override = null;
            this.repriced(row);
        }
        this.changed();
    }

    /** A product chosen by a person; the text is remembered for this customer. */
    choose(row, product) {
        const asked = product.units.some((unit) => unit.id === row.uom_id);
        Object.assign(row, {
            product,
            chosen: true,
            match: "chosen",
            uom_id: asked ? row.uom_id : product.units[0].id,
            problems: row.problems.filter((problem) => problem !== "similar"),
            line_id: false,
        });
        this.refresh(row);
        this.moveOn(row);
    }

    /** Choosing brings the next row that waits for it. */
    moveOn(row) {
        const start = this.rows.indexOf(row);
        const next = [...this.rows.slice(start + 1), ...this.rows.slice(0, start)].find(
            (other) => !isUsable(other.product)
        );
        this.current = (next || row).key;
    }

    /** Somebody looked at it: what was only to be checked is settled. */
    accept(row) {
        row.problems = [];
        row.changes = [];
        if (row.facts) {
            row.facts.changes = [];
        }
        this.changed();
    }

    setQuantity(row, quantity) {
        row.quantity = quantity;
        row.problems = row.problems.filter((name) => !name.startsWith("quantity"));
        this.refresh(row);
    }

    setUnit(row, unitId) {
        row.uom_id = unitId;
        row.problems = row.problems.filter((name) => name !== "unit_unknown");
        this.refresh(row);
    }

    /** A price of one's own; it is the typed one from now on. */
    setPrice(row, price) {
        const { discount } = this.price(row);
        row.override = { price, discount: discount || 0 };
        Object.assign(row, { price, discount: discount || 0 });
        this.repriced(row);
        this.changed();
    }

    setDiscount(row, discount) {
        const { price } = this.price(row);
        row.override = { price, discount };
        Object.assign(row, { price, discount });
        this.repriced(row);
        this.changed();
    }

    usePast(row, deal) {
        const values = this.config.shows.discount
            ? { price: deal.price_unit, discount: deal.discount }
            : { price: deal.price, discount: 0 };
        row.override = values;
        Object.assign(row, values);
        this.repriced(row);
        this.changed();
    }

    remove(row) {
        const place = this.rows.indexOf(row);
        this.rows.splice(place, 1);
        const next = this.rows[Math.min(place, this.rows.length - 1)];
        this.current = next?.key ?? null;
        this.changed();
        return { row, place };
    }

    restore({ row, place }) {
        this.rows.splice(place, 0, row);
        this.current = row.key;
        this.changed();
    }

    clear() {
        this.rows = [];
        this.leftOut = [];
        this.columns = [];
        this.source = null;
        this.current = null;
        this.saveDraft();
    }

    /** Move to another row by the keyboard. */
    step(by) {
        const place = this.rows.findIndex((row) => row.key === this.current);
        const next = this.rows[Math.max(0, Math.min(this.rows.length - 1, place + by))];
        this.current = next?.key ?? null;
    }

    // Facts

    /** Who may give the new price, or whether it is below a floor that is not told. */
    repriced(row) {
        const { floor } = row.facts || {};
        if (floor && (floor.price === false || isBelowFloor(row, this.mode))) {
            this.stale.add(row.key);
            this.factsLater();
        }
    }

    refresh(row) {
        this.stale.add(row.key);
        this.changed();
        this.factsLater();
    }

    async loadFacts() {
        const rows = this.rows.filter((row) => this.stale.has(row.key) && row.product);
        this.stale.clear();
        if (!rows.length) {
            return;
        }
        const wanted = rows.map((row) => ({
            product_id: row.product.id,
            uom_id: row.uom_id,
            quantity: row.quantity || 1,
            net: row.facts ? netOf(this.price(row)) : false,
        }));
        const facts = await this.orm.silent.call("crm.quote", "quote_facts", [
            this.orderId,
            wanted,
        ]);
        rows.forEach((row, index) => {
            if (
                row.product?.id === wanted[index].product_id &&
                row.uom_id === wanted[index].uom_id
            ) {
                row.facts = facts[index];
            }
        });
        this.changed();
    }

    // Writing

    async add() {
        const rows = this.ready;
        const payload = rows.map((row) => payloadOf(row, this.mode));
        const result = await this.work(() =>
            this.call("quote_add", [payload, this.token])
        );
        this.token = newToken();
        this.rows = this.openRows;
        this.leftOut = [];
        this.current = this.rows[0]?.key ?? null;
        this.saveDraft();
        return { ...result, count: rows.length };
    }

    async work(task) {
        this.busy = true;
        try {
            return await this.keepLast.add(task());
        } finally {
            this.busy = false;
        }
    }

    // The draft in the tab

    changed() {
        this.saveLater();
    }

    get draftKey() {
        return `crm_quote_draft:${user.userId}:${this.orderId}`;
    }

    saveDraft() {
        if (!this.rows.length) {
            browser.sessionStorage.removeItem(this.draftKey);
            return;
        }
        const { rows, mode, token } = this;
        browser.sessionStorage.setItem(
            this.draftKey,
            JSON.stringify({ rows, mode, token })
        );
    }

    loadDraft() {
        const stored = browser.sessionStorage.getItem(this.draftKey);
        if (!stored) {
            return;
        }
        const { rows, mode, token } = JSON.parse(stored);
        Object.assign(this, { rows, mode, token });
        this.nextKey = Math.max(0, ...rows.map((row) => row.key)) + 1;
        this.current = rows[0]?.key ?? null;
        // Prices may have changed meanwhile.
        rows.forEach((row) => this.stale.add(row.key));
        this.factsLater();
    }
}
