import { Component, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { dialHref } from "./dial";

const HISTORY = "crm_extension.crm_extension_group_history";

/**
 * "Who is calling?": type or paste a number, see who it is, when somebody last spoke
 * with them and what is open; or where an unknown number comes from.
 */
export class Caller extends Component {
    static template = "crm_extension.Caller";
    static props = { onLeave: { type: Function, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({ text: "", found: null, where: null, selected: 0 });
        this.search = useDebounced(() => this.load(), 150);
        useAutofocus({ mobile: true });
    }

    onInput() {
        this.search();
    }

    onPaste() {
        browser.setTimeout(() => this.load());
    }

    async load() {
        const text = this.state.text.trim();
        if ((text.match(/\d/g) || []).length < 4 && !/[^\x00-\x7f]/.test(text)) {
            this.state.found = null;
            return;
        }
        const found = await this.keepLast.add(
            this.orm.silent.call("crm.phone.number", "caller_fetch", [text])
        );
        Object.assign(this.state, { found, where: null, selected: 0 });
        if (!found.matches.length && found.tel) {
            this.state.where = await this.keepLast.add(
                this.orm.silent.call("crm.phone.number", "caller_where", [text])
            );
        }
    }

    get place() {
        const { place, carrier, country } = this.state.where || {};
        return [...new Set([place, carrier, country])].filter(Boolean).join(" · ");
    }

    href(tel) {
        return tel ? dialHref(tel) : false;
    }

    onKeydown(ev) {
        const matches = this.state.found?.matches || [];
        if (ev.key === "ArrowDown" || ev.key === "ArrowUp") {
            const step = ev.key === "ArrowDown" ? 1 : -1;
            const last = Math.max(matches.length - 1, 0);
            this.state.selected = Math.min(
                Math.max(this.state.selected + step, 0),
                last
            );
            ev.preventDefault();
        } else if (ev.key === "Enter" && matches.length) {
            this.open(matches[this.state.selected]);
            ev.preventDefault();
        }
    }

    leave() {
        this.props.onLeave?.();
    }

    /** The customer's page where there is one, else the form of contact or lead. */
    async open(match) {
        this.leave();
        const page = "crm_extension.customer_360";
        if (match.partner_id && registry.category("actions").contains(page)) {
            return this.action.doAction(
                await this.orm.call("res.partner", "action_open_customer_360", [
                    [match.partner_id],
                ])
            );
        }
        return this.openForm(
            match.partner_id ? "res.partner" : "crm.lead",
            match.partner_id || match.lead_id
        );
    }

    openForm(model, id, context = {}) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id || false,
            views: [[false, "form"]],
            context,
        });
    }

    openThing(match, thing) {
        this.leave();
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: `${thing.name}: ${match.customer_name}`,
            res_model: thing.model,
            domain: thing.domain,
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }

    create(model) {
        this.leave();
        const phone = this.state.found.number;
        const type = model === "crm.lead" ? { default_type: "lead" } : {};
        return this.openForm(model, false, { default_phone: phone, ...type });
    }
}

/** The page behind the menu. */
export class CallerAction extends Component {
    static template = "crm_extension.CallerAction";
    static components = { Caller };
    static props = { ...standardActionServiceProps };
    static path = "who-is-calling";
    static displayName = _t("Who is calling?");
}

export class CallerDialog extends Component {
    static template = "crm_extension.CallerDialog";
    static components = { Caller, Dialog };
    static props = { close: Function };
}

/** From anywhere: the receiver in the top bar, or Alt+Shift+T. */
export class CallerSystray extends Component {
    static template = "crm_extension.CallerSystray";
    static props = {};

    setup() {
        this.dialog = useService("dialog");
        this.access = useState({ allowed: false });
        user.hasGroup(HISTORY).then((allowed) => (this.access.allowed = allowed));
        useService("hotkey").add(
            "alt+shift+t",
            () => this.access.allowed && this.open(),
            {
                global: true,
            }
        );
    }

    open() {
        this.dialog.add(CallerDialog);
    }
}

registry.category("actions").add("crm_extension.caller", CallerAction);
registry
    .category("systray")
    .add("crm_extension.caller", { Component: CallerSystray }, { sequence: 30 });
