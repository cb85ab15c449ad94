// Writes through the Sentinels with ioredis as it comes; prints each key that was acknowledged.
// Where to: SENTINELS (JSON), MASTER_NAME, REDIS_PASSWORD, SENTINEL_PASSWORD. Ends with its input.
import { Redis } from "ioredis";

const EVERY_MS = 10;

const redis = new Redis({
  sentinels: JSON.parse(process.env.SENTINELS),
  name: process.env.MASTER_NAME,
  password: process.env.REDIS_PASSWORD,
  sentinelPassword: process.env.SENTINEL_PASSWORD,
});
redis.on("error", () => {}); // told by the command that fails

let isOver = false;
process.stdin.on("end", () => { isOver = true; }).resume();

for (let number = 0; !isOver; number += 1) {
  const key = `redis-ha:clients:ioredis:${number}`;
  try {
    await redis.set(key, key, "EX", 600);
    process.stdout.write(`${key}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
  }
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
}
redis.disconnect();
