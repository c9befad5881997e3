import { expect, test } from "@odoo/hoot";
import { formatRatio } from "@crm_analytics/ratio/ratio_formatter";
import { makeMockEnv } from "@web/../tests/web_test_helpers";

test("an unknown ratio is empty, a known one is a percentage", async () => {
    await makeMockEnv();
    expect(formatRatio(null)).toBe("");
    expect(formatRatio(false)).toBe("");
    expect(formatRatio(undefined)).toBe("");
    expect(formatRatio(0)).toBe("0%");
    expect(formatRatio(-0.25)).toBe("-25%");
});
