import { crawlWebsite } from '../../../packages/engine/src/crawl/crawl-website.ts';
import { createPageReader } from '../../../packages/engine/src/crawl/page-reader.ts';
import { createHostGate } from '../../../packages/engine/src/net/host-gate.ts';
import { guardedFetcher, userAgent } from '../start-site.ts';
import { createTestClock } from '../test-clock.ts';

/** `bare-crawls.ts PORT FROM TO AT-ONCE`: the crawls of a batch in a bare loop, without accounts, cache or queue. Prints how many found their e-mail. */
const [port, from, to, atOnce] = process.argv.slice(2).map(Number) as [number, number, number, number];
const { fetchPage, close } = guardedFetcher({ allow: '127.0.0.1', hostGate: createHostGate() });
const deps = {
  fetchPage,
  clock: createTestClock(),
  robots: 'respect' as const,
  userAgent,
  renderPage: null,
  readPage: createPageReader(),
};
let next = from;
let found = 0;
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (next < to) {
      const url = `http://scale${next}.org:${port}`;
      next += 1;
      const { allEmails } = await crawlWebsite(deps, { url, signal: AbortSignal.timeout(110_000) });
      if (allEmails.length === 1) found += 1;
    }
  }),
);
process.stdout.write(`${found}\n`);
await close();
process.exit(0);
