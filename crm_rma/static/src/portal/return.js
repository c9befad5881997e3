import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** How often the page looks for news while somebody looks at it, in milliseconds. */
const PERIOD = 20000;

/**
 * The page of a return follows the goods: while it is in view it asks for its changing
 * part and shows what is new. What somebody is writing below stays as it is.
 */
export class ReturnPage extends Interaction {
    static selector = ".o_rma_portal[data-live]";
    dynamicContent = {
        "[data-rma-ask]": { "t-on-click": this.askFirst },
        ".o_rma_write": { "t-on-submit": this.sendOnce },
    };

    start() {
        this.holder = this.el.querySelector(".o_rma_live");
        this.timer = setInterval(() => this.look(), PERIOD);
        this.registerCleanup(() => clearInterval(this.timer));
    }

    async look() {
        if (document.hidden) {
            return;
        }
        let response = null;
        try {
            response = await fetch(this.el.dataset.live, {
                credentials: "same-origin",
            });
        } catch {
            // no network at the moment: the next look tries again
            return;
        }
        if (response.status === 404) {
            // the link has turned: the page itself says what to do
            window.location.reload();
        } else if (response.ok) {
            this.show(await response.text());
        }
    }

    show(text) {
        const page = new DOMParser().parseFromString(text, "text/html");
        const part = page.querySelector(".o_rma_part");
        const shown = this.holder.querySelector(".o_rma_part");
        const isNews = part && part.dataset.stamp !== shown.dataset.stamp;
        if (isNews && !this.holder.contains(document.activeElement)) {
            shown.replaceWith(part);
            this.updateContent();
        }
    }

    askFirst(ev) {
        if (!window.confirm(ev.currentTarget.dataset.rmaAsk)) {
            ev.preventDefault();
        }
    }

    sendOnce(ev) {
        for (const button of ev.currentTarget.querySelectorAll("[type=submit]")) {
            button.disabled = true;
        }
    }
}

registry.category("public.interactions").add("crm_rma.return_page", ReturnPage);
