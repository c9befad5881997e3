/** What a row costs and what is to be said about it: plain functions of a row. */

/** Problems that a look is enough for; all others of a row must be solved first. */
export const LEVELS = ["open", "check", "ok"];
/** From here on a price is called dearer or cheaper than the last one, in percent. */
const NOTABLE = 1;

export function isUsable(product) {
    return Boolean(product) && !product.archived;
}

/** Where the price of a row comes from in a price mode, and what it is. */
export function priceOf(row, mode) {
    const { facts } = row;
    if (!facts) {
        return { price: null, discount: null, source: "none" };
    }
    if (row.override) {
        return { ...row.override, source: "own" };
    }
    if (mode === "keep" && row.price !== false) {
        return { price: row.price, discount: row.discount || 0, source: "typed" };
    }
    const { last } = facts.history;
    if (mode === "last" && last && last.price_unit !== false) {
        return { price: last.price_unit, discount: last.discount, source: "last" };
    }
    const typed = mode === "keep" && row.discount !== false;
    return {
        price: facts.price,
        discount: typed ? row.discount : facts.discount,
        source: "list",
        typedDiscount: typed,
    };
}

export function netOf({ price, discount }) {
    return price === null ? null : price * (1 - (discount || 0) / 100);
}

/** Margin in percent of the price, null where it is not to be seen. */
export function marginOf(row, mode) {
    const net = netOf(priceOf(row, mode));
    const cost = row.facts?.cost;
    return net && cost !== false && cost !== undefined
        ? Math.round(((net - cost) / net) * 100)
        : null;
}

/** By how many percent the price is above (+) or below (-) the last one. */
export function changeOf(row, mode) {
    const net = netOf(priceOf(row, mode));
    const last = row.facts?.history.last;
    if (!last || !last.price || net === null) {
        return null;
    }
    const percent = Math.round(((net - last.price) / Math.abs(last.price)) * 100);
    return Math.abs(percent) >= NOTABLE ? percent : 0;
}

/** Whether the price is below what the user may give alone. */
export function isBelowFloor(row, mode) {
    const floor = row.facts?.floor;
    const net = netOf(priceOf(row, mode));
    if (!floor || net === null) {
        return false;
    }
    // A floor that would tell a cost is known to the server alone.
    return floor.price === false ? floor.below : net < floor.price - 1e-6;
}

/** Why a row cannot be added; empty when it can. */
export function blockOf(row) {
    if (!row.product) {
        return "product";
    }
    if (row.product.archived) {
        return "archived";
    }
    if (row.product.combo) {
        return "combo";
    }
    return row.quantity > 0 ? "" : "quantity";
}

/** "open" must be solved, "check" wants a look, "ok" is ready. */
export function levelOf(row, mode, twice) {
    if (blockOf(row)) {
        return "open";
    }
    const looks =
        row.problems.length ||
        row.changes?.length ||
        row.facts?.changes.length ||
        twice ||
        isBelowFloor(row, mode);
    return looks ? "check" : "ok";
}

/** What `quote_add` takes. */
export function payloadOf(row, mode) {
    const { price, discount, source, typedDiscount } = priceOf(row, mode);
    const isList = source === "list";
    return {
        product_id: row.product.id,
        uom_id: row.uom_id,
        quantity: row.quantity,
        price: isList ? null : price,
        discount: isList && !typedDiscount ? null : discount,
        line_id: row.line_id || false,
        remember: row.chosen && row.text ? row.text : false,
    };
}
