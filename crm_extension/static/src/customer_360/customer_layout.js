/** How a user arranged the cards: pure functions on names. */

/** Sections in the user's order, with `folded` and `hidden`; unknown ones keep theirs. */
export function arrange(sections, layout) {
    const place = new Map(layout.order.map((name, index) => [name, index]));
    const at = (section, index) => place.get(section.name) ?? place.size + index;
    return sections
        .map((section, index) => ({
            ...section,
            at: at(section, index),
            folded: layout.folded.includes(section.name),
            hidden: layout.hidden.includes(section.name),
        }))
        .sort((a, b) => a.at - b.at);
}

/** A list of names with one of them in or out. */
export function toggled(names, name) {
    return names.includes(name)
        ? names.filter((other) => other !== name)
        : [...names, name];
}
