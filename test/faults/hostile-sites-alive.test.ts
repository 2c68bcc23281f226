import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bomb, drip, headerFlood } from '../support/hostile-answers.ts';
import { type LiveProcess, startLiveProcess } from '../support/start-live-process.ts';
import { type Site, startSite } from '../support/start-site.ts';

let site: Site;
let live: LiveProcess;
beforeAll(async () => {
  site = await startSite({ '/bomb': bomb, '/drip': drip, '/headers': headerFlood });
  live = await startLiveProcess('http://127.0.0.1:9');
}, 60_000);
afterAll(async () => {
  await site?.close();
  await live?.close();
});

const crawl = (path: string) => live.get('/crawl.php', { domain: `http://127.0.0.1:${site.port}${path}` });

test('/livez answers while a gzip bomb, an endless drip and a header flood are read', async () => {
  let running = true;
  const crawls = Promise.all([
    crawl('/drip'),
    (async () => {
      const answers = [];
      for (let round = 0; round < 5; round += 1) answers.push(await Promise.all([crawl('/bomb'), crawl('/headers')]));
      return answers;
    })(),
  ]).finally(() => {
    running = false;
  });
  const waits: number[] = [];
  while (running) {
    const start = performance.now();
    const response = await fetch(`${live.url}/livez`);
    expect(await response.json()).toEqual({ status: 'ok' });
    waits.push(performance.now() - start);
    await sleep(20);
  }
  const [dripped, others] = await crawls;
  expect(dripped.json.code).toBe('crawl_error');
  for (const [bombed, flooded] of others) {
    expect(bombed.status).toBe(200);
    expect(flooded.json.code).toBe('crawl_error');
  }
  waits.sort((a, b) => a - b);
  expect(waits[Math.floor(waits.length / 2)]).toBeLessThan(100);
  // Longer than that is what a busy machine takes away, never a limit of a crawl.
  expect(waits.at(-1)).toBeLessThan(2_000);
}, 60_000);
