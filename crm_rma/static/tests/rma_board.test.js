import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, queryAllTexts, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    makeServerError,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

const PLACES = [
    ["received", "Received"],
    ["bench", "Bench"],
    ["shipped", "Shipped"],
];

class Unit extends models.Model {
    _name = "crm.rma.line";
    name = fields.Char();
    place = fields.Selection({
        selection: PLACES,
        group_expand: true,
        // What the board shows is where the unit lies; only the server carries it.
        readonly: false,
    });
    _records = [
        { id: 1, name: "SN-1", place: "received" },
        { id: 2, name: "SN-2", place: "bench" },
    ];
}

defineMailModels();
defineModels([Unit]);

const BOARD = {
    type: "kanban",
    resModel: "crm.rma.line",
    groupBy: ["place"],
    arch: `
        <kanban js_class="crm_rma_board" class="o_rma_board">
            <templates><t t-name="card"><field name="name"/></t></templates>
        </kanban>`,
};

function card(id, place, steps = []) {
    return {
        id,
        rma: `RMA/000${id}`,
        rma_id: id,
        serial: `SN-${id}`,
        product: "Oven",
        place,
        place_label: Object.fromEntries(PLACES)[place],
        warranty: "in",
        warranty_label: "In Warranty",
        ageing: "ok",
        age: 3,
        steps,
    };
}

function serve() {
    const calls = [];
    onRpc("crm.rma.line", "board_places", () => PLACES);
    onRpc("crm.rma.line", "board_scan", ({ args: [code] }) => {
        calls.push(["scan", code]);
        if (code.startsWith("SN-")) {
            return { kind: "units", units: [card(Number(code.slice(3)), "received")] };
        }
        const place = PLACES.find(([name]) => name === code);
        if (place) {
            return { kind: "place", place: code, location_id: 7, label: place[1] };
        }
        return { kind: "none", message: `Unknown: ${code}`, serial: false };
    });
    onRpc("crm.rma.line", "board_move", ({ args }) => {
        calls.push(["move", ...args]);
        return {
            message: "Carried.",
            undo: [11],
            units: args[0].map((id) => card(id, args[1])),
        };
    });
    onRpc("crm.rma.line", "board_undo", ({ args }) => {
        calls.push(["undo", ...args]);
        return { message: "Taken back.", undo: [], units: [] };
    });
    return calls;
}

async function scan(code) {
    await contains("[name=rma_scan]").edit(code, { confirm: "enter" });
    await animationFrame();
}

test.tags("desktop");
test("R04: a unit, then a place: the unit moves, and the move can be taken back", async () => {
    const calls = serve();
    await mountView(BOARD);
    expect("[name=rma_scan]").toBeFocused();
    await scan("SN-1");
    expect(".o_rma_unit").toHaveCount(1);
    expect(".o_rma_unit").toHaveText(/SN-1/);
    await scan("bench");
    expect(calls.at(-1)).toEqual(["move", [1], "bench", 7]);
    expect(".o_rma_told").toHaveText("Carried.");
    expect(".o_rma_unit .badge:first").toHaveText("Bench");
    await contains(".o_rma_undo").click();
    expect(calls.at(-1)).toEqual(["undo", [11]]);
    expect(".o_rma_undo").toHaveCount(0);
    expect("[name=rma_scan]").toBeFocused();
});

test.tags("desktop");
test("R04: only a chosen *Several* keeps the first unit in the hand", async () => {
    const calls = serve();
    await mountView(BOARD);
    await scan("SN-1");
    await scan("SN-2");
    expect(".o_rma_unit").toHaveCount(1);
    await contains("button:contains(Several)").click();
    await scan("SN-1");
    await scan("SN-1");
    expect(".o_rma_unit").toHaveCount(2);
    await scan("bench");
    expect(calls.at(-1)).toEqual(["move", [1, 2], "bench", 7]);
    expect(".o_rma_unit").toHaveCount(0);
});

test.tags("desktop");
test("a place without a unit, an unknown code and a refusal are said, nothing moves", async () => {
    const calls = serve();
    await mountView(BOARD);
    await scan("bench");
    expect(".o_rma_told .alert-danger").toHaveText(/Scan a unit first.*Bench/);
    await scan("XYZ");
    expect(".o_rma_told .alert-danger").toHaveText("Unknown: XYZ");
    onRpc("crm.rma.line", "board_move", () => {
        throw makeServerError({ message: "Finish the repair first: WH/1." });
    });
    await scan("SN-1");
    await scan("bench");
    expect(".o_rma_told .alert-danger").toHaveText("Finish the repair first: WH/1.");
    expect(".o_rma_unit .badge:first").toHaveText("Received");
    expect(calls.filter(([name]) => name === "move")).toHaveLength(0);
});

test.tags("desktop");
test("what leaves the house is confirmed first", async () => {
    const calls = serve();
    await mountView(BOARD);
    await scan("SN-1");
    contains("[name=rma_scan]").edit("shipped", { confirm: "enter" });
    await contains(".modal button:contains(Stay)").click();
    expect(calls.filter(([name]) => name === "move")).toHaveLength(0);
    contains("[name=rma_scan]").edit("shipped", { confirm: "enter" });
    await contains(".modal button:contains(Ship Back)").click();
    await animationFrame();
    expect(calls.at(-1)).toEqual(["move", [1], "shipped", 7]);
});

test.tags("desktop");
test("R04: dragging asks the server to carry, and never writes the place", async () => {
    const calls = serve();
    onRpc("web_save", () => expect.step("web_save"));
    await mountView(BOARD);
    await contains(".o_kanban_group:first .o_kanban_record").dragAndDrop(
        ".o_kanban_group:contains(Bench)"
    );
    await animationFrame();
    expect(calls.at(-1)).toEqual(["move", [1], "bench"]);
    expect(".o_rma_undo").toHaveCount(1);
    expect.verifySteps([]);
});

test.tags("desktop");
test("R04: a refused card goes back, with the reason", async () => {
    expect.errors(1);
    serve();
    onRpc("crm.rma.line", "board_move", () => {
        throw makeServerError({ message: "Receive the units first." });
    });
    await mountView(BOARD);
    await contains(".o_kanban_group:first .o_kanban_record").dragAndDrop(
        ".o_kanban_group:contains(Bench)"
    );
    await animationFrame();
    expect(".modal").toHaveText(/Receive the units first/);
    expect(queryAllTexts(".o_kanban_group:first .o_kanban_record")).toEqual(["SN-1"]);
    expect.verifyErrors(["RPC_ERROR"]);
});
