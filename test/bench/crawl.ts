import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { crawlWebsite } from '../../packages/engine/src/crawl/crawl-website.ts';
import { createPageReader } from '../../packages/engine/src/crawl/page-reader.ts';
import { guardedFetcher, userAgent } from '../support/start-site.ts';
import { createTestClock } from '../support/test-clock.ts';

/**
 * The crawl beside its limits, on a site of thirty pages of about 62 kB each, whose home page links to ten of them.
 *
 *   node --expose-gc --max-semi-space-size=8 test/bench/crawl.ts [latency|throughput|memory …]
 *
 * latency: one crawl of 15 pages at 100 ms, five at once, beside the 400 ms that the home page and three rounds take.
 * throughput: 100 sites of 15 pages without latency, beside the same fetches unread; the server is a process of its own on the same machine.
 * memory: what the process holds, at most, while 100 crawls run at once.
 */
const pageCount = 30;

const [mode, latencyText] = process.argv.slice(2);
if (mode === 'serve') serve(Number(latencyText));
else await main();

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const wants = (name: string) => asked.length === 0 || asked.includes(name);
  if (wants('latency')) await withServer(100, latency);
  if (wants('throughput')) await withServer(0, throughput);
  if (wants('memory')) await withServer(20, memory);
  process.exit(0);
}

async function latency(port: number): Promise<void> {
  const times: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    const site = crawler(port);
    bare.push(await timed(() => fetchUnread(site, `home${round}.org`)));
    times.push(await timed(() => site.crawl(`site${round}.org`)));
    await site.close();
  }
  const [own, limit] = [median(times.slice(1)), median(bare.slice(1))];
  console.log(
    `15 pages at 100 ms: ${own.toFixed(0)} ms, ${(own / 400).toFixed(3)} of the limit of 400 ms, ${(own / limit).toFixed(3)} of the same fetches unread (${limit.toFixed(0)} ms)`,
  );
}

async function throughput(port: number): Promise<void> {
  const ratios: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const site = crawler(port);
    const hosts = Array.from({ length: 100 }, (_, index) => `s${round}-${index}.org`);
    const run = async (work: (host: string) => Promise<unknown>) => {
      const start = process.cpuUsage();
      const wall = await timed(() => atMost(20, hosts, work));
      const { user, system } = process.cpuUsage(start);
      return { wall, processor: (user + system) / 1_500_000 };
    };
    // The order changes with every round, because the machine is shared.
    const first = round % 2 === 0;
    const before = first ? await run((host) => fetchUnread(site, host)) : null;
    const own = await run((host) => site.crawl(host));
    const bare = before ?? (await run((host) => fetchUnread(site, host)));
    await site.close();
    if (round === 0) continue;
    ratios.push(bare.wall / own.wall);
    console.log(
      `100 sites × 15 pages: ${(1_500_000 / own.wall).toFixed(0)} pages/s read (${own.processor.toFixed(2)} ms of processor time each), ${(1_500_000 / bare.wall).toFixed(0)} unread (${bare.processor.toFixed(2)} ms), ratio ${(bare.wall / own.wall).toFixed(2)}`,
    );
  }
  console.log(`median ratio ${median(ratios).toFixed(2)}`);
}

async function memory(port: number): Promise<void> {
  const site = crawler(port);
  let peak = 0;
  const look = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 10);
  const hosts = Array.from({ length: 300 }, (_, index) => `m${index}.org`);
  await atMost(100, hosts, (host) => site.crawl(host));
  clearInterval(look);
  console.log(`100 crawls at once: ${(peak / 1024 / 1024).toFixed(0)} MB RSS`);
  await site.close();
}

/** The fetches of a crawl, in its order, five at once, their bodies decompressed and thrown away. */
async function fetchUnread({ fetchPage }: ReturnType<typeof crawler>, host: string): Promise<void> {
  const signal = new AbortController().signal;
  await Promise.all(['/robots.txt', '/'].map((path) => fetchPage({ url: `http://${host}${path}`, signal })));
  const paths = Array.from({ length: 14 }, (_, index) => `/p${index}`);
  await atMost(5, paths, (path) => fetchPage({ url: `http://${host}${path}`, signal }));
}

function crawler(port: number) {
  const fetcher = guardedFetcher({ allow: '127.0.0.1' });
  // Every site has a name of its own on the server's port.
  const fetchPage: typeof fetcher.fetchPage = (request) => {
    const url = new URL(request.url);
    url.port = String(port);
    return fetcher.fetchPage({ ...request, url: url.href });
  };
  const deps = {
    fetchPage,
    clock: createTestClock(),
    robots: 'respect' as const,
    userAgent,
    renderPage: null,
    readPage: createPageReader(),
  };
  return {
    fetchPage,
    close: fetcher.close,
    async crawl(host: string) {
      const url = `http://${host}:${port}`;
      const { pagesCrawled, allEmails } = await crawlWebsite(deps, { url, signal: new AbortController().signal });
      if (pagesCrawled !== 15 || allEmails.length !== 15)
        throw new Error(`${pagesCrawled} pages, ${allEmails.length} e-mails`);
    },
  };
}

async function atMost<T>(count: number, items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = [...items];
  const workers = Array.from({ length: count }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  });
  await Promise.all(workers);
}

async function withServer(latencyMilliseconds: number, run: (port: number) => Promise<void>): Promise<void> {
  const server = fork(import.meta.filename, ['serve', String(latencyMilliseconds)]);
  const port = await new Promise<number>((resolve) => server.once('message', (said) => resolve(Number(said))));
  await run(port);
  server.kill();
}

function serve(latencyMilliseconds: number): void {
  const bodies = Array.from({ length: pageCount + 1 }, (_, index) => gzipSync(pageText(index)));
  const server = createServer((request, response) => {
    const number = /^\/(?:p(\d+))?$/.exec(request.url ?? '');
    const body = number ? bodies[number[1] === undefined ? pageCount : Number(number[1])] : undefined;
    const send = () => {
      if (!body) return response.writeHead(404).end();
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' }).end(body);
    };
    if (latencyMilliseconds > 0) setTimeout(send, latencyMilliseconds);
    else send();
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

/** About as much markup, text and links as a page of a small company's site. */
function pageText(index: number): string {
  const links =
    index === pageCount
      ? Array.from({ length: 10 }, (_, to) => to)
      : Array.from({ length: 20 }, (_, to) => (index + to + 1) % pageCount);
  const words =
    'We build garden sheds and summer houses from local wood since 1957 in the third generation of our family. ';
  const block = (number: number) =>
    `<section class="content-block wide" id="s${number}" data-block="${number * 7919}"><h2 class="headline">Part ${number}</h2><p class="text">${words.repeat(3)}</p><img class="lazy" src="/media/${number}.jpg" alt="A shed" width="640" height="480"></section>\n`;
  return `<!doctype html><html lang="en"><head><title>Page ${index}</title><meta name="description" content="Sheds"><style>${'.a{margin:0;padding:0 4px}'.repeat(200)}</style><script>${'var x = x || []; x.push({"a": 1});'.repeat(150)}</script></head><body><nav>${links.map((to) => `<a class="menu-item" href="/p${to}">Entry ${to}</a>`).join('\n')}</nav>${Array.from({ length: 95 }, (_, number) => block(number)).join('')}<footer><a href="mailto:desk${index}@gardensheds.org">Write to us</a> Phone: +1 212 555 0147 <a href="https://www.facebook.com/gardensheds">Facebook</a></footer></body></html>`;
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
