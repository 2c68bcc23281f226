import type { Store } from '../store/store.ts';

/** A batch as its owner sees it. */
export interface Batch {
  id: string;
  /** The GraphQL name of the operation. */
  operation: string;
  /** `cancelled`: nothing more is started; what ran, ends. */
  status: 'queued' | 'running' | 'done' | 'cancelled';
  total: number;
  /** Answered inputs. */
  done: number;
  /** Inputs that ended in an error; once all is over, `done` and `failed` add up to `total`, unless it was cancelled. */
  failed: number;
  creditsUsed: number;
  maxCredits: number | null;
  createdAt: Date;
  finishedAt: Date | null;
}

/** Null where the account has no such batch. */
export async function readBatch(
  store: Store,
  { accountId, id }: { accountId: number; id: string },
): Promise<Batch | null> {
  if (!isBatchId(id)) return null;
  const [batch] = await store.query<Batch>(readStatement, [accountId, id]);
  return batch ?? null;
}

/** Anybody's batch, for the operator's own commands. */
export async function findBatch(store: Store, id: string): Promise<(Batch & { accountId: number }) | null> {
  if (!isBatchId(id)) return null;
  const [batch] = await store.query<Batch & { accountId: number }>(findStatement, [id]);
  return batch ?? null;
}

/** An account's batches, newest first; `before` is the last one of the page before. */
export async function listBatches(
  store: Store,
  { accountId, limit, before = null }: { accountId: number; limit: number; before?: Batch | null },
): Promise<Batch[]> {
  return store.query<Batch>(listStatement, [
    accountId,
    Math.min(limit, listMax),
    before?.createdAt ?? null,
    before?.id ?? null,
  ]);
}

export function isBatchId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

const listMax = 1_000;

export const batchColumns = `id, operation, status, total, done, failed, credits_used as "creditsUsed",
  max_credits as "maxCredits", created_at as "createdAt", finished_at as "finishedAt"`;

const readStatement = {
  name: 'batch-read',
  text: `select ${batchColumns} from batches where account_id = $1::bigint and id = $2::uuid and status <> 'draft'`,
};
const findStatement = {
  name: 'batch-find',
  text: `select ${batchColumns}, account_id as "accountId" from batches where id = $1::uuid and status <> 'draft'`,
};
const listStatement = {
  name: 'batch-list',
  text: `
select ${batchColumns} from batches
where account_id = $1::bigint and status <> 'draft'
  and ($3::timestamptz is null or (created_at, id) < ($3::timestamptz, $4::uuid))
order by created_at desc, id desc limit $2::integer`,
};
