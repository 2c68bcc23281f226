import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../../packages/engine/src/accounts/account.ts';
import { type Batch, readBatch } from '../../packages/engine/src/batches/batch.ts';
import { type BatchOrder, createBatchDraft } from '../../packages/engine/src/batches/batch-draft.ts';
import { type BatchRow, batchRows } from '../../packages/engine/src/batches/batch-rows.ts';
import type { EngineContext } from '../../packages/engine/src/context.ts';
import type { TestAccount, TestGateway } from './start-gateway.ts';

/** The account behind a key, as every door finds it. */
export function accountOf(gateway: TestGateway, { user_id, api_key }: TestAccount): Promise<Account> {
  return gateway.context.authenticator.authenticate(
    { userId: Number(user_id), apiKey: api_key },
    AbortSignal.timeout(5_000),
  );
}

export async function submit(
  context: EngineContext,
  account: Account,
  { inputs, operation = 'websiteCrawl', ...order }: { inputs: readonly unknown[] } & Partial<BatchOrder>,
): Promise<Batch> {
  const draft = createBatchDraft(context, { account });
  await draft.add(inputs);
  return draft.submit({ operation, ...order });
}

/** The batch once all of it is over. */
export async function finished(
  { store }: Pick<EngineContext, 'store'>,
  { id, accountId, seconds = 30 }: { id: string; accountId: number; seconds?: number },
): Promise<Batch> {
  const until = Date.now() + seconds * 1_000;
  for (;;) {
    const batch = await readBatch(store, { accountId, id });
    if (batch?.finishedAt) return batch;
    if (Date.now() > until) throw new Error(`batch ${id} does not end: ${JSON.stringify(batch)}`);
    await sleep(50);
  }
}

export async function allRows({ store }: Pick<EngineContext, 'store'>, id: string): Promise<BatchRow[]> {
  const rows: BatchRow[] = [];
  for await (const row of batchRows(store, { id })) rows.push(row);
  return rows;
}

/** Domains whose front pages have an e-mail of their own each: a crawl costs 1. */
export function batchSites({ desk }: TestGateway, name: string, count: number): { domain: string }[] {
  return Array.from({ length: count }, (_, index) => {
    const domain = `${name}${index}.org`;
    desk.sites.set(domain, { '/': `<p>Write to <a href="mailto:info@${domain}">us</a></p>` });
    return { domain };
  });
}
