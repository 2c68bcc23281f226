import { expect, test } from 'vitest';
import { forEachPlace } from '../support/for-each-place.ts';
import { runLeadgen } from '../support/run-leadgen.ts';

forEachPlace((place) => {
  const leadgen = (...args: string[]) => runLeadgen(place().environment, args);
  /** 400 for a key that is good: it gets as far as the missing parameter. */
  const status = async (userId: number, apiKey: string) => {
    const parameters = new URLSearchParams({ user_id: String(userId), api_key: apiKey });
    return (await fetch(`${place().gateway?.url}/api/v1/crawl.php?${parameters}`)).status;
  };
  let firstKey = '';

  test('an account is created with its key and balance, once', async () => {
    const created = await leadgen('account', 'create', '--user-id', '123', '--credits', '500', '--json');
    expect(created).toMatchObject({ code: 0, stderr: '' });
    firstKey = created.json().api_key;
    expect(created.stdout).toBe(`{"user_id":123,"api_key":"${firstKey}","balance":500}\n`);
    const again = await leadgen('account', 'create', '--user-id', '123', '--json');
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(again.stderr).error.message).toContain('Account 123 exists already');
    if (place().gateway) expect(await status(123, firstKey)).toBe(400);
  });

  test('credits are granted, and the ledger adds up to the balance', async () => {
    const granted = await leadgen('account', 'grant', '123', '70', '--note', 'thanks', '--json');
    expect(granted.json()).toEqual({
      user_id: 123,
      balance: 570,
      held: 0,
      available: 570,
      keys: [{ prefix: firstKey.slice(0, 11), created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) }],
    });
    const { entries } = (await leadgen('ledger', '123', '--json')).json();
    expect(entries).toMatchObject([
      { kind: 'grant', amount: 70, balance_after: 570, note: 'thanks' },
      { kind: 'grant', amount: 500, balance_after: 500, operation: null, request_id: null, charges: null },
    ]);
  });

  test('a rotated key works, and the older ones are refused at once', async () => {
    const rotated = (await leadgen('account', 'rotate-key', '123', '--json')).json();
    expect(rotated).toMatchObject({ user_id: 123, api_key: expect.stringMatching(/^lg_/) });
    expect((await leadgen('account', 'show', '123', '--json')).json().keys).toHaveLength(1);
    if (!place().gateway) return;
    expect(await status(123, rotated.api_key)).toBe(400);
    expect(await status(123, firstKey)).toBe(401);
  });

  test('the schema is up to date, and the books are right', async () => {
    const { port } = new URL(place().gateway?.url ?? 'http://127.0.0.1:1');
    const doctor = await runLeadgen({ ...place().environment, PORT: port }, ['doctor', '--json']);
    expect(doctor.json()).toMatchObject({ ok: true, ledger: { violations: 0 } });
    const gateway = doctor.json().checks.find(({ name }: { name: string }) => name === 'gateway');
    expect(gateway.detail).toContain(place().gateway ? 'is ready' : 'None runs');
  });
});
