/** The last minute as a strip: who answered when, and when nobody did. */

import { GAP_S } from "./watch.js";

const SPAN_S = 60;
const TOP = 18;
const HEIGHT = 22;
const BELOW = TOP + HEIGHT + 14;
const LETTER = 8.5; // about as wide as any
const NS = "http://www.w3.org/2000/svg";

export function draw(svg, watch, now) {
  const width = svg.clientWidth;
  const x = (at) => Math.max(0, width * (1 - (now - at) / SPAN_S));
  const parts = [bar("gap", x(watch.since), width)];
  for (const span of watch.spans) {
    parts.push(bar(span.name === null ? "hidden" : "good", x(span.from), x(until(span, watch, now))));
  }
  parts.push(...names(watch.spans, x, width));
  parts.push(text("−60 s", 0, "start"), text("now", width, "end"));
  svg.replaceChildren(...parts);
  svg.setAttribute("aria-label", told(watch, now));
}

/** The name of a master stands where his first answer is, and where the one before leaves room. */
function* names(spans, x, width) {
  let free = 0;
  let before = null;
  for (const { name, from } of spans) {
    if (name === null || name === before) continue;
    before = name;
    const at = Math.min(x(from), width - LETTER * name.length);
    if (at < free) continue;
    free = at + LETTER * name.length;
    yield text(name, at, "start", TOP - 5, "name");
  }
}

/** The last answer holds until the next one is overdue. */
function until(span, watch, now) {
  return span === watch.spans.at(-1) && watch.without(now) < GAP_S ? now : span.to;
}

function told(watch, now) {
  const gaps = watch.spans.slice(1).map((span, at) => span.from - watch.spans[at].to).filter((each) => each > 0);
  const last = watch.without(now);
  if (last > 1) gaps.push(last);
  const words = gaps.map((each) => `${each.toFixed(1)} s`);
  return words.length ? `Without a good answer in the last minute: ${words.join(", ")}` : "Good answers all the time";
}

function bar(kind, from, to) {
  return made("rect", { class: kind, x: from, y: TOP, width: Math.max(0, to - from), height: HEIGHT });
}

function text(words, x, anchor, y = BELOW, kind = "quiet") {
  const put = made("text", { x, y, class: kind, "text-anchor": anchor });
  put.textContent = words;
  return put;
}

function made(name, attributes) {
  const put = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) put.setAttribute(key, value);
  return put;
}
