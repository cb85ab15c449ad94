/** Asks state.php again and again, one question at a time, and shows what comes of it. */

import { draw } from "./strip.js";
import { Watch } from "./watch.js";

const PAUSE_MS = 250;
const IMPATIENT_MS = 100; // until the next question where there is no good answer
const DEADLINE_MS = 10_000;
const TICK_MS = 100;
const SHOWN_S = 1; // from when on it is said that there is no good answer
const KEY = "redis-ha.costs";

const part = (id) => document.getElementById(id);
const put = (id, text) => {
  if (part(id).textContent !== text) part(id).textContent = text;
};
const clock = () => performance.now() / 1000;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const seconds = (s, digits = s < 10 ? 2 : 1) => `${s.toFixed(digits)}\u00a0s`;

const watch = new Watch(clock(), JSON.parse(sessionStorage.getItem(KEY) ?? "{}"));
let poor = { reason: "The question is still open." }; // the last answer that was not good
let ahead = 0; // of the server's clock over the browser's
let state = "";
let listed = "";

async function ask() {
  const reply = await fetch("state.php", { cache: "no-store", signal: AbortSignal.timeout(DEADLINE_MS) });
  const body = await reply.json().catch(() => null);
  if (body !== null) return { isGood: reply.ok, ...body };
  const why = reply.status === 503 ? "This visitor’s session could not be read, or a replica did not confirm it (503)." : `The web server says ${reply.status}.`;
  return { isGood: false, reason: why };
}

const unanswered = () => ({ isGood: false, reason: "The web node does not answer." });

async function visible() {
  if (!document.hidden) return;
  await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
  watch.resume(clock());
}

async function run() {
  for (;;) {
    await visible();
    const answer = await ask().catch(unanswered);
    if (answer.isGood) good(answer);
    else poor = answer;
    if (answer.changes) changes(answer.changes);
    tick();
    await sleep(answer.isGood ? PAUSE_MS : IMPATIENT_MS);
  }
}

function good(answer) {
  const waited = watch.without(clock());
  const isOther = watch.good(answer, clock());
  if (isOther) say(`${answer.master.name} is master, after ${seconds(waited)} without a good answer`);
  poor = { reason: "The question is still open." };
  ahead = answer.now - Date.now() / 1000;
  sessionStorage.setItem(KEY, JSON.stringify(watch.costs));
  put("web", answer.web);
  put("count", String(answer.visitor.count));
  put("steps", steps(answer.visitor));
  put("where", answer.master.address);
  sentinels(answer.sentinels);
}

function steps(visitor) {
  const back = watch.steps ? `went back ${watch.steps} times` : "never went back";
  return `since ${time(visitor.since)}; ${back}`;
}

function sentinels(seen) {
  put("agreeing", seen ? `${seen.agreeing} of ${seen.all}` : "–");
  put("answering", seen ? `${seen.answering} ${seen.answering === 1 ? "answers" : "answer"}; a majority is ${seen.majority}` : "the proxy’s status page does not answer");
}

/** Show what depends on the time alone. */
function tick() {
  const now = clock();
  const without = watch.without(now);
  if (watch.last !== null && without < SHOWN_S) master(watch.last.master);
  else if (without >= SHOWN_S) nobody(without);
  put("longest", seconds(Math.max(watch.longest, without >= SHOWN_S ? without : 0)));
  put("asked", `since this page was opened, ${span(now - watch.since)} ago`);
  draw(part("strip"), watch, now);
}

function master({ name, since }) {
  enter("good", `${name} is master`);
  put("clock", since === null ? "" : `since ${time(since)}, for ${span(Date.now() / 1000 + ahead - since)}`);
}

function nobody(without) {
  const what = poor.master === null ? "No master" : "No good answer";
  enter("none", `${what} for ${seconds(without, 1)}`, what);
  put("where", poor.reason);
  put("clock", "");
  if (poor.sentinels) sentinels(poor.sentinels);
}

/** Change to another state; screen readers hear of it once, and not of every tenth of a second. */
function enter(kind, heading, spoken = heading) {
  put("master", heading);
  if (state === spoken) return;
  if (kind === "none") say(spoken);
  state = spoken;
  part("state").className = `state ${kind}`;
  document.title = spoken;
}

function say(words) {
  put("said", words);
}

function changes(list) {
  const shows = JSON.stringify(list.map(({ at }) => [at, watch.costs[at]]));
  if (shows === listed) return;
  listed = shows;
  part("changes").hidden = list.length === 0;
  part("unchanged").hidden = list.length > 0;
  part("changes").tBodies[0].replaceChildren(...list.map(row));
}

function row({ at, from, to }) {
  const cost = watch.costs[at];
  const made = document.createElement("tr");
  for (const words of [time(at), from, to, cost === undefined ? "not open then" : seconds(cost)]) {
    made.insertCell().textContent = words;
  }
  return made;
}

function time(at) {
  const then = new Date(at * 1000);
  const isToday = then.toDateString() === new Date().toDateString();
  return isToday ? then.toLocaleTimeString("sv") : then.toLocaleString("sv");
}

function span(s) {
  const whole = Math.max(0, Math.floor(s));
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const at = parts.findIndex(([size]) => whole >= size);
  if (at < 0) return "0 s";
  return parts.slice(at, at + 2).map(([size, unit], place) => `${Math.floor((place ? whole % parts[at][0] : whole) / size)} ${unit}`).join(" ");
}

setInterval(tick, TICK_MS);
run();
