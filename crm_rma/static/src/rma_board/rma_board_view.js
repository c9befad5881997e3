import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { RmaBoardModel } from "@crm_rma/rma_board/rma_board_model";
import { RmaScanBar } from "@crm_rma/rma_board/rma_scan_bar";

/** The board by place, with the scan field above it. */
export class RmaBoardController extends KanbanController {
    static template = "crm_rma.BoardView";
    static components = { ...KanbanController.components, RmaScanBar };

    setup() {
        super.setup();
        this.board = useService("crm_rma.board");
        useBus(this.board.bus, "done", () => this.model.load());
    }
}

export const rmaBoardView = {
    ...kanbanView,
    Controller: RmaBoardController,
    Model: RmaBoardModel,
};

registry.category("views").add("crm_rma_board", rmaBoardView);
