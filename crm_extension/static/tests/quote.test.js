import { expect, test } from "@odoo/hoot";
import {
    click,
    press,
    queryAll,
    queryAllTexts,
    queryFirst,
    edit,
} from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import {
    allowTranslations,
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { sparkPoints } from "@crm_extension/price_history/price_spark";
import {
    blockOf,
    changeOf,
    isBelowFloor,
    levelOf,
    marginOf,
    payloadOf,
    priceOf,
} from "@crm_extension/quote/quote_pricing";
import { QuotePage } from "@crm_extension/quote/quote_page";
import { remarksOf } from "@crm_extension/quote/quote_texts";

defineMailModels();

const product = (id, values = {}) => ({
    id,
    name: `Product ${id}`,
    code: `P${id}`,
    archived: false,
    combo: false,
    units: [
        { id: 1, name: "Units" },
        { id: 2, name: "Box" },
    ],
    ...values,
});

const facts = (values = {}) => ({
    price: 18,
    discount: 0,
    cost: 12,
    changes: [],
    more: { stock: 39 },
    floor: false,
    history: {
        last: {
            price: 17.1,
            price_unit: 18,
            discount: 5,
            kind: "sold",
            date: "2026-03-12 10:00:00",
            converted: false,
        },
        low: 14,
        high: 18,
        trend: [14, 17.1],
        count: 2,
    },
    ...values,
});

const row = (values = {}) => ({
    number: 1,
    typed: "P1 24",
    text: "P1",
    product: product(1),
    match: "code",
    candidates: [],
    quantity: 24,
    uom_id: 1,
    price: false,
    discount: false,
    problems: [],
    changes: [],
    facts: facts(),
    override: null,
    ...values,
});

test("X12: one switch decides where all prices come from", () => {
    const typed = row({ price: 20, discount: 10 });
    expect(priceOf(typed, "keep")).toEqual({
        price: 20,
        discount: 10,
        source: "typed",
    });
    expect(priceOf(typed, "last")).toEqual({ price: 18, discount: 5, source: "last" });
    expect(priceOf(typed, "list").price).toBe(18);
    // without a price of its own, or a past, a row takes the list
    expect(priceOf(row(), "keep").source).toBe("list");
    const history = { ...facts().history, last: false };
    expect(priceOf(row({ facts: facts({ history }) }), "last").source).toBe("list");
    // a discount that was typed alone goes off the list price
    const discounted = row({ discount: 7 });
    expect(priceOf(discounted, "keep").discount).toBe(7);
    expect(payloadOf(discounted, "keep")).toMatchObject({ price: null, discount: 7 });
    expect(payloadOf(row(), "list")).toMatchObject({ price: null, discount: null });
    expect(payloadOf(row({ override: { price: 0, discount: 0 } }), "list").price).toBe(
        0
    );
});

test("X12: margin, change and floor of a row", () => {
    expect(marginOf(row(), "list")).toBe(33);
    expect(marginOf(row({ facts: facts({ cost: false }) }), "list")).toBe(null);
    expect(changeOf(row({ price: 18.64 }), "keep")).toBe(9);
    expect(changeOf(row(), "last")).toBe(0);
    const limited = row({ facts: facts({ floor: { price: 17, text: "below" } }) });
    expect(isBelowFloor(limited, "list")).toBe(false);
    expect(isBelowFloor({ ...limited, price: 16 }, "keep")).toBe(true);
});

test("X12: what blocks a row and what is only to be looked at", () => {
    expect(blockOf(row({ product: false }))).toBe("product");
    expect(blockOf(row({ product: product(1, { archived: true }) }))).toBe("archived");
    expect(blockOf(row({ product: product(1, { combo: true }) }))).toBe("combo");
    expect(blockOf(row({ quantity: false }))).toBe("quantity");
    expect(levelOf(row(), "keep", false)).toBe("ok");
    expect(levelOf(row({ problems: ["similar"] }), "keep", false)).toBe("check");
    expect(levelOf(row(), "keep", true)).toBe("check");
    allowTranslations();
    const texts = remarksOf(row({ price: 18.64, changes: ["tax 5 %"] }), "keep", true);
    expect(texts.map((remark) => remark.text)).toEqual([
        "tax 5 %",
        "twice in this list",
        "dearer than last (+9 %)",
    ]);
});

test("a trend is drawn inside its box", () => {
    const points = sparkPoints([5, 10, 7.5]);
    expect(points.map(({ y }) => y)).toEqual([16, 2, 9]);
    expect(sparkPoints([5, 5]).map(({ y }) => y)).toEqual([9, 9]);
});

const config = {
    order: {
        id: 7,
        name: "S00007",
        customer: "Ernst Handel",
        partner_id: 3,
        currency_id: 1,
        currency: "USD",
        pricelist: "",
        line_count: 0,
    },
    price_modes: [
        { name: "keep", label: "Keep", title: "" },
        { name: "last", label: "Last", title: "" },
        { name: "list", label: "List", title: "" },
    ],
    columns: [{ name: "stock", label: "Stock", title: "", warns: true }],
    max_rows: 500,
    shows: { margin: true, discount: true, uom: true },
};

async function openPage(answers = {}) {
    onRpc("crm.quote", "quote_open", () => config);
    onRpc("crm.quote", "quote_read", ({ args }) => {
        expect.step(`read ${JSON.stringify(args[1] ?? "")}`);
        return {
            rows: [
                row(),
                row({
                    number: 2,
                    typed: "4711 3",
                    text: "4711",
                    product: false,
                    match: false,
                    facts: undefined,
                    candidates: [product(5), product(6)],
                }),
            ],
            left_out: [{ number: 3, typed: "Total", reason: "a sum" }],
            columns: [{ role: "code", heading: "", sample: "P1" }],
        };
    });
    onRpc("crm.quote", "quote_facts", ({ args }) => {
        expect.step(`facts ${args[1].map((asked) => asked.product_id)}`);
        return args[1].map(() => facts());
    });
    onRpc("crm.quote", "quote_add", ({ args }) => {
        expect.step(`add ${args[1].map((asked) => asked.product_id)}`);
        expect.step(`remember ${args[1].map((asked) => asked.remember)}`);
        return { batch: args[2], count: args[1].length };
    });
    for (const [method, answer] of Object.entries(answers)) {
        onRpc("crm.quote", method, answer);
    }
    sessionStorage.clear();
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_extension.quote",
        params: { order_id: 7 },
    });
}

