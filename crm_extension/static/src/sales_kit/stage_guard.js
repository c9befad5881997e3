import { CrmKanbanDynamicGroupList } from "@crm/views/crm_kanban/crm_kanban_model";
import {
    AlertDialog,
    ConfirmationDialog,
} from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { StatusBarField } from "@web/views/fields/statusbar/statusbar_field";
import { FormController } from "@web/views/form/form_controller";

const WON_BUTTONS = ["action_set_won_rainbowman", "action_set_won"];

/**
 * Required items of the stage that are open: ask before an opportunity moves on.
 *
 * The server refuses where the stage says so; this is where "warn" is a question.
 *
 * @param {number|"won"} stageId
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

patch(StatusBarField.prototype, {
    /** Ask before the arrow changes anything: "stay" leaves the form as it is. */
    async selectItem(item) {
        const { name, record } = this.props;
        const isMove =
            item && name === "stage_id" && record.data.stage_id?.id !== item.value;
        if (record.resModel === "crm.lead" && record.resId && isMove) {
            const { orm, dialog } = record.model;
            if (!(await mayMoveOn(orm, dialog, [record.resId], item.value))) {
                return;
            }
        }
        return super.selectItem(...arguments);
    },
});

patch(FormController.prototype, {
    /** The button "Won" moves on, too. */
    async beforeExecuteActionButton(clickParams) {
        const { resModel, resId, model } = this.model.root;
        if (
            resModel === "crm.lead" &&
            resId &&
            WON_BUTTONS.includes(clickParams.name)
        ) {
            if (!(await mayMoveOn(model.orm, model.dialog, [resId], "won"))) {
                return false;
            }
        }
        return super.beforeExecuteActionButton(...arguments);
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
