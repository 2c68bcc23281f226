import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { authenticateAndRead } from '../../packages/engine/src/cache/authenticate-and-read.ts';
import { writeAnswers } from '../../packages/engine/src/cache/write-answers.ts';
import { heartbeat } from '../../packages/engine/src/credits/heartbeat.ts';
import { hold } from '../../packages/engine/src/credits/hold.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { release } from '../../packages/engine/src/credits/release.ts';
import { settle } from '../../packages/engine/src/credits/settle.ts';
import { type Migration, migrate, pendingMigrations } from '../../packages/engine/src/store/migrate.ts';
import { migrations } from '../../packages/engine/src/store/migrations/index.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import type { Store } from '../../packages/engine/src/store/store.ts';
import { createTestDatabase } from '../support/open-test-store.ts';
import { startGatewayProcess } from '../support/start-gateway-process.ts';
import { createTestLog } from '../support/test-log.ts';

const { log } = createTestLog();
/** What every release so far has: these never change any more. The next release adds its own. */
const released: Record<string, string> = {
  '0001-initial': 'f589c387225b6b78e6d9e6f62addc192ba330179966d93f0a781375b9f801ff5',
  '0002-ad-history': '9d523672d21cef5bbeb0d8f8e9e31a608251bc2132fb7bbd50a2f97b9f6f447e',
};
const ofRelease = migrations.filter(({ name }) => name in released);
const open = (databaseUrl: string) => openStore({ databaseUrl, schema: 'leadgen', log });

test('migrations that were released stay as they are, and come first', () => {
  expect(migrations.slice(0, ofRelease.length).map(({ name }) => name)).toEqual(Object.keys(released));
  const digests = ofRelease.map((each) => [each.name, createHash('sha256').update(JSON.stringify(each)).digest('hex')]);
  expect(Object.fromEntries(digests)).toEqual(released);
});

