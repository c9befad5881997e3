import { CrmKanbanDynamicGroupList } from "@crm/views/crm_kanban/crm_kanban_model";
import "@crm/views/crm_form/crm_form";
import {
    AlertDialog,
    ConfirmationDialog,
} from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";

/**
 * Required items of the stage that are open: ask before an opportunity moves on.
 *
 * The server refuses where the stage says so; this is where "warn" is a question.
 *
 * @returns {Promise<boolean>} whether it may move
 */
export async function mayMoveOn(orm, dialog, leadIds, stageId) {
    const answer = await orm.call("crm.lead", "kit_open_items", [leadIds, stageId]);
    if (!answer.items.length) {
        return true;
    }
    const items = answer.items.map((item) => `• ${item}`).join("\n");
    return new Promise((resolve) => {
        if (answer.guard === "block") {
            dialog.add(
                AlertDialog,
                {
                    title: _t("Not yet"),
                    body: _t("Required in this stage and still open:\n%s", items),
                },
                { onClose: () => resolve(false) }
            );
            return;
        }
        dialog.add(
            ConfirmationDialog,
            {
                title: _t("Move on with open items?"),
                body: _t("Required in this stage and still open:\n%s", items),
                confirmLabel: _t("Move on"),
                confirm: () => resolve(true),
                cancelLabel: _t("Stay"),
                cancel: () => resolve(false),
            },
            { onClose: () => resolve(false) }
        );
    });
}

const crmForm = registry.category("views").get("crm_form");

patch(crmForm.Model.Record.prototype, {
    /** Ask before the stage is saved; "stay" puts the old one back. */
    async _save() {
        const stage = this._changes.stage_id;
        if (this.resModel === "crm.lead" && this.resId && stage && stage.id) {
            const { orm, dialog } = this.model;
            if (!(await mayMoveOn(orm, dialog, [this.resId], stage.id))) {
                await this._update({ stage_id: this._values.stage_id });
                return false;
            }
        }
        return super._save(...arguments);
    },
});

patch(CrmKanbanDynamicGroupList.prototype, {
    /** Ask before a card moves to another column. */
    async moveRecord(dataRecordId, dataGroupId, refId, targetGroupId) {
        const source = this.groups.find((group) => group.id === dataGroupId);
        const target = this.groups.find((group) => group.id === targetGroupId);
        const isStage = source?.groupByField.name === "stage_id";
        if (isStage && target && source !== target && target.value) {
            const record = source.list.records.find((r) => r.id === dataRecordId);
            const { orm, dialog } = this.model;
            if (!(await mayMoveOn(orm, dialog, [record.resId], target.value))) {
                return;
            }
        }
        return super.moveRecord(...arguments);
    },
});
