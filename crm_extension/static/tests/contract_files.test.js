import { expect, test } from "@odoo/hoot";
import { queryAllTexts, setInputFiles } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    fileIcon,
    uploadToken,
    viewerFile,
} from "@crm_extension/contract/contract_files";
import { placeholderText } from "@crm_extension/contract/contract_placeholders";

class CrmContract extends models.Model {
    _name = "crm.contract";
    name = fields.Char();
    write_date = fields.Datetime();
    _records = [{ id: 1, name: "Frame", write_date: "2026-05-05 09:00:00" }];
}

defineMailModels();
defineModels([CrmContract]);

const version = (number, values = {}) => ({
    id: 10 + number,
    number,
    name: `Frame ${number}.pdf`,
    note: "",
    user: "Nancy",
    date: "2026-05-05 09:00:00",
    is_current: false,
    is_generated: false,
    can_remove: false,
    attachment_id: 100 + number,
    mimetype: "application/pdf",
    size: "12 Kb",
    ...values,
});

const answer = (versions, values = {}) => ({
    writable: true,
    limit: 1024,
    files: versions.length ? [{ id: 5, name: "Frame", versions }] : [],
    ...values,
});

async function mountForm(fetched) {
    mockDate("2026-05-05 10:00:00", 0);
    onRpc("crm.contract", "files_fetch", () => fetched);
    await mountView({
        type: "form",
        resModel: "crm.contract",
        resId: 1,
        arch: `<form><field name="name"/><widget name="contract_files"/></form>`,
    });
    await animationFrame();
}

const pdf = (size = 3) =>
    new File(["x".repeat(size)], "Scan.pdf", { type: "application/pdf" });

test("the current version stands first, older ones behind a click", async () => {
    await mountForm(
        answer([version(2, { is_current: true, note: "signed" }), version(1)])
    );
    expect(queryAllTexts(".o_contract_version_open")).toEqual(["Frame 2.pdf"]);
    expect(".o_contract_version_note").toHaveValue("signed");
    expect(".o_contract_version .text-bg-primary").toHaveText("v2");
    await contains(".o_contract_file_more").click();
    expect(queryAllTexts(".o_contract_version_open")).toEqual([
        "Frame 2.pdf",
        "Frame 1.pdf",
    ]);
    expect("a[aria-label='Download']:first").toHaveAttribute(
        "href",
        /\/web\/content\/102\?download=true/
    );
});

test("an empty contract asks for the file", async () => {
    await mountForm(answer([]));
    expect(".o_contract_files_empty").toHaveText(/Drop the contract/);
    expect(".o_contract_file").toHaveCount(0);
});

test("who may only read sees no buttons that change", async () => {
    await mountForm(answer([version(1, { is_current: true })], { writable: false }));
    expect(".o_contract_files_add").toHaveCount(0);
    expect(".o_contract_file_next").toHaveCount(0);
    expect("input[aria-label='Name of the file']").toHaveCount(0);
    expect(".o_contract_version_download").toHaveCount(1);
});

test("a file that is chosen for a file is its next version", async () => {
    onRpc("crm.contract", "file_upload", ({ args }) => {
        const [ids, name, data, fileId, , token] = args;
        expect.step([ids, name, data, fileId, token.length]);
        return answer([version(2, { is_current: true }), version(1)]);
    });
    await mountForm(answer([version(1, { is_current: true })]));
    await contains(".o_contract_file_next").click();
    await setInputFiles([pdf()]);
    await expect.waitForSteps([[[1], "Scan.pdf", "eHh4", 5, 32]]);
    await animationFrame();
    expect(".o_contract_version .text-bg-primary").toHaveText("v2");
});

test("a file that is too large is not sent", async () => {
    onRpc("crm.contract", "file_upload", () => expect.step("sent"));
    await mountForm(answer([]));
    await contains(".o_contract_files_add").click();
    await setInputFiles([pdf(2000)]);
    await animationFrame();
    expect(".modal").toHaveText(/at most/);
    expect.verifySteps([]);
});

test("a version is taken away after a question", async () => {
    onRpc("crm.contract", "file_remove", ({ args }) => {
        expect.step(args[1]);
        return answer([]);
    });
    await mountForm(answer([version(1, { is_current: true, can_remove: true })]));
    await contains("button[aria-label='Take away']").click();
    expect(".modal").toHaveText(/Version 1 of “Frame”/);
    await contains(".modal .btn-primary").click();
    expect.verifySteps([11]);
    expect(".o_contract_files_empty").toHaveCount(1);
});

test("icons, viewer and tokens", () => {
    expect(fileIcon("image/png")).toBe("fa-file-image-o");
    expect(fileIcon("application/vnd.ms-excel")).toBe("fa-file-excel-o");
    expect(fileIcon(false)).toBe("fa-file-o");
    expect(viewerFile(version(1)).isViewable).toBe(true);
    expect(viewerFile(version(1, { mimetype: "application/msword" })).isViewable).toBe(
        false
    );
    expect(uploadToken()).not.toBe(uploadToken());
    expect(placeholderText("customer.name")).toBe("{{customer.name}}");
});
