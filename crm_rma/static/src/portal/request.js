import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** Shows the questions of the chosen reason, for all units together or for each. */
export class ReturnRequest extends Interaction {
    static selector = ".o_rma_request";
    dynamicContent = {
        ".o_rma_reason": { "t-on-change": this.render },
        "#rma_same": { "t-on-change": this.render },
        ".o_rma_write": { "t-on-submit": this.sendOnce },
    };

    start() {
        this.render();
    }

    render() {
        const same = this.el.querySelector("#rma_same");
        for (const block of this.el.querySelectorAll(".o_rma_block")) {
            const isCommon = block.dataset.block === "all";
            const isUsed = !same || same.checked === isCommon;
            block.classList.toggle("d-none", !isUsed);
            const reason = block.querySelector(".o_rma_reason");
            reason.required = isUsed;
            for (const part of block.querySelectorAll(".o_rma_questions")) {
                part.classList.toggle("d-none", part.dataset.reason !== reason.value);
            }
        }
    }

    sendOnce(ev) {
        for (const button of ev.currentTarget.querySelectorAll("[type=submit]")) {
            button.disabled = true;
        }
    }
}

registry.category("public.interactions").add("crm_rma.return_request", ReturnRequest);
