import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthenticator } from '../../packages/engine/src/accounts/authenticate.ts';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { isConnectionFault } from '../../packages/engine/src/store/is-connection-fault.ts';
import { migrate } from '../../packages/engine/src/store/migrate.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import type { Store } from '../../packages/engine/src/store/store.ts';
import { startPostgres, type TestPostgres } from '../support/start-postgres.ts';
import { createTestClock } from '../support/test-clock.ts';
import { createTestLog } from '../support/test-log.ts';

const { log } = createTestLog();
const clock = createTestClock();
const signal = new AbortController().signal;
let postgres: TestPostgres;
let store: Store;

beforeAll(async () => {
  postgres = await startPostgres();
  store = await openStore({ databaseUrl: postgres.url, schema: 'leadgen', log });
  await migrate(store);
});
afterAll(async () => {
  await store?.close();
  await postgres?.remove();
});

const one = { name: 'one', text: 'select 1::bigint as one' };

test('a database that goes away fails the calls of that time; when it is back, everything works again', async () => {
  const heard: string[] = [];
  await store.listen('test', (payload) => heard.push(payload));
  await createAccount(store, { userId: 1, credits: 3, apiKey: 'a key', now: clock.date() });
  const authenticator = await createAuthenticator({ store, clock, log });
  const slow = store.query({ name: 'slow', text: 'select pg_sleep(10)' }, []).catch((error: unknown) => error);
  const inTransaction = store.db
    .transaction()
    .execute(async (trx) => {
      await trx.selectFrom('accounts').select('id').execute();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    })
    .catch((error: unknown) => error);
  await new Promise((resolve) => setTimeout(resolve, 100));

  await postgres.kill();
  expect(isConnectionFault(await slow)).toBe(true);
  expect(await inTransaction).toBeInstanceOf(Error);
  const refused = await store.query(one, []).catch((error: unknown) => error);
  expect(isConnectionFault(refused)).toBe(true);
  // E12: an outage while a key is checked is no verdict about the key.
  await expect(authenticator.authenticate({ apiKey: 'a key', userId: 1 }, signal)).rejects.toMatchObject({
    code: 'auth_error',
    status: 503,
  });

  await postgres.start();
  expect(await store.query(one, [])).toEqual([{ one: 1 }]);
  expect(await authenticator.authenticate({ apiKey: 'a key', userId: 1 }, signal)).toMatchObject({ id: 1, balance: 3 });
  // The empty payload says that notifications may have been missed.
  await expect.poll(() => heard, { timeout: 15_000 }).toEqual(['']);
  await store.query({ name: 'notify', text: `select pg_notify(current_schema() || '_test', 'again')` }, []);
  await expect.poll(() => heard).toEqual(['', 'again']);
  await authenticator.close();
});

test('a server that is not there fails the start in words', async () => {
  const url = new URL(postgres.url);
  url.port = '1';
  await expect(openStore({ databaseUrl: url.href, schema: 'leadgen', log })).rejects.toThrow('ECONNREFUSED');
});
