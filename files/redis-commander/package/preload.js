// Loaded before redis-commander, whose sources stay as they are: what its options leave out.
"use strict";

const Redis = require("ioredis");

// By itself the client looks for a new master only when its connection closes. A master that
// hangs, is cut off, or became a replica need not close it, and one that wakes up again calls
// itself master until a Sentinel tells it otherwise. So a majority of the Sentinels is asked
// all the time, and a connection to another node than they name is given up. The client's own
// failoverDetector is no way: what a Sentinel says while it reconnects ends the connection for
// good (ioredis 5.6.0).
const LOOK_MS = 1000;
Object.assign(Redis.defaultOptions, { connectTimeout: 2000, disconnectTimeout: 500 });

function asked(options, { host, port }) {
  const { sentinelUsername: username, sentinelPassword: password, sentinelTLS: tls } = options;
  const sentinel = new Redis({
    ...{ host, port, username, password, tls },
    ...{ enableOfflineQueue: false, enableReadyCheck: false, commandTimeout: LOOK_MS },
    retryStrategy: () => LOOK_MS,
  });
  sentinel.on("error", () => {}); // one that is down is no news: the others answer
  return sentinel;
}

async function named(sentinels, name) {
  const answers = await Promise.allSettled(
    sentinels.map((each) => each.call("sentinel", "get-master-addr-by-name", name))
  );
  const count = {};
  for (const { value } of answers) {
    if (value) count[value.join(":")] = (count[value.join(":")] || 0) + 1;
  }
  return Object.keys(count).find((master) => count[master] > sentinels.length / 2);
}

async function follow(client, sentinels) {
  const master = await named(sentinels, client.options.name);
  const { remoteAddress, remotePort } = client.stream || {};
  const connected = ["connect", "ready"].includes(client.status) && remoteAddress;
  if (!master || !connected || master === `${remoteAddress}:${remotePort}`) return;
  client.disconnect(true); // and connect anew, by way of the Sentinels
}

const { connect } = Redis.prototype;
Redis.prototype.connect = function (...args) {
  if (this.options.sentinels && !this.followed) {
    const sentinels = this.options.sentinels.map((each) => asked(this.options, each));
    this.followed = setInterval(() => follow(this, sentinels), LOOK_MS).unref();
  }
  return connect.apply(this, args);
};

// An end on request is no failure: the supervisor of local nodes would start it again.
process.on("SIGTERM", () => process.exit(0));
