/** What this page itself saw of the answers: gaps between good ones, what a change of master cost. */

export const GAP_S = 0.75; // two good answers further apart than this have a gap between them
const BEFORE_S = 15; // a gap counts for a change that is seen up to this much later,
const AFTER_S = 3; // or this much earlier
const KEPT_S = 60;

export class Watch {
  /** @param costs what earlier changes cost, by when they were: from before a reload of the page */
  constructor(now, costs = {}) {
    Object.assign(this, { since: now, costs, spans: [], longest: 0, steps: 0, last: null, heard: now });
    this.intervals = [];
    this.change = null;
  }

  /** Take a good answer; return whether another master gave it than the one before. */
  good(answer, now) {
    const name = answer.master.name;
    const waited = now - this.heard;
    const isOther = this.last !== null && this.last.master.name !== name;
    this.steps += this.last !== null && answer.visitor.count <= this.last.visitor.count;
    if (this.last !== null) this.longest = Math.max(this.longest, waited);
    this.#extend(name, now, waited);
    this.#cost(answer, isOther, waited, now);
    this.heard = now;
    this.last = answer;
    return isOther;
  }

  /** Say how long there has been no good answer, in seconds. */
  without(now) {
    return now - this.heard;
  }

  /** Nothing was asked until now: that is no gap, and who became master meanwhile cost nothing here. */
  resume(now) {
    this.spans.push({ from: this.heard, to: now, name: null });
    this.heard = now;
    this.intervals = [];
    this.last = null;
  }

  #extend(name, now, waited) {
    const span = this.spans.at(-1);
    if (span?.name === name && waited < GAP_S) span.to = now;
    else this.spans.push({ from: waited < GAP_S ? this.heard : now, to: now, name });
    this.spans = this.spans.filter((each) => now - each.to < KEPT_S);
  }

  #cost(answer, isOther, waited, now) {
    if (this.change !== null && now - this.change.seen > AFTER_S) {
      this.change = null;
      this.intervals = [];
    }
    this.intervals = this.intervals.filter((each) => now - each.end < BEFORE_S);
    this.intervals.push({ end: now, waited });
    const [newest] = answer.changes;
    if (isOther && newest?.to === answer.master.name) this.change = { at: newest.at, seen: now };
    if (this.change !== null) this.costs[this.change.at] = Math.max(...this.intervals.map((each) => each.waited));
  }
}
