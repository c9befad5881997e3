import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";

const { DateTime } = luxon;

/** Fields of a draft that hold a moment. */
const toText = (date) => (date ? date.toISO() : false);
const toDate = (text) => (text ? DateTime.fromISO(text) : false);

/**
 * What was typed and not saved yet lives in the tab: a reload, a lost connection or a
 * wrong click on another record loses nothing.
 */
export class TimelineDraft {
    constructor(resModel, resId) {
        this.key = `crm_timeline_draft:${user.userId}:${resModel}:${resId}`;
    }

    load() {
        const stored = browser.sessionStorage.getItem(this.key);
        if (!stored) {
            return null;
        }
        const draft = JSON.parse(stored);
        draft.date = toDate(draft.date);
        draft.next.date = toDate(draft.next.date);
        return draft;
    }

    save(draft) {
        const { date, next } = draft;
        const plain = { ...draft, date: toText(date) };
        plain.next = { ...next, date: toText(next.date) };
        browser.sessionStorage.setItem(this.key, JSON.stringify(plain));
    }

    clear() {
        browser.sessionStorage.removeItem(this.key);
    }
}

/** A text nobody else makes: the server carries out each one once. */
export function newToken() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
