import { useExternalListener } from "@odoo/owl";

/** Key -> method of the workbench, while nothing else has the focus. */
const KEYS = {
    j: (bench) => bench.model.move(1),
    k: (bench) => bench.model.move(-1),
    ArrowDown: (bench) => bench.model.move(1),
    ArrowUp: (bench) => bench.model.move(-1),
    ArrowLeft: (bench) => bench.model.openNext(-1),
    ArrowRight: (bench) => bench.model.openNext(1),
    Enter: (bench) => bench.openRow(),
    x: (bench) => bench.model.row && bench.model.toggle(bench.model.row),
    d: (bench) => bench.done(),
    s: (bench) => bench.snooze(),
    c: (bench) => bench.call(),
    n: (bench) => bench.plan(),
    r: (bench) => bench.reassign(),
    l: (bench) => bench.log(),
    u: (bench) => bench.undo(),
    "/": (bench) => bench.search.el?.focus(),
    "?": (bench) => bench.openHelp(),
};

const isTyping = (target) =>
    target.isContentEditable ||
    ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);

/** Single keys for everything on a desk; numbers open the buckets. */
export function useWorkbenchKeys(bench) {
    useExternalListener(window, "keydown", (ev) => {
        const isFree = bench.ui.activeElement === document && !ev.defaultPrevented;
        if (!isFree || isTyping(ev.target) || ev.ctrlKey || ev.metaKey || ev.altKey) {
            return;
        }
        // a focused button keeps its own Enter
        if (ev.key === "Enter" && ev.target.closest?.("button, a")) {
            return;
        }
        const tile = /^[1-9]$/.test(ev.key) && bench.state.tiles[ev.key - 1];
        const work = tile ? () => bench.openBucket(tile) : KEYS[ev.key];
        if (work) {
            ev.preventDefault();
            work(bench);
            scrollToSelected(bench);
        }
    });
}

function scrollToSelected(bench) {
    const { selected } = bench.state;
    const row = selected && bench.root.el?.querySelector(`[data-key="${selected}"]`);
    if (row) {
        row.scrollIntoView({ block: "nearest" });
    }
}
