import {
    Component,
    EventBus,
    onWillStart,
    onWillUpdateProps,
    useRef,
    useState,
} from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { useService } from "@web/core/utils/hooks";
import { useSortable } from "@web/core/utils/sortable_owl";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { moved } from "@crm_extension/arrange/arrange";
import { CustomerTimeline } from "@crm_extension/timeline/customer_timeline";
import { Latest } from "@crm_extension/timeline/latest";
import { CustomerCard } from "./cards/customer_card";
import { CustomerArrangeDialog } from "./customer_arrange";
import { CustomerHeader } from "./customer_header";
import { arrange, toggled } from "./customer_layout";

const TONE_ALERT = {
    danger: "alert-danger",
    warning: "alert-warning",
    info: "alert-info",
};

/**
 * The customer seen whole: who it is, what is next, what is open; history left, cards
 * right. One call brings everything but the history, which loads beside it.
 */
export class Customer360 extends Component {
    static template = "crm_extension.Customer360";
    static components = {
        CustomerCard,
        CustomerHeader,
        CustomerTimeline,
        Dropdown,
        DropdownItem,
        Layout,
    };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Customer 360");
    static path = "customer-360";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.ui = useState(useService("ui"));
        this.keepLast = new Latest();
        this.cards = useRef("cards");
        this.timeline = useRef("timeline");
        this.timelineBus = new EventBus();
        this.toneAlert = TONE_ALERT;
        this.display = { controlPanel: {} };
        this.state = useState({ page: null, failed: "", tab: "cards", ready: false });
        onWillStart(() => this.open(this.props));
        onWillUpdateProps((props) => this.open(props));
        useSortable({
            ref: this.cards,
            elements: ".o_c360_card",
            handle: ".o_c360_card_head",
            ignore: "button.o_c360_fold, a",
            cursor: "grabbing",
            delay: 150,
            touchDelay: 400,
            onDrop: ({ element, previous }) =>
                this.save({
                    order: moved(
                        arrange(this.page.cards, this.page.layout).map((c) => c.name),
                        element.dataset.name,
                        previous?.dataset.name
                    ),
                }),
        });
    }

    // Reading

    partnerId(props) {
        const { params, context } = props.action;
        return props.resId || params?.partner_id || context?.active_id || false;
    }

    async open(props) {
        const partnerId = this.partnerId(props);
        if (!partnerId || (partnerId === this.asked && this.state.page)) {
            return;
        }
        this.asked = partnerId;
        await this.load();
        if (this.state.page) {
            props.updateActionState?.({ resId: this.state.page.id });
            this.env.config.setDisplayName(this.state.page.header.name);
        }
    }

    async load() {
        try {
            this.state.page = await this.keepLast.add(
                this.orm.call("crm.customer.view", "customer_fetch", [this.asked])
            );
            this.state.failed = "";
        } catch (error) {
            this.state.failed = error.data?.message || error.message;
            if (!error.data) {
                throw error;
            }
        }
    }

    get page() {
        return this.state.page;
    }

    get sections() {
        return arrange(this.page.sections, this.page.layout);
    }

    shown(column) {
        return this.sections.filter(
            (section) => !section.hidden && (section.column || "side") === column
        );
    }

    get phases() {
        const { before, during, after } = this.page.phases;
        return [
            { name: "before", label: _t("Pre-sale"), count: before },
            { name: "during", label: _t("In sale"), count: during },
            { name: "after", label: _t("After-sale"), count: after },
        ];
    }

    // Arranging

    async save(change) {
        this.page.layout = { ...this.page.layout, ...change };
        await this.orm.silent.call("crm.customer.view", "customer_layout_save", [
            { ...this.page.layout },
        ]);
    }

    toggle(list, name) {
        return this.save({ [list]: toggled(this.page.layout[list], name) });
    }

    /** All cards of the user, also those that this customer has nothing for. */
    openArrange() {
        const { cards, layout } = this.page;
        this.dialog.add(CustomerArrangeDialog, {
            cards: arrange(cards, layout).map((c) => ({ ...c, shown: !c.hidden })),
            delivered: cards,
            onSave: (chosen) =>
                this.save({
                    order: chosen.map((card) => card.name),
                    hidden: chosen.filter((card) => !card.shown).map((c) => c.name),
                }),
        });
    }

    // Opening

    /** Opens what a line speaks about; the page is read again when a dialog closes. */
    openTarget(target) {
        if (target.scroll) {
            return this.scrollTo(target.scroll);
        }
        const action = target.action || {
            type: "ir.actions.act_window",
            res_model: target.model,
            res_id: target.id,
            views: [[false, "form"]],
        };
        return this.action.doAction(action, { onClose: () => this.load() });
    }

    editCustomer() {
        return this.openTarget({ model: "res.partner", id: this.page.id });
    }

    scrollTo(name) {
        this.state.tab = name === "timeline" ? "timeline" : "cards";
        const root = name === "timeline" ? this.timeline.el : this.cards.el;
        const target =
            name === "timeline" ? root : root?.querySelector(`[data-name="${name}"]`);
        target?.scrollIntoView({ behavior: "smooth", block: "start" });
    }

    /** The buttons under the thumb: `focus` to log, `plan` for the next step. */
    async write(what) {
        this.state.tab = "timeline";
        await new Promise((resolve) => browser.requestAnimationFrame(resolve));
        this.timelineBus.trigger(what);
        this.scrollTo("timeline");
    }

    get firstPhone() {
        return this.page.header.phones[0];
    }

    async setLevel(levelId) {
        await this.orm.write("res.partner", [this.page.id], {
            customer_level_id: levelId,
        });
        await this.load();
    }

    /** Claims, pins or gives back the customer: a method of the contact. */
    async actOnPool(name) {
        const answer = await this.orm.call("res.partner", name, [[this.page.id]]);
        if (answer) {
            await this.action.doAction(answer, { onClose: () => this.load() });
        }
        await this.load();
    }

    openCustomers() {
        return this.action.doAction("crm_extension.res_partner_action_customer");
    }
}

registry.category("actions").add("crm_extension.customer_360", Customer360);
