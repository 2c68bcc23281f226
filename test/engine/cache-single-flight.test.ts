import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type AnswerCache, createAnswerCache } from '../../packages/engine/src/cache/answer-cache.ts';
import { createSingleFlight, type SingleFlight } from '../../packages/engine/src/cache/single-flight.ts';
import { LeadGenError } from '../../packages/engine/src/errors.ts';
import type { Store } from '../../packages/engine/src/store/store.ts';
import { forEachStore, type TestStore } from '../support/open-test-store.ts';
import { createTestClock } from '../support/test-clock.ts';
import { createTestLog } from '../support/test-log.ts';

interface Process {
  store: Store;
  flights: SingleFlight;
  answers: AnswerCache;
}

const clock = createTestClock();
const never = new AbortController().signal;
let open: Process[] = [];

/** What one gateway process has of it: its own connections, memory and name. */
async function startProcess({ openAnother }: TestStore): Promise<Process> {
  const store = await openAnother();
  const flights = createSingleFlight({ store, owner: randomUUID(), log: createTestLog().log, clock });
  const answers = await createAnswerCache({ store });
  const process = { store, flights, answers };
  open.push(process);
  return process;
}

afterEach(async () => {
  for (const { store, flights, answers } of open) {
    await flights.close();
    await answers.close();
    await store.close();
  }
  open = [];
});

function fetching(
  { flights, answers }: Process,
  {
    key,
    fetch,
    keep = true,
    signal = never,
  }: { key: string; fetch: () => Promise<string>; keep?: boolean; signal?: AbortSignal },
) {
  return flights.lead({
    key,
    signal,
    reread: async () => (await answers.readStored(key))?.body ?? null,
    run: async () => {
      const body = await fetch();
      if (keep) await answers.write({ key, namespace: 'test', accountId: null, body, fetchedAt: clock.now() });
      return body;
    },
  });
}

forEachStore((opened) => {
  test('400 requests for 5 keys in two processes are 5 upstream calls', async () => {
    const processes = [await startProcess(opened()), await startProcess(opened())];
    const prefix = randomUUID();
    let calls = 0;
    const fetch = (key: string) => async () => {
      calls += 1;
      await sleep(300);
      return `body of ${key}`;
    };
    const results = await Promise.all(
      Array.from({ length: 400 }, (_, index) => {
        const key = `${prefix} ${index % 5}`;
        return fetching(processes[index % 2]!, { key, fetch: fetch(key) });
      }),
    );
    expect(calls).toBe(5);
    expect(results.filter(({ led }) => led)).toHaveLength(5);
    results.forEach(({ body }, index) => {
      expect(body).toBe(`body of ${prefix} ${index % 5}`);
    });
  });

  test('followers in both processes get the leader’s error', async () => {
    const processes = [await startProcess(opened()), await startProcess(opened())];
    const key = randomUUID();
    let calls = 0;
    const fetch = async () => {
      calls += 1;
      await sleep(200);
      throw new LeadGenError('search_error', 'It was refused.', { retryAfterSeconds: 7 });
    };
    const results = await Promise.allSettled(
      processes.flatMap((each) => [1, 2].map(() => fetching(each, { key, fetch }))),
    );
    expect(calls).toBe(1);
    for (const result of results) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { code: 'search_error', detail: 'It was refused.', retryAfterSeconds: 7 },
      });
    }
    await expect(fetching(processes[1]!, { key, fetch: async () => 'a later call' })).resolves.toEqual({
      body: 'a later call',
      led: true,
    });
  });

  test('an answer that is not kept reaches the followers all the same', async () => {
    const processes = [await startProcess(opened()), await startProcess(opened())];
    const key = randomUUID();
    let calls = 0;
    const fetch = async () => {
      calls += 1;
      await sleep(200);
      return '{"results":[]}';
    };
    const results = await Promise.all(processes.map((each) => fetching(each, { key, fetch, keep: false })));
    expect(calls).toBe(1);
    expect(results.map(({ body }) => body)).toEqual(['{"results":[]}', '{"results":[]}']);
  });

  test('who takes the lead after another has landed finds its answer and fetches nothing', async () => {
    const process = await startProcess(opened());
    const key = randomUUID();
    await fetching(process, { key, fetch: async () => 'the first' });
    const again = await fetching(process, { key, fetch: () => Promise.reject(new Error('not asked')) });
    expect(again).toEqual({ body: 'the first', led: false });
  });

  test('when a leader’s caller leaves, a follower takes over', async () => {
    const processes = [await startProcess(opened()), await startProcess(opened())];
    const key = randomUUID();
    const leave = new AbortController();
    const led = fetching(processes[0]!, {
      key,
      signal: leave.signal,
      fetch: () => sleep(10_000, 'never', { signal: leave.signal }),
    });
    await sleep(50);
    let calls = 0;
    const fetch = async () => {
      calls += 1;
      await sleep(100);
      return 'the follower’s';
    };
    const followers = processes.map((each) => fetching(each, { key, fetch }));
    await sleep(50);
    leave.abort(new Error('the caller left'));
    await expect(led).rejects.toThrow();
    expect((await Promise.all(followers)).map(({ body }) => body)).toEqual(['the follower’s', 'the follower’s']);
    expect(calls).toBe(1);
  });

  test('a follower who leaves disturbs nobody', async () => {
    const process = await startProcess(opened());
    const key = randomUUID();
    const leave = new AbortController();
    const led = fetching(process, { key, fetch: () => sleep(150, 'landed') });
    const left = fetching(process, { key, signal: leave.signal, fetch: async () => 'not asked' });
    leave.abort(new Error('the caller left'));
    await expect(left).rejects.toThrow('the caller left');
    expect(await led).toEqual({ body: 'landed', led: true });
  });

  test('a flight whose process died is taken over when its lease is out', async () => {
    const process = await startProcess(opened());
    const key = randomUUID();
    await process.store.query(
      {
        name: '',
        text: `insert into flights (key, owner, expires_at) values ($1::text, $2::uuid, now() + interval '1 second')`,
      },
      [key, randomUUID()],
    );
    const began = performance.now();
    expect(await fetching(process, { key, fetch: async () => 'taken over' })).toEqual({
      body: 'taken over',
      led: true,
    });
    expect(performance.now() - began).toBeGreaterThan(500);
  });

  test('flights that lead and follow each other’s keys do not wait in a circle', async () => {
    const processes = [await startProcess(opened()), await startProcess(opened())];
    const keys = Array.from({ length: 20 }, () => randomUUID());
    let calls = 0;
    const fetch = async () => {
      calls += 1;
      await sleep(50);
      return 'body';
    };
    await Promise.all([
      ...keys.map((key) => fetching(processes[0]!, { key, fetch })),
      ...keys.toReversed().map((key) => fetching(processes[1]!, { key, fetch })),
    ]);
    expect(calls).toBe(20);
    expect(processes.map(({ flights }) => flights.size())).toEqual([0, 0]);
  });
});