/** What a gateway of the release before may meet while it runs. Anything else needs two releases: see docs/decisions/upgrades.md. */
function faultOf(migration: Migration): string | null {
  if ('index' in migration) return null;
  const made = new Set<string>();
  for (const statement of migration.statements) {
    const text = statement.replace(/\s+/g, ' ').trim().toLowerCase();
    const table = /^create (?:unlogged )?table (\w+)/.exec(text)?.[1];
    if (table) made.add(table);
    const on = /^(?:alter table (?:only )?|create (?:unique )?index \w+ on |create trigger \w+ [a-z, ]+ on )(\w+)/.exec(
      text,
    )?.[1];
    const isNew = table !== undefined || (on !== undefined && made.has(on));
    const isSafe =
      /^create (or replace )?function /.test(text) ||
      /^alter table \w+ drop constraint \w+$/.test(text) ||
      /^alter table \w+ add constraint \w+ .* not valid$/.test(text) ||
      (/^alter table \w+ add column (?!.*\b(unique|primary key|stored|identity)\b)(?!.*\bnot null\b(?!.*\bdefault\b)).*$/.test(
        text,
      ) &&
        !/ default .*\(/.test(text));
    if (!isNew && !isSafe) return statement;
  }
  return null;
}

test('a migration after the first release only adds: an older gateway goes on working', () => {
  for (const migration of migrations.slice(ofRelease.length)) {
    expect({ [migration.name]: faultOf(migration) }).toEqual({ [migration.name]: null });
  }
});

test.each([
  'drop table recipes',
  'alter table holds drop column cost',
  'alter table holds rename column cost to price',
  'alter table holds rename to reservations',
  'alter table holds alter column cost type numeric',
  'alter table holds alter column cost set not null',
  'alter table holds add column region text not null',
  'alter table holds add column number bigint unique',
  'alter table holds add column random_number float default random()',
  'alter table holds add constraint positive check (cost > 0)',
  'create index holds_cost on holds (cost)',
  'create unique index recipes_query on recipes (query)',
  'create trigger holds_stop before insert on holds for each row execute function stop()',
  'update holds set cost = 0',
  'truncate answers',
])('the rule finds: %s', (statement) => {
  expect(faultOf({ name: 'planted', statements: ['create table another (id bigint)', statement] })).toBe(statement);
});

test('the rule allows what only adds', () => {
  const statements = [
    'create table regions (id bigint)',
    'create index regions_id on regions (id)',
    'alter table regions alter column id set not null',
    `alter table holds add column region text not null default 'us'`,
    'alter table holds add column note text',
    'alter table holds add constraint noted check (note is not null) not valid',
  ];
  expect(faultOf({ name: 'good', statements })).toBeNull();
  expect(faultOf({ name: 'online', index: { name: 'holds_note', definition: 'on holds (note)' } })).toBeNull();
});

test('every statement of the release before is valid on the newest schema', async () => {
  const texts = JSON.parse(
    await readFile(new URL('../support/released/0.1.0.json', import.meta.url), 'utf8'),
  ) as string[];
  const databaseUrl = await createTestDatabase();
  const store = await open(databaseUrl);
  await migrate(store);
  const client = new pg.Client({ connectionString: databaseUrl, options: '-c search_path=leadgen' });
  await client.connect();
  const faults: string[] = [];
  for (const [index, text] of texts.entries()) {
    await client
      .query(`prepare s${index} as ${text}`)
      .catch((error: Error) => faults.push(`${error.message}: ${text}`));
  }
  await client.end();
  await store.close();
  expect(texts.length).toBeGreaterThan(40);
  expect(faults).toEqual([]);
});

/** Statements of the release before that have changed since. */
const flightTaken = {
  name: 'take-flight',
  text: `
insert into flights as f (key, owner, expires_at) values ($1::text, $2::uuid, now() + make_interval(secs => 15))
on conflict (key) do update set owner = excluded.owner, expires_at = excluded.expires_at, outcome = null
where f.expires_at <= now() or f.outcome is not null
returning key`,
};
const flightLanded = {
  name: 'land-flight',
  text: `
with landed as (
  update flights set outcome = null, expires_at = now() where key = $1::text and owner = $2::uuid and outcome is null
  returning key
)
select pg_notify(current_schema() || '_flights', key) from landed`,
};

/** What a gateway does all day, on connections whose statements were prepared before the upgrade. */
async function work(store: Store, userId: number, gatewayId: string): Promise<number> {
  const began = performance.now();
  const key = randomUUID();
  const now = new Date();
  await authenticateAndRead(store, { accountId: userId, keyHash: 'none', answerKey: key });
  await store.query(flightTaken, [key, gatewayId]);
  const holdId = randomUUID();
  const expiresAt = new Date(now.getTime() + 300_000);
  const request = { holdId, accountId: userId, keyId: null, amount: 2, operation: 'search', requestId: key, gatewayId };
  expect(await hold(store, { ...request, now, expiresAt })).not.toBeNull();
  await writeAnswers(store, [{ key, namespace: 'leadSearch', accountId: null, body: '{}', fetchedAt: now.getTime() }]);
  if (Math.random() < 0.3) await release(store, { holdId, now });
  else await settle(store, { holdId, cost: 1, charges: [], now });
  await store.query(flightLanded, [key, gatewayId]);
  await heartbeat(store, { gatewayId });
  return performance.now() - began;
}

test('a rolling upgrade: gateways of the release before go on working while others migrate, also behind a long reader', async () => {
  const databaseUrl = await createTestDatabase();
  const old = await open(databaseUrl);
  expect(await migrate(old, ofRelease)).toEqual(Object.keys(released));
  await createAccount(old, { userId: 1, credits: 1_000_000, now: new Date() });
  // Enough rows for the building of an index to take a moment.
  await old.query(
    {
      name: '',
      text: `insert into holds (id, account_id, gateway_id, operation, request_id, amount, cost, state, expires_at, created_at, closed_at)
        select gen_random_uuid(), 1, gen_random_uuid(), 'search', n::text, 10, 0, 'settled', now(), now(), now() from generate_series(1, 30000) n`,
    },
    [],
  );
  const stop = new AbortController();
  const gatewayId = randomUUID();
  const times: number[] = [];
  const workers = [1, 2, 3, 4].map(async () => {
    while (!stop.signal.aborted) times.push(await work(old, 1, gatewayId));
  });
  const goesOn = async () => {
    const before = times.length;
    await expect.poll(() => times.length, { timeout: 20_000 }).toBeGreaterThan(before + 10);
  };
  await goesOn();

  const reader = new pg.Client({ connectionString: databaseUrl });
  await reader.connect();
  await reader.query('begin');
  await reader.query('select count(*) from leadgen.ledger');
  const starters = [await open(databaseUrl), await open(databaseUrl)];
  const migrated = Promise.all(starters.map((store) => migrate(store)));
  await sleep(3_000);
  await goesOn();
  expect(await pendingMigrations(old)).not.toEqual([]);
  await reader.query('commit');
  await reader.end();
  const applied = (await migrated).flat();
  expect(applied).toEqual(migrations.slice(ofRelease.length).map(({ name }) => name));

  await goesOn();
  stop.abort();
  await Promise.all(workers);
  // A change of a table gives way soon, and whoever waited behind it goes on; a round may wait a few times.
  expect(Math.max(...times)).toBeLessThan(10_000);
  expect(await ledgerViolations(starters[0]!)).toEqual([]);
  const [index] = await old.query<{ valid: boolean }>(
    { name: '', text: `select bool_and(indisvalid) as valid from pg_index where indrelid = 'holds'::regclass` },
    [],
  );
  expect(index).toEqual({ valid: true });
  await Promise.all([old, ...starters].map((store) => store.close()));
});

test('an index whose building was broken off is built anew', async () => {
  const databaseUrl = await createTestDatabase();
  const store = await open(databaseUrl);
  const [unfinished] = migrations.filter((each) => 'index' in each);
  await migrate(
    store,
    migrations.filter((each) => each !== unfinished),
  );
  if (!unfinished || !('index' in unfinished)) throw new Error('there is such an index');
  const { name, definition } = unfinished.index;
  await store.query({ name: '', text: `create index ${name} ${definition}` }, []);
  await store.query(
    { name: '', text: `update pg_index set indisvalid = false where indexrelid = '${name}'::regclass` },
    [],
  );
  expect(await migrate(store)).toEqual([unfinished.name]);
  const [index] = await store.query(
    { name: '', text: `select indisvalid as valid from pg_index where indexrelid = '${name}'::regclass` },
    [],
  );
  expect(index).toEqual({ valid: true });
  await store.close();
});

test('four gateways that start at once on an empty database are all ready, and the books are whole', async () => {
  const databaseUrl = await createTestDatabase();
  const environment = { DATABASE_URL: databaseUrl, LEADGEN_UPSTREAM: 'sandbox', LEADGEN_DATA_DIR: 'memory' };
  const gateways = await Promise.all([1, 2, 3, 4].map(() => startGatewayProcess(environment)));
  for (const { url } of gateways) {
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const query = new URLSearchParams({ api_key: 'demo', user_id: '1', query: 'marketing agency new york' });
    expect(await (await fetch(`${url}/api/v1/search.php?${query}`)).json()).toMatchObject({ status: 'success' });
  }
  const store = await openStore({ databaseUrl, schema: 'leadgen_sandbox', log });
  expect(await ledgerViolations(store)).toEqual([]);
  const [rows] = await store.query({ name: '', text: 'select count(*) as count from migrations' }, []);
  expect(rows).toEqual({ count: migrations.length });
  await store.close();
  expect(await Promise.all(gateways.map((gateway) => gateway.stop()))).toEqual([0, 0, 0, 0]);
});
