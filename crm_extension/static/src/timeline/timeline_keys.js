import { useExternalListener } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

const STOPS = ".o_timeline_todo, .o_timeline_entry";

/** What the help shows. */
export const KEYS = [
    { key: "J / K", label: _t("Next and previous row") },
    { key: "Enter", label: _t("Open the row") },
    { key: "L", label: _t("Log a contact") },
    { key: "N", label: _t("Plan the next step") },
    { key: "/", label: _t("Search the timeline") },
    { key: "Ctrl + Enter", label: _t("Save what was typed") },
    { key: "Esc", label: _t("Close what is open") },
    { key: "?", label: _t("Show the keys") },
];

const isWriting = (target) =>
    target instanceof HTMLElement &&
    (target.isContentEditable ||
        target.matches("input:not([type=checkbox], [type=radio]), textarea, select"));

/**
 * One letter for everything, as long as nobody is typing and no dialog is open. Odoo's
 * own keys all have a modifier and stay as they are.
 *
 * @param {{ el: HTMLElement }} root
 * @param {{ log: Function, plan: Function, search: Function, help: Function }} actions
 */
export function useTimelineKeys(root, actions) {
    const ui = useService("ui");
    const isAvailable = (target) =>
        Boolean(root.el?.offsetParent) &&
        !target?.closest?.("select, .o-dropdown--menu");
    const options = { isAvailable };
    useHotkey("j", () => moveFocus(root.el, 1), { ...options, allowRepeat: true });
    useHotkey("k", () => moveFocus(root.el, -1), { ...options, allowRepeat: true });
    useHotkey("l", actions.log, options);
    useHotkey("n", actions.plan, options);
    // Odoo's hotkeys know letters and digits only
    useExternalListener(window, "keydown", (ev) => {
        const action = { "/": actions.search, "?": actions.help }[ev.key];
        const isPlain = !ev.ctrlKey && !ev.altKey && !ev.metaKey && !ev.isComposing;
        if (
            action &&
            isPlain &&
            !ev.defaultPrevented &&
            !isWriting(ev.target) &&
            ui.activeElement.contains(root.el) &&
            isAvailable(ev.target)
        ) {
            ev.preventDefault();
            action();
        }
    });
}

function moveFocus(root, step) {
    const stops = [...root.querySelectorAll(STOPS)];
    const current = stops.indexOf(document.activeElement.closest(STOPS));
    const next = current < 0 ? 0 : current + step;
    const stop = stops[Math.min(Math.max(next, 0), stops.length - 1)];
    stop?.focus();
    stop?.scrollIntoView({ block: "nearest" });
}
