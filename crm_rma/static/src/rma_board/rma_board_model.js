import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { RelationalModel } from "@web/model/relational_model/relational_model";

/** A parcel that has left cannot be taken back: whoever ships says so once. */
export function confirmShipping(dialog, count) {
    return new Promise((resolve) => {
        dialog.add(
            ConfirmationDialog,
            {
                title: _t("Ship back"),
                body:
                    count === 1
                        ? _t(
                              "Send the unit home? The delivery is made at once and cannot be taken back."
                          )
                        : _t(
                              "Send %s units home? The deliveries are made at once and cannot be taken back.",
                              count
                          ),
                confirmLabel: _t("Ship Back"),
                confirm: () => resolve(true),
                cancelLabel: _t("Stay"),
                cancel: () => resolve(false),
            },
            { onClose: () => resolve(false) }
        );
    });
}

/** Columns are places: a dropped card is a carried unit, with a real move. */
export class RmaBoardGroupList extends RelationalModel.DynamicGroupList {
    async moveRecord(recordId, groupId, refId, targetGroupId) {
        if (this.groupByField.name !== "place" || groupId === targetGroupId) {
            return super.moveRecord(...arguments);
        }
        const source = this.groups.find((group) => group.id === groupId);
        const target = this.groups.find((group) => group.id === targetGroupId);
        const index = source.list.records.findIndex((record) => record.id === recordId);
        const record = source.list.records[index];
        if (
            target.value === "shipped" &&
            !(await confirmShipping(this.model.dialog, 1))
        ) {
            return;
        }
        const next = target.list.records.findIndex((other) => other.id === refId) + 1;
        source._removeRecords([record.id]);
        target._addRecord(record, next);
        try {
            const answer = await this.model.orm.call("crm.rma.line", "board_move", [
                [record.resId],
                target.value,
            ]);
            this.model.board.tell(answer);
        } catch (error) {
            target._removeRecords([record.id]);
            source._addRecord(record, index);
            throw error;
        }
    }
}

export class RmaBoardModel extends RelationalModel {
    static DynamicGroupList = RmaBoardGroupList;
    static services = [...RelationalModel.services, "crm_rma.board"];

    setup(params, services) {
        super.setup(...arguments);
        this.board = services["crm_rma.board"];
    }
}
