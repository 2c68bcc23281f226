import { expect, it } from 'vitest';
import { type EnrichDeps, enrichAds } from '../../packages/engine/src/ads/enrich-ads.ts';
import { adLimits } from '../../packages/engine/src/ads/limits.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';
import { createTestLog } from '../support/test-log.ts';

const empty = {
  emails: [],
  phones: [],
  socialLinks: [],
  metadata: { title: '', description: '', keywords: '', image: '' },
};

function page(url: string) {
  const email = `info@${new URL(url).hostname}`;
  return {
    requestedUrl: url,
    finalUrl: url,
    metadata: { title: url, description: '', keywords: '', image: '' },
    emails: [email],
    allEmails: [email, 'other@elsewhere.org'],
    phones: [],
    socialLinks: [],
    contacts: [],
  };
}

/** Landing pages by address, and a cache in memory behind the port. */
function setUp(
  read: (url: string, signal: AbortSignal) => Promise<ReturnType<typeof page>> = async (url) => page(url),
) {
  const clock: TestClock = createTestClock({ at: Date.UTC(2026, 2, 1) });
  const { log } = createTestLog();
  const kept = new Map<string, { body: string; fetchedAt: number }>();
  const fetched: string[] = [];
  const keyOf = (namespace: string, parts: readonly (string | number)[]) => JSON.stringify([namespace, ...parts]);
  const deps: EnrichDeps = {
    clock,
    log,
    readLandingPage: ({ url, signal }) => {
      fetched.push(url);
      return read(url, signal);
    },
    rows: {
      readMany: async (namespace, parts, seconds) =>
        parts.map((each) => {
          const row = kept.get(keyOf(namespace, each));
          return row && clock.now() - row.fetchedAt < seconds * 1000 ? row : null;
        }),
      write: async (namespace, parts, body) => {
        kept.set(keyOf(namespace, parts), { body, fetchedAt: clock.now() });
      },
    },
  };
  return { deps, clock, fetched, kept };
}

const rows = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ url: `https://shop${from + index}.org/` }));
const signal = () => new AbortController().signal;
const filled = (all: { emails: string[] }[]) => all.filter(({ emails }) => emails.length > 0).length;

it('fills fifteen rows in their order and gives the others the full empty shape (B13, B14, B15)', async () => {
  const { deps, fetched } = setUp();
  const contacts = await enrichAds(deps, { rows: rows(20), signal: signal() });
  expect(fetched).toHaveLength(15);
  expect(contacts[0]).toEqual({
    emails: ['info@shop0.org'],
    phones: [],
    socialLinks: [],
    metadata: page('https://shop0.org/').metadata,
  });
  expect(contacts.slice(15)).toEqual(Array.from({ length: 5 }, () => empty));
});

it('does not count cached and shared addresses (B14): 20 ads, 6 of them cached, are all filled', async () => {
  const { deps, fetched } = setUp();
  await enrichAds(deps, { rows: rows(6), signal: signal() });
  fetched.length = 0;
  const shared = { url: 'https://shop19.org/?gclid=1&utm_source=x#top' };
  const contacts = await enrichAds(deps, { rows: [...rows(20), shared], signal: signal() });
  expect(fetched).toHaveLength(14);
  expect(filled(contacts)).toBe(21);
});

it('fetches a landing page again after seven days', async () => {
  const { deps, fetched, clock } = setUp();
  const once = () => enrichAds(deps, { rows: rows(1), signal: signal() });
  await once();
  clock.advance(7 * 86_400_000 - 1);
  await once();
  expect(fetched).toHaveLength(1);
  clock.advance(1);
  await once();
  expect(fetched).toHaveLength(2);
});

it('shows the empty shape for a failed page, counts it, and asks again after an hour', async () => {
  const { deps, fetched, clock } = setUp(async (url) => {
    if (url.includes('shop0.')) throw new Error('down');
    return page(url);
  });
  const once = () => enrichAds(deps, { rows: rows(16), signal: signal() });
  const contacts = await once();
  expect(contacts[0]).toEqual(empty);
  expect(fetched).toHaveLength(15);
  expect(filled(contacts)).toBe(14);
  clock.advance(3_599_999);
  expect(filled(await once())).toBe(15);
  expect(fetched.filter((url) => url.includes('shop0.'))).toHaveLength(1);
  clock.advance(1);
  await once();
  expect(fetched.filter((url) => url.includes('shop0.'))).toHaveLength(2);
});

it('does not remember a page as failed that the deadline cut off', async () => {
  const stop = new AbortController();
  const { deps, kept } = setUp(
    (_, within) =>
      new Promise((_resolve, reject) => {
        within.addEventListener('abort', () => reject(within.reason), { once: true });
        setImmediate(() => stop.abort());
      }),
  );
  expect(await enrichAds(deps, { rows: rows(9), signal: stop.signal })).toEqual(Array.from({ length: 9 }, () => empty));
  expect(kept.size).toBe(0);
  expect(adLimits.enrichMillisecondsMax).toBe(45_000);
});

it('fetches nothing for what is no web address', async () => {
  const { deps, fetched } = setUp();
  const odd = ['', 'javascript:alert(1)', 'tel:+12125550147', 'not an address'].map((url) => ({ url }));
  expect(await enrichAds(deps, { rows: odd, signal: signal() })).toEqual(odd.map(() => empty));
  expect(fetched).toEqual([]);
});
