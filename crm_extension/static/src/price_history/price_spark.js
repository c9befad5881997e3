import { Component } from "@odoo/owl";

export const WIDTH = 40;
export const HEIGHT = 18;
const PAD = 2;

/**
 * The points of a polyline for some prices, oldest left; a price that never changed is a
 * level line.
 */
export function sparkPoints(prices) {
    const low = Math.min(...prices);
    const range = Math.max(...prices) - low;
    const step = prices.length > 1 ? (WIDTH - 2 * PAD) / (prices.length - 1) : 0;
    return prices.map((price, index) => ({
        x: round(PAD + index * step),
        y: round(
            range
                ? HEIGHT - PAD - ((price - low) / range) * (HEIGHT - 2 * PAD)
                : HEIGHT / 2
        ),
    }));
}

function round(number) {
    return Math.round(number * 10) / 10;
}

/** A trend as small as a word; what it shows stands in its label. */
export class PriceSpark extends Component {
    static template = "crm_extension.PriceSpark";
    static props = { prices: Array, label: { type: String, optional: true } };

    get size() {
        return { width: WIDTH, height: HEIGHT };
    }

    get points() {
        return sparkPoints(this.props.prices);
    }

    get line() {
        return this.points.map(({ x, y }) => `${x},${y}`).join(" ");
    }

    get end() {
        return this.points.at(-1);
    }
}
