import { randomUUID } from 'node:crypto';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { recordSightings } from '../../packages/engine/src/ads/record-sightings.ts';
import { writeAnswers } from '../../packages/engine/src/cache/write-answers.ts';
import { hold } from '../../packages/engine/src/credits/hold.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { settle } from '../../packages/engine/src/credits/settle.ts';
import { migrate } from '../../packages/engine/src/store/migrate.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import { startPostgres } from '../support/start-postgres.ts';
import { createTestLog } from '../support/test-log.ts';

/**
 * How the tables grow, indexes and TOAST counted: what a call of each kind leaves, and how long the books take to be summed up.
 *   node test/scale/growth.ts [calls]     default 20000
 */
const calls = Number(process.argv[2] ?? 20_000);
const lanes = 16;
const postgres = await startPostgres();
const store = await openStore({ databaseUrl: postgres.url, schema: 'leadgen', log: createTestLog().log });
await migrate(store);
const accounts = 50;
for (let userId = 1; userId <= accounts; userId += 1)
  await createAccount(store, { userId, credits: 10_000_000, apiKey: randomUUID(), now: new Date() });
const keys = await store.query<{ id: number; account: number }>(
  { name: '', text: 'select id, account_id as account from api_keys' },
  [],
);
const keyOf = new Map(keys.map(({ id, account }) => [account, id]));

const words =
  'dental clinic family emergency care open monday friday call book online free parking city centre new patients welcome award licensed insured hours street avenue reviews team smile'.split(
    ' ',
  );
const word = () => words[Math.floor(Math.random() * words.length)]!;
const sentence = (length: number) => Array.from({ length }, word).join(' ');
const site = () => `${word()}-${word()}-${Math.floor(Math.random() * 1e7)}.com`;
const result = (host = site()) => ({
  title: sentence(8),
  link: `https://www.${host}/${word()}/${word()}`,
  description: `${sentence(22)}. Write to info@${host} or call (212) 555-0147.`,
  emails: [`info@${host}`],
  phones: ['(212) 555-0147'],
});
const searchBody = () =>
  JSON.stringify({
    data: { query: sentence(4), search_engine: 'google', results: Array.from({ length: 10 }, () => result()) },
  });
const crawlBody = () => {
  const host = site();
  const contact = (value: string) => ({
    kind: 'EMAIL',
    value,
    confidence: 0.9,
    evidence: [1, 2].map(() => ({ page_url: `https://${host}/${word()}`, method: 'mailto', snippet: sentence(14) })),
  });
  const emails = ['info', 'sales', 'office'].map((name) => `${name}@${host}`);
  return JSON.stringify({
    data: {
      domain: `https://${host}`,
      metadata: { title: sentence(8), description: sentence(25) },
      emails,
      all_emails: emails,
      phones: ['(212) 555-0147'],
      social_links: [`https://facebook.com/${host}`],
      contacts: emails.map(contact),
    },
  });
};

async function pay(userId: number, cost: number, charges: number): Promise<void> {
  const now = new Date();
  const holdId = randomUUID();
  await hold(store, {
    holdId,
    accountId: userId,
    keyId: keyOf.get(userId) ?? null,
    amount: 15,
    operation: 'search',
    requestId: randomUUID(),
    gatewayId: randomUUID(),
    now,
    expiresAt: new Date(now.getTime() + 300_000),
  });
  const items = Array.from({ length: charges }, () => ({
    rule: '1 credit per e-mail of the site',
    item: `info@${site()}`,
    credits: 1,
  }));
  await settle(store, { holdId, cost, charges: items, now });
}

const keep = (namespace: string, body: string) =>
  writeAnswers(store, [
    {
      key: randomUUID().replaceAll('-', '').repeat(2),
      namespace,
      accountId: null,
      body,
      fetchedAt: Date.now(),
    },
  ]);
const ad = (position: number) => ({
  position,
  title: sentence(8),
  url: `https://www.${site()}/${word()}`,
  text: sentence(20),
  displayUrl: site(),
  area: 'top' as const,
});

const kinds: { name: string; share: number; run: (index: number) => Promise<unknown> }[] = [
  {
    name: 'a paid search: hold, answer of 10 results, ledger entry',
    share: 1,
    run: async (index) => {
      await keep('leadSearch', searchBody());
      await pay(1 + (index % accounts), 10, 1);
    },
  },
  {
    name: 'a paid crawl: hold, answer, ledger entry of 3 charges',
    share: 1,
    run: async (index) => {
      await keep('websiteCrawl', crawlBody());
      await pay(1 + (index % accounts), 3, 3);
    },
  },
  { name: 'a call that cost nothing: hold alone', share: 1, run: (index) => pay(1 + (index % accounts), 0, 0) },
  {
    name: 'an ad search of 5 ads, all of them new',
    share: 0.25,
    run: (index) =>
      recordSightings(store, {
        engine: 'google',
        query: `query ${index}`,
        page: 0,
        ads: [1, 2, 3, 4, 5].map(ad),
        now: new Date(),
      } as never),
  },
  {
    name: 'the same ads, seen again',
    share: 0.25,
    run: (index) =>
      recordSightings(store, {
        engine: 'google',
        query: `again ${index % 20}`,
        page: 0,
        ads: again[index % 20]!,
        now: new Date(Date.now() + index * 1_000),
      } as never),
  },
];
const again = Array.from({ length: 20 }, () => [1, 2, 3, 4, 5].map(ad));

async function sizes(): Promise<Map<string, number>> {
  const rows = await store.query<{ name: string; bytes: number }>(
    {
      name: '',
      text: `select relname as name, pg_total_relation_size(oid) as bytes from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace`,
    },
    [],
  );
  return new Map(rows.map(({ name, bytes }) => [name, bytes]));
}

try {
  process.stdout.write('| call | GB per million | of which |\n| --- | --- | --- |\n');
  for (const { name, share, run } of kinds) {
    const count = Math.max(100, Math.round(calls * share));
    const before = await sizes();
    let next = 0;
    await Promise.all(
      Array.from({ length: lanes }, async () => {
        while (next < count) {
          next += 1;
          await run(next);
        }
      }),
    );
    const after = await sizes();
    const grown = [...after].map(([table, bytes]): [string, number] => [
      table,
      ((bytes - (before.get(table) ?? 0)) / count) * 1e-3,
    ]);
    const total = grown.reduce((sum, [, gigabytes]) => sum + gigabytes, 0);
    const parts = grown.filter(([, gigabytes]) => gigabytes > 0.01).toSorted(([, a], [, b]) => b - a);
    process.stdout.write(
      `| ${name} | ${total.toFixed(2)} | ${parts.map(([table, gigabytes]) => `${table} ${gigabytes.toFixed(2)}`).join(', ')} |\n`,
    );
  }
  await store.query({ name: '', text: 'vacuum analyze' }, []);
  const [{ holds, entries }] = (await store.query<{ holds: number; entries: number }>(
    { name: '', text: 'select (select count(*) from holds) as holds, (select count(*) from ledger) as entries' },
    [],
  )) as [{ holds: number; entries: number }];
  const times: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const began = performance.now();
    await ledgerViolations(store);
    times.push(performance.now() - began);
  }
  process.stdout.write(
    `\nsumming up the books: ${Math.round(Math.min(...times))} ms with ${holds} holds and ${entries} entries\n`,
  );
} finally {
  await store.close();
  await postgres.remove();
}
