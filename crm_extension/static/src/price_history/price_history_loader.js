import { markRaw, reactive } from "@odoo/owl";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";

const loaders = new WeakMap();

/** The loader of a form: all its lines share one. */
export function loaderOf(model, orm) {
    if (!loaders.has(model)) {
        loaders.set(model, new PriceHistoryLoader(orm));
    }
    return loaders.get(model);
}

export function keyOf(question) {
    const { partner_id, currency_id, order_id, product_id, uom_id } = question;
    return [partner_id, currency_id, order_id, product_id, uom_id].join(":");
}

/**
 * Past prices of the lines of a form: what forty lines ask in one moment becomes one
 * call, made after the form is shown. An answer is kept as long as the form.
 */
export class PriceHistoryLoader {
    constructor(orm) {
        this.orm = orm;
        this.answers = reactive({});
        this.waiting = new Map();
        this.timer = null;
    }

    ask(question) {
        const key = keyOf(question);
        if (key in this.answers || this.waiting.has(key)) {
            return;
        }
        this.waiting.set(key, question);
        this.timer ||= setTimeout(() => this.fetch(), 0);
    }

    async fetch() {
        const asked = [...this.waiting.entries()];
        this.timer = null;
        for (const group of this.documents(asked)) {
            await this.fetchGroup(group);
        }
        for (const [key] of asked) {
            this.waiting.delete(key);
        }
    }

    /** Questions of one customer in one currency belong into one call. */
    documents(asked) {
        const groups = new Map();
        for (const [key, question] of asked) {
            const { partner_id, currency_id, order_id } = question;
            const name = [partner_id, currency_id, order_id].join(":");
            groups.set(name, [...(groups.get(name) || []), [key, question]]);
        }
        return groups.values();
    }

    async fetchGroup(group) {
        const [, { partner_id, currency_id, order_id }] = group[0];
        const wanted = group.map(([, { product_id, uom_id }]) => [product_id, uom_id]);
        try {
            const facts = await this.orm.silent.call(
                "crm.price.history",
                "history_fetch",
                [partner_id, wanted],
                { currency_id, order_id }
            );
            group.forEach(([key], index) => {
                this.answers[key] = markRaw(facts[index]);
            });
        } catch (error) {
            if (!(error instanceof RPCError || error instanceof ConnectionLostError)) {
                throw error;
            }
            // A quotation is written without its past as well.
            group.forEach(([key]) => {
                this.answers[key] = null;
            });
        }
    }
}
