import { useExternalListener } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";

const TYPING = "input, textarea, select, [contenteditable=true]";

/**
 * The page by keyboard: paste anywhere, arrows over the rows, 1-9 takes a candidate,
 * Enter opens the row, Delete removes it, Ctrl+Enter adds.
 */
export function useQuoteKeys(page) {
    const { model } = page;
    useHotkey("control+enter", () => page.add(), { bypassEditableProtection: true });
    useExternalListener(document, "paste", (ev) => {
        const text = ev.clipboardData?.getData("text/plain");
        if (text?.trim() && isFree(page, ev.target) && !model.busy) {
            ev.preventDefault();
            page.state.tab = "paste";
            document.activeElement?.blur();
            model.readText(text);
        }
    });
    useExternalListener(document, "keydown", (ev) => {
        const isPlain = !ev.ctrlKey && !ev.metaKey && !ev.altKey;
        if (isPlain && isFree(page, ev.target) && act(model, ev)) {
            ev.preventDefault();
        }
    });
}

/** Not while somebody types in a field or a dialog is open. */
function isFree(page, target) {
    const root = page.root.el;
    const isOurs = target === document.body || root?.contains(target);
    return (
        isOurs &&
        !target.closest?.(TYPING) &&
        !document.querySelector(".modal, .o_popover")
    );
}

function act(model, ev) {
    const row = model.currentRow;
    switch (ev.key) {
        case "ArrowDown":
            model.step(1);
            return true;
        case "ArrowUp":
            model.step(-1);
            return true;
        case "Delete":
            return Boolean(row && model.remove(row));
    }
    if (row && !row.product && /^[1-9]$/.test(ev.key)) {
        const product = row.candidates[Number(ev.key) - 1];
        if (product) {
            model.choose(row, product);
        }
        return Boolean(product);
    }
    return false;
}