async function paste(text) {
    document.activeElement?.blur();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.body.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })
    );
    await animationFrame();
    await animationFrame();
}

test("X12: paste, choose by a key, add by Ctrl+Enter", async () => {
    patchWithCleanup(QuotePage.prototype, { back: () => expect.step("back") });
    await openPage();
    await paste("P1\t24\n4711\t3");
    expect.verifySteps(['read ""']);
    // what must be solved stands on top, with its candidates
    expect(queryAllTexts(".o_quote_typed")).toEqual(["4711 3", "P1 24"]);
    expect(queryAll(".o_quote_candidate")).toHaveLength(2);
    expect(".o_quote_add").toHaveText("Add 1 line");
    expect(".o_quote_left_out").toHaveText(/Left out: 1/);
    await press("2");
    await animationFrame();
    await advanceTime(500);
    expect.verifySteps(["facts 6"]);
    expect(".o_quote_add").toHaveText("Add 2 lines");
    expect(".o_quote_candidate").toHaveCount(0);
    await press(["ctrl", "Enter"]);
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["add 6,1", "remember 4711,false", "back"]);
    expect(".o_notification").toHaveText(/2 lines added/);
});

test("X12: arrows move over the rows, Delete removes one, with undo", async () => {
    await openPage();
    await paste("P1\t24\n4711\t3");
    expect.verifySteps(['read ""']);
    const current = () =>
        queryFirst(".o_quote_current .o_quote_typed").textContent.trim();
    expect(current()).toBe("4711 3");
    await press("ArrowDown");
    await animationFrame();
    expect(current()).toBe("P1 24");
    await press("ArrowUp");
    await press("Delete");
    await animationFrame();
    expect(".o_quote_row").toHaveCount(1);
    await click(".o_quote_remove");
    await animationFrame();
    expect(".o_quote_row").toHaveCount(0);
    await click(".o_notification button:contains(Undo)");
    await animationFrame();
    expect(".o_quote_row").toHaveCount(1);
});

test("X12: a price of one's own stays until the switch is used", async () => {
    await openPage();
    await paste("P1\t24");
    expect.verifySteps(['read ""']);
    await click("[data-field=price]:enabled");
    await edit("15", { confirm: "blur" });
    await animationFrame();
    expect("[data-field=price]:enabled").toHaveValue("15.00");
    await click(".o_quote_modes button:contains(List)");
    await animationFrame();
    expect("[data-field=price]:enabled").toHaveValue("18.00");
    await click(".o_quote_modes button:contains(Keep)");
    await animationFrame();
    expect("[data-field=price]:enabled").toHaveValue("15.00");
});

test("X12: a draft survives a reload", async () => {
    await openPage();
    await paste("P1\t24");
    expect.verifySteps(['read ""']);
    await advanceTime(1000);
    expect(Object.keys(sessionStorage).some((key) => key.includes(":7"))).toBe(true);
    sessionStorage.clear();
});
