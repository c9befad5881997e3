/** Order of the parts of a page: pure functions on names. */

/** Names with one of them put behind another one (or first). */
export function moved(names, name, previous) {
    const rest = names.filter((other) => other !== name);
    rest.splice(previous ? rest.indexOf(previous) + 1 : 0, 0, name);
    return rest;
}
