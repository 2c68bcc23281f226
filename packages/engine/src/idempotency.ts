import { createHash } from 'node:crypto';
import type { EngineContext } from './context.ts';
import { LeadGenError } from './errors.ts';
import { requestLimits } from './limits.ts';

/** The right to run a call under its `Idempotency-Key`, or what an equal call gave before. */
export type IdempotentCall =
  | { answer: string }
  | {
      answer: null;
      /** Keeps the answer for 24 hours. */
      keep(answer: string): Promise<void>;
      /** The call gave nothing worth keeping: the next one under the key runs. */
      giveUp(): Promise<void>;
    };

/**
 * One run per account, key and input within 24 hours: a twin in flight waits for the first, a later one gets its answer.
 * Throws `invalid_param` for another input under a used key.
 */
export async function claimIdempotency(
  { store, clock }: Pick<EngineContext, 'store' | 'clock'>,
  { accountId, key, input, signal }: { accountId: number; key: string; input: string; signal: AbortSignal },
): Promise<IdempotentCall> {
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new LeadGenError('invalid_param', 'Header: Idempotency-Key: 1 to 255 printable characters are expected.');
  }
  const hash = createHash('sha256').update(input).digest('hex');
  for (;;) {
    const now = clock.now();
    const [claimed] = await store.query(claimStatement, [
      accountId,
      key,
      hash,
      new Date(now),
      new Date(now - requestLimits.idempotencyMillisecondsMax),
      new Date(now - requestLimits.requestMillisecondsMax * 2),
    ]);
    if (claimed) {
      return {
        answer: null,
        async keep(answer) {
          await store.query(keepStatement, [accountId, key, hash, answer]);
        },
        async giveUp() {
          await store.query(giveUpStatement, [accountId, key, hash]);
        },
      };
    }
    const [row] = await store.query<{ hash: string; state: string; answer: string | null }>(readStatement, [
      accountId,
      key,
    ]);
    if (row && row.hash !== hash)
      throw new LeadGenError('invalid_param', 'Header: Idempotency-Key: it was used for another input.');
    if (row?.state === 'done' && row.answer !== null) return { answer: row.answer };
    await clock.sleep(pollMilliseconds, signal);
  }
}

const pollMilliseconds = 200;

/** A new key, one whose answer is too old, or one whose run must have died. */
const claimStatement = {
  name: 'idempotency-claim',
  text: `
insert into idempotency as i (account_id, key, input_hash, state, created_at)
values ($1::bigint, $2::text, $3::text, 'running', $4::timestamptz)
on conflict (account_id, key) do update set input_hash = $3::text, state = 'running', answer = null, created_at = $4::timestamptz
where i.created_at <= $5::timestamptz or (i.state = 'running' and i.created_at <= $6::timestamptz)
returning 1`,
};
const readStatement = {
  name: 'idempotency-read',
  text: 'select input_hash as hash, state, answer from idempotency where account_id = $1::bigint and key = $2::text',
};
const keepStatement = {
  name: 'idempotency-keep',
  text: `update idempotency set state = 'done', answer = $4::text where account_id = $1::bigint and key = $2::text and input_hash = $3::text and state = 'running'`,
};
const giveUpStatement = {
  name: 'idempotency-give-up',
  text: `delete from idempotency where account_id = $1::bigint and key = $2::text and input_hash = $3::text and state = 'running'`,
};
