import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { createKey } from '../../packages/engine/src/accounts/create-key.ts';
import { listKeys } from '../../packages/engine/src/accounts/list-keys.ts';
import { expire } from '../../packages/engine/src/credits/expire.ts';
import { grant } from '../../packages/engine/src/credits/grant.ts';
import { hold } from '../../packages/engine/src/credits/hold.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { release } from '../../packages/engine/src/credits/release.ts';
import { releaseGone } from '../../packages/engine/src/credits/release-gone.ts';
import { settle } from '../../packages/engine/src/credits/settle.ts';
import { undo } from '../../packages/engine/src/credits/undo.ts';
import { forEachStore } from '../support/open-test-store.ts';

const start = Date.parse('2026-01-30T12:00:00Z');
const gateways = [randomUUID(), randomUUID()];
let lastUser = 0;

const step = fc.record({
  act: fc.constantFrom('hold', 'hold', 'hold', 'settle', 'settle', 'release', 'undo', 'grant', 'expire', 'gone'),
  amount: fc.integer({ min: -40, max: 60 }),
  pick: fc.nat(1_000),
  exact: fc.boolean(),
  /** Steps of up to 8 hours, so that a history crosses the end of a month now and then. */
  passed: fc.integer({ min: 0, max: 8 * 3_600_000 }),
});

forEachStore((opened) => {
  test('whatever happens in whatever order, at once or one by one, the books add up', async () => {
    const { store } = opened();
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 10, maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        async (steps, atOnce) => {
          lastUser += 1;
          const accountId = lastUser;
          let now = start;
          await createAccount(store, { userId: accountId, credits: 100, now: new Date(now) });
          await createKey(store, { accountId, cap: 30, now: new Date(now) });
          await createKey(store, { accountId, now: new Date(now) });
          const keys = await store.query<{ id: number }>(
            { name: 'test-keys', text: 'select id from api_keys where account_id = $1::bigint order by id' },
            [accountId],
          );
          const holds: string[] = [];
          const run = async ({ act, amount, pick, exact }: (typeof steps)[number], at: Date) => {
            const some = holds[pick % Math.max(holds.length, 1)] ?? randomUUID();
            switch (act) {
              case 'hold': {
                const holdId = randomUUID();
                holds.push(holdId);
                return hold(store, {
                  holdId,
                  accountId,
                  keyId: pick % 4 === 3 ? null : (keys[pick % 4]?.id ?? null),
                  amount: Math.abs(amount) + 1,
                  operation: 'search',
                  requestId: `request ${pick}`,
                  gatewayId: gateways[pick % 2]!,
                  now: at,
                  expiresAt: new Date(at.getTime() + 6 * 3_600_000),
                  exact,
                });
              }
              case 'settle':
                return settle(store, { holdId: some, cost: Math.abs(amount), charges: [{ credits: amount }], now: at });
              case 'release':
                return release(store, { holdId: some, now: at });
              case 'undo':
                return undo(store, { holdId: some, now: at });
              case 'grant':
                return grant(store, { accountId, amount, note: null, now: at });
              case 'expire':
                return expire(store, { now: at });
              case 'gone':
                return releaseGone(store, { gatewayId: gateways[0]!, now: at });
            }
          };
          for (let index = 0; index < steps.length; index += atOnce) {
            const batch = steps.slice(index, index + atOnce);
            now += batch[0]!.passed;
            await Promise.all(batch.map((each) => run(each, new Date(now))));
          }
          expect(await ledgerViolations(store)).toEqual([]);
          for (const { cap, usedThisMonth } of await listKeys(store, { accountId, now: new Date(now) })) {
            if (cap !== null) expect(usedThisMonth).toBeLessThanOrEqual(cap);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('the check finds what does not add up', async () => {
    const { store } = opened();
    lastUser += 1;
    await createAccount(store, { userId: lastUser, credits: 5, now: new Date(start) });
    const spoil = (text: string) => store.query({ name: '', text }, []);
    await spoil(`update accounts set balance = balance + 1 where id = ${lastUser}`);
    expect(await ledgerViolations(store)).toMatchObject([
      { rule: 'the balance is the sum of the ledger', accountId: lastUser },
    ]);
    await spoil(`update accounts set balance = balance - 1, held = 2 where id = ${lastUser}`);
    expect(await ledgerViolations(store)).toMatchObject([
      { rule: 'held is the sum of the pending holds', accountId: lastUser },
    ]);
    await spoil(`update accounts set held = 0 where id = ${lastUser}`);
    expect(await ledgerViolations(store)).toEqual([]);
  });
});
