/**
 * Answers to one kind of question, of which only the last asked counts.
 *
 * Who asked earlier waits for the last answer, too. (With `KeepLast` he waits for ever:
 * whatever he had to do afterwards, like offering to undo, never happens.)
 */
export class Latest {
    /** @param {Promise} answer to the question asked now */
    async add(answer) {
        this.last = answer;
        for (;;) {
            const { last } = this;
            try {
                const result = await last;
                if (last === this.last) {
                    return result;
                }
            } catch (error) {
                if (last === this.last) {
                    throw error;
                }
            }
        }
    }
}
