// Writes through the Sentinels with ioredis, as it comes or with what the orders have, for a drill.
// Its orders are a line of JSON on standard input, which also has questions for its clock; it prints
// a row for each write and ends with the end of its input. `--about` prints what it is.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { Redis, ReplyError } from "ioredis";

const KEPT_S = 3600;
const ENDS_MS = 1000;

const now = () => Number(process.hrtime.bigint()) / 1e9;
const say = (row) => process.stdout.write(`${JSON.stringify(row)}\n`);
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

class Writer {
  constructor(orders) {
    this.orders = orders;
    this.open = new Map();
    this.redis = new Redis({
      sentinels: orders.sentinels.map(([host, port]) => ({ host, port })),
      name: orders.master_name,
      password: orders.redis_password,
      sentinelPassword: orders.sentinel_password,
      ...orders.options,
    });
    this.redis.on("error", () => {}); // told by the command that fails
    this.number = 0;
    this.timer = setInterval(() => this.write(), 1000 / orders.rate_per_s);
  }

  // As pages of an application do: none waits for the write of another.
  async write() {
    const key = `${this.orders.prefix}:${this.orders.client}:${this.number}`;
    this.number += 1;
    this.open.set(key, now());
    try {
      await this.redis.set(key, key, "EX", KEPT_S);
      this.ended(key, "acknowledged", "");
    } catch (error) {
      this.ended(key, error instanceof ReplyError ? "failed" : "indeterminate", error.message);
    }
  }

  ended(key, outcome, error) {
    const node = this.redis.stream?.remoteAddress ?? "";
    say([this.orders.client, key, this.open.get(key), now(), outcome, node, error]);
    this.open.delete(key);
  }

  async end() {
    clearInterval(this.timer);
    if (this.open.size > 0) {
      await pause(ENDS_MS);
    }
    for (const key of [...this.open.keys()]) {
      this.ended(key, "indeterminate", "not answered to the end");
    }
  }
}

if (process.argv.includes("--about")) {
  const { version } = createRequire(import.meta.url)("ioredis/package.json");
  say({ client: `ioredis ${version}`, runtime: `Node.js ${process.versions.node}` });
} else {
  const writers = [];
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.startsWith("clock ")) {
      say({ clock: line.slice("clock ".length), at_s: now() });
    } else if (line.trim() !== "") {
      writers.push(new Writer(JSON.parse(line)));
    }
  }
  await Promise.all(writers.map((writer) => writer.end()));
  process.stdout.write("", () => process.exit(0));
}
