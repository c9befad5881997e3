import { Component } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { cardRegistry } from "./customer_card";
import { cardProps } from "./generic_card";

const PHASES = [
    { name: "before", label: _t("Pre-sale") },
    { name: "during", label: _t("In sale") },
    { name: "after", label: _t("After-sale") },
];
const FACES = {
    good: { icon: "fa-smile-o", class: "text-success", label: _t("Good") },
    neutral: { icon: "fa-meh-o", class: "text-muted", label: _t("Neutral") },
    bad: { icon: "fa-frown-o", class: "text-danger", label: _t("Bad") },
};
const ATTITUDE_FACES = {
    supporter: FACES.good,
    positive: FACES.good,
    neutral: FACES.neutral,
    critical: FACES.bad,
    opponent: FACES.bad,
};

/** What is open, by phase of the sale. */
export class OpenCard extends Component {
    static template = "crm_extension.OpenCard";
    static props = cardProps;

    get phases() {
        return PHASES.map((phase) => ({
            ...phase,
            groups: this.props.data.groups.filter(
                (group) => group.phase === phase.name
            ),
        })).filter((phase) => phase.groups.length);
    }
}

/** "due in about 9 days", "due for 4 days": when the next order is likely. */
export function dueSentence(due) {
    if (due === null) {
        return "";
    }
    if (due > 0) {
        return _t("due in about %s days", due);
    }
    return due === 0 ? _t("due today") : _t("due for %s days", -due);
}

/** What they buy, for how much, how often. */
export class BuysCard extends Component {
    static template = "crm_extension.BuysCard";
    static props = cardProps;

    dueSentence(item) {
        return dueSentence(item.due);
    }

    dueClass(item) {
        return item.due <= 0
            ? "text-danger"
            : item.due <= 14
              ? "text-warning-emphasis"
              : "";
    }
}

/** The people as a chart, with role and attitude. */
export class PeopleCard extends Component {
    static template = "crm_extension.PeopleCard";
    static props = cardProps;

    face(person) {
        return ATTITUDE_FACES[person.attitude];
    }
}

/** The last signs of how they feel. */
export class FeelsCard extends Component {
    static template = "crm_extension.FeelsCard";
    static props = cardProps;

    face(item) {
        return FACES[item.tone] || FACES.neutral;
    }

    when(item) {
        return deserializeDateTime(item.date).toRelative();
    }
}

/** Preferences, days and messengers. */
export class ProfileCard extends Component {
    static template = "crm_extension.ProfileCard";
    static props = cardProps;

    daysSentence(days) {
        return days === 0 ? _t("today") : _t("in %s days", days);
    }
}

/** Files of the customer and its documents, newest first. */
export class FilesCard extends Component {
    static template = "crm_extension.FilesCard";
    static props = cardProps;

    icon(file) {
        const kinds = [
            ["image/", "fa-file-image-o"],
            ["application/pdf", "fa-file-pdf-o"],
            ["sheet", "fa-file-excel-o"],
            ["excel", "fa-file-excel-o"],
            ["word", "fa-file-word-o"],
            ["zip", "fa-file-archive-o"],
        ];
        const mimetype = file.mimetype || "";
        return kinds.find(([part]) => mimetype.includes(part))?.[1] || "fa-file-o";
    }

    when(file) {
        return deserializeDateTime(file.date).toRelative();
    }
}

cardRegistry
    .add("open", OpenCard)
    .add("buys", BuysCard)
    .add("people", PeopleCard)
    .add("feels", FeelsCard)
    .add("profile", ProfileCard)
    .add("files", FilesCard);
