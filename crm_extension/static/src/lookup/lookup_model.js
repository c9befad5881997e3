import { markRaw } from "@odoo/owl";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { KeepLast } from "@web/core/utils/concurrency";

/** What the panel shows: one call when it is open and the question has changed. */
export class LookupModel {
    partnerId = false;
    productIds = [];
    orderId = false;
    data = null;
    loading = false;
    error = "";
    answered = "";

    constructor(orm) {
        this.orm = markRaw(orm);
        this.keepLast = markRaw(new KeepLast());
    }

    get question() {
        return JSON.stringify([this.partnerId, this.productIds, this.orderId]);
    }

    /** The form shows another customer or other products. */
    follow(asked, isOpen) {
        if (asked.partnerId !== this.partnerId) {
            this.data = null;
        }
        Object.assign(this, asked);
        if (isOpen) {
            this.load();
        }
    }

    async load({ again = false } = {}) {
        const { question } = this;
        if (!this.partnerId || (!again && this.answered === question)) {
            return;
        }
        Object.assign(this, { loading: true, answered: question, error: "" });
        try {
            this.data = await this.keepLast.add(this.fetch());
        } catch (error) {
            if (!(error instanceof RPCError || error instanceof ConnectionLostError)) {
                throw error;
            }
            this.answered = "";
            this.error = error.data?.message || error.message;
        } finally {
            this.loading = false;
        }
    }

    fetch() {
        return this.orm.silent.call("crm.lookup", "lookup_fetch", [this.partnerId], {
            product_ids: [...this.productIds],
            order_id: this.orderId,
        });
    }
}
