import { Component, onPatched, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useSortable } from "@web/core/utils/sortable_owl";
import { moved } from "./arrange";

const STEPS = { ArrowUp: -1, ArrowDown: 1 };

/**
 * Which parts of a page are shown, and in which order: by drag, by arrows, by keys
 * (arrows walk, Alt with an arrow moves the row). It owns nothing; each change is told.
 */
export class ArrangeList extends Component {
    static template = "crm_extension.ArrangeList";
    static props = {
        // { name, title, icon, shown }
        items: Array,
        onChange: Function,
    };

    setup() {
        this.list = useRef("list");
        this.state = useState({ told: "" });
        useSortable({
            ref: this.list,
            elements: ".o_crm_arrange_item",
            handle: ".o_crm_arrange_grip",
            cursor: "grabbing",
            touchDelay: 150,
            onDrop: ({ element, previous }) =>
                this.put(
                    moved(this.names, element.dataset.name, previous?.dataset.name)
                ),
        });
        // A row that moves loses the focus: it is given back.
        onPatched(() => {
            if (this.focused) {
                this.focus(this.focused);
                this.focused = false;
            }
        });
    }

    get names() {
        return this.props.items.map((item) => item.name);
    }

    put(names) {
        const { items } = this.props;
        this.props.onChange(names.map((name) => items.find((i) => i.name === name)));
    }

    move(index, step) {
        const { names } = this;
        const to = index + step;
        if (to < 0 || to >= names.length) {
            return;
        }
        const [name] = names.splice(index, 1);
        names.splice(to, 0, name);
        this.focused = name;
        this.state.told = _t("%(name)s: place %(place)s of %(count)s", {
            name: this.props.items[index].title,
            place: to + 1,
            count: names.length,
        });
        this.put(names);
    }

    toggle(index) {
        this.props.onChange(
            this.props.items.map((item, at) =>
                at === index ? { ...item, shown: !item.shown } : item
            )
        );
    }

    onKeydown(index, ev) {
        const step = STEPS[ev.key];
        if (!step) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        if (ev.altKey) {
            return this.move(index, step);
        }
        this.focus(this.names[index + step]);
    }

    focus(name) {
        const row = [...this.list.el.children].find((el) => el.dataset.name === name);
        row?.querySelector("input").focus();
        row?.scrollIntoView({ block: "nearest" });
    }
}
