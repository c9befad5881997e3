import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { Deferred } from "@odoo/hoot-mock";
import { contains, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { CustomerPoolLine } from "@crm_extension/customer_360/customer_pool_line";

defineMailModels();

const line = (values = {}) => ({
    text: "12 days left: last real contact 18 Nov",
    tone: "info",
    icon: "fa-hourglass-half",
    locked: false,
    actions: [],
    ...values,
});

test("X09: the clock with its reason, red when little is left", async () => {
    await mountWithCleanup(CustomerPoolLine, {
        props: { pool: line({ tone: "danger" }), onAction: () => {} },
    });
    expect(".o_c360_pool .text-danger").toHaveText(
        "12 days left: last real contact 18 Nov"
    );
    expect(".o_c360_pool button").toHaveCount(0);
    expect(".o_c360_masked").toHaveCount(0);
});

test("X09: a second click does not claim twice", async () => {
    const answer = new Deferred();
    await mountWithCleanup(CustomerPoolLine, {
        props: {
            pool: line({
                locked: "Shown once you have claimed it",
                actions: [{ name: "action_pool_claim", label: "Claim", primary: true }],
            }),
            onAction: (name) => {
                expect.step(name);
                return answer;
            },
        },
    });
    expect(".o_c360_masked").toHaveText("Shown once you have claimed it");
    await contains(".o_c360_pool button.btn-primary").click();
    expect(".o_c360_pool button").not.toBeEnabled();
    expect.verifySteps(["action_pool_claim"]);
    answer.resolve();
    await contains(".o_c360_pool button:enabled").click();
    expect.verifySteps(["action_pool_claim"]);
});
