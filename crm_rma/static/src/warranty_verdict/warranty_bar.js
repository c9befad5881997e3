import { Component } from "@odoo/owl";

/** Narrower segments, in per cent, have no room for a word. */
const LABELLED = 9;

/**
 * A warranty as a bar of intervals. The server says where everything stands, in per
 * cent; the same facts are there as a list for those who do not see it.
 */
export class WarrantyBar extends Component {
    static template = "crm_rma.WarrantyBar";
    static props = { bar: Object };

    /** Every segment and mark in words. */
    get spoken() {
        const { lanes, marks } = this.props.bar;
        return [
            ...lanes.flatMap((lane) =>
                lane.segments.map((segment) => `${lane.label} · ${segment.title}`)
            ),
            ...marks.map((mark) => mark.title),
        ];
    }

    place({ left, width }) {
        return `left: ${left}%; width: ${width}%;`;
    }

    label({ label, width }) {
        return width >= LABELLED ? label : "";
    }

    /** A label near the right edge grows to the left, or it would be cut off. */
    markClass(mark) {
        return `o_warranty_${mark.kind} ${mark.left > 70 ? "o_warranty_mark_end" : ""}`;
    }
}
