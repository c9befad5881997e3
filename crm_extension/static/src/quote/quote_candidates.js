import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { debounce } from "@web/core/utils/timing";

const SEARCH_DELAY = 250;

/** Products that a row may mean, numbered for the keyboard, and a search for others. */
export class QuoteCandidates extends Component {
    static template = "crm_extension.QuoteCandidates";
    static props = {
        model: Object,
        row: Object,
        onChoose: Function,
        autofocus: Boolean,
    };

    setup() {
        this.input = useRef("input");
        this.state = useState({ text: "", found: null });
        this.searchLater = debounce(() => this.search(), SEARCH_DELAY);
        onMounted(() => this.props.autofocus && this.input.el?.focus());
    }

    get candidates() {
        return this.state.found || this.props.row.candidates;
    }

    onInput(ev) {
        this.state.text = ev.target.value;
        this.searchLater();
    }

    async search() {
        const { text } = this.state;
        const found = text.trim()
            ? await this.props.model.call("quote_search", [text])
            : null;
        if (text === this.state.text) {
            this.state.found = found;
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && this.candidates.length) {
            ev.preventDefault();
            ev.stopPropagation();
            this.props.onChoose(this.candidates[0]);
            this.input.el?.blur();
        }
    }
}
