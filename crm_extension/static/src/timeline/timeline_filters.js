import { Component, useRef } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { useBus } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { CHANNEL_GROUPS } from "./timeline_utils";

/** Models whose timeline can be narrowed to the document itself. */
const SCOPE_LABELS = {
    "res.partner": _t("Only this contact"),
    "crm.lead": _t("Only this lead"),
};

/** Chips, search and the menu of people and documents. */
export class TimelineFilters extends Component {
    static template = "crm_extension.TimelineFilters";
    static components = { Dropdown, DropdownItem };
    static props = { bus: Object, model: Object, onFacts: Function };

    setup() {
        this.groups = CHANNEL_GROUPS;
        this.search = useRef("search");
        this.searchSoon = useDebounced(() => this.applySearch(), 350);
        useBus(this.props.bus, "search", () => this.search.el?.focus());
    }

    get model() {
        return this.props.model;
    }

    get filters() {
        return this.model.filters;
    }

    get choices() {
        return this.model.choices || { users: [], contacts: [], kinds: [] };
    }

    get scopeLabel() {
        return SCOPE_LABELS[this.model.resModel] || _t("Only this document");
    }

    /** What the menu narrows, each with a cross to take it away. */
    get facets() {
        const named = (name, list, icon) =>
            list
                .filter(({ id }) => this.filters[name].includes(id))
                .map((item) => ({
                    key: `${name}-${item.id}`,
                    label: item.name,
                    icon,
                    remove: () => this.model.toggleFilter(name, item.id),
                }));
        const facets = [
            ...named("contacts", this.choices.contacts, "fa-user-o"),
            ...named("users", this.choices.users, "fa-user"),
            ...named("models", this.choices.kinds, "fa-file-o"),
        ];
        if (!this.model.facts) {
            facets.push({
                key: "facts",
                label: _t("Without stock and repairs"),
                icon: "fa-truck",
                remove: () => this.props.onFacts(),
            });
        }
        if (this.model.scope === "document") {
            facets.push({
                key: "scope",
                label: this.scopeLabel,
                icon: "fa-filter",
                remove: () => this.model.toggleScope(),
            });
        }
        return facets;
    }

    isChosen(name, id) {
        return this.filters[name].includes(id);
    }

    applySearch() {
        const text = this.search.el?.value.trim() || "";
        if (text !== this.filters.search) {
            this.model.setFilter("search", text);
        }
    }

    onSearchKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.applySearch();
        } else if (ev.key === "Escape") {
            ev.stopPropagation();
            this.search.el.value = "";
            this.applySearch();
            this.search.el.blur();
        }
    }
}
