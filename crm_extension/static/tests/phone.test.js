import { expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import { contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { Caller } from "@crm_extension/phone/caller";
import { dialHref, hrefOf } from "@crm_extension/phone/dial";

defineMailModels();

const match = {
    number_id: 1,
    number: "+86 138 0013 8000",
    tel: "tel:+8613800138000",
    active: true,
    exact: true,
    partner_id: 3,
    partner_name: "Wang Fang",
    customer_id: 2,
    customer_name: "Beijing Lantern Trading",
    lead_id: false,
    lead_name: "",
    function: "Buyer",
    user_name: "Nancy",
    last_contact: "yesterday",
    open: [{ name: "Quotations", model: "sale.order", count: 2, domain: [] }],
};

test("extensions are dialled by desk phones and by mobile phones", () => {
    expect(dialHref("tel:+8610;ext=801", false)).toBe("tel:+8610;ext=801");
    expect(dialHref("tel:+8610;ext=801", true)).toBe("tel:+8610,801");
    expect(hrefOf("+86 10 8888 8888 ext. 801", false)).toBe(
        "tel:+861088888888;ext=801"
    );
    expect(hrefOf("+86 138 0013 8000", true)).toBe("tel:+8613800138000");
    expect(hrefOf("", true)).toBe("tel:");
});

test("a known caller: who, company, what is open", async () => {
    onRpc("crm.phone.number", "caller_fetch", ({ args }) => {
        expect.step(args[0]);
        return {
            number: match.number,
            tel: match.tel,
            matches: [match],
            can_create: [],
        };
    });
    await mountWithCleanup(Caller);
    await contains(".o_caller input").edit("138 0013 8000");
    await runAllTimers();
    await animationFrame();
    expect.verifySteps(["138 0013 8000"]);
    expect(".o_caller_match .fs-4").toHaveText("Wang Fang");
    expect(queryAllTexts(".o_caller_match button")).toEqual(["Quotations2"]);
    expect(queryAll(".o_caller_match a")[0].getAttribute("href")).toBe(
        "tel:+8613800138000"
    );
});

test("an unknown caller: where from, and what to create", async () => {
    onRpc("crm.phone.number", "caller_fetch", () => ({
        number: "+86 571 8765 4321",
        tel: "tel:+8657187654321",
        reason: "",
        matches: [],
        can_create: ["crm.lead"],
    }));
    onRpc("crm.phone.number", "caller_where", () => ({
        place: "Hangzhou",
        carrier: "",
        country: "China",
    }));
    await mountWithCleanup(Caller);
    await contains(".o_caller input").edit("0571-87654321");
    await runAllTimers();
    await animationFrame();
    expect(".o_caller .text-muted").toHaveText(/Hangzhou · China/);
    expect(queryAllTexts(".o_caller button")).toEqual(["New lead"]);
});

test("a few letters ask nobody", async () => {
    onRpc("crm.phone.number", "caller_fetch", () => expect.step("asked"));
    await mountWithCleanup(Caller);
    await contains(".o_caller input").edit("12");
    await runAllTimers();
    expect.verifySteps([]);
});
