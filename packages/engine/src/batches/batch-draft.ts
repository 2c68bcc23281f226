import { createHash } from 'node:crypto';
import type { Account } from '../accounts/account.ts';
import type { EngineContext } from '../context.ts';
import { LeadGenError } from '../errors.ts';
import { checkOperation } from '../execute.ts';
import { operations } from '../operations/index.ts';
import type { Batch } from './batch.ts';
import { batchLimits } from './limits.ts';
import { queueDraft } from './queue-draft.ts';
import { checkWebhookUrl } from './webhook-url.ts';

/** What a batch is to do, beside its inputs. */
export interface BatchOrder {
  /** The GraphQL name of the operation. */
  operation: unknown;
  /** A ceiling on the whole batch, credits. */
  maxCredits?: unknown;
  webhookUrl?: unknown;
  /** The same order under the same key within 24 hours is the same batch. */
  idempotencyKey?: string | null;
}

/**
 * A batch that is being sent: its inputs go to the database as they come, so that neither their number nor a slow sender takes memory
 * or keeps a transaction open. Nobody sees it before `submit`.
 */
export interface BatchDraft {
  /** Throws `invalid_param` for too many inputs, too large ones, or too many different fields; the draft is gone then. */
  add(inputs: readonly unknown[]): Promise<void>;
  /**
   * Puts it into the queue. Throws `missing_param`, `invalid_param`, `invalid_api_key` (an operation that the key may not call) or
   * `overloaded` (too much of the account is waiting); the draft is gone then.
   */
  submit(order: BatchOrder): Promise<Batch>;
  discard(): Promise<void>;
}

type DraftContext = Pick<EngineContext, 'store' | 'clock' | 'jobs' | 'crawlAllow' | 'newId'>;

export function createBatchDraft(
  context: DraftContext,
  { account, now = new Date(context.clock.now()) }: { account: Account; now?: Date },
): BatchDraft {
  const { store } = context;
  const id = context.newId();
  const columns = new Set<string>();
  const hash = createHash('sha256');
  let total = 0;
  let isMade = false;
  let waiting: string[] = [];

  async function write(texts: string[]): Promise<void> {
    if (!isMade) await store.query(makeStatement, [id, account.id, account.keyId, now]);
    isMade = true;
    await store.query(addStatement, [id, total - texts.length - waiting.length, texts]);
  }

  function take(input: unknown): void {
    if (total >= batchLimits.inputsMax)
      throw new LeadGenError('invalid_param', `Parameter: inputs: at most ${batchLimits.inputsMax}.`);
    if (isDeeper(input, batchLimits.inputDepthMax)) {
      throw new LeadGenError(
        'invalid_param',
        `Parameter: inputs: input ${total} is deeper than ${batchLimits.inputDepthMax} levels.`,
      );
    }
    const text = JSON.stringify(input ?? null);
    if (text.length > batchLimits.inputCharactersMax) {
      throw new LeadGenError(
        'invalid_param',
        `Parameter: inputs: input ${total} has more than ${batchLimits.inputCharactersMax} characters.`,
      );
    }
    for (const name of columnsOf(input)) {
      if (columns.has(name)) continue;
      if (name.includes('\0'))
        throw new LeadGenError('invalid_param', `Parameter: inputs: a field of input ${total} has a NUL in its name.`);
      if (columns.size >= batchLimits.columnsMax || name.length > batchLimits.columnCharactersMax) {
        throw new LeadGenError(
          'invalid_param',
          `Parameter: inputs: at most ${batchLimits.columnsMax} different fields of ${batchLimits.columnCharactersMax} characters each.`,
        );
      }
      columns.add(name);
    }
    hash.update(text).update('\n');
    waiting.push(text);
    total += 1;
  }

  async function discard(): Promise<void> {
    waiting = [];
    if (isMade) await store.query(discardStatement, [id]);
  }

  return {
    async add(inputs) {
      try {
        for (const input of inputs) {
          take(input);
          if (waiting.length < batchLimits.draftRowsPerStatement) continue;
          const texts = waiting;
          waiting = [];
          await write(texts);
        }
      } catch (error) {
        await discard().catch(() => {});
        throw error;
      }
    },
    async submit(order) {
      try {
        const checked = checkOrder(context, account, order);
        if (total === 0) throw new LeadGenError('invalid_param', 'Parameter: inputs: at least one is expected.');
        const texts = waiting;
        waiting = [];
        if (texts.length > 0) await write(texts);
        hash.update(JSON.stringify([checked.operation, checked.maxCredits, checked.webhookUrl]));
        return await queueDraft(context, {
          id,
          accountId: account.id,
          total,
          columns: [...columns],
          inputHash: hash.digest('hex'),
          now,
          ...checked,
        });
      } catch (error) {
        await discard().catch(() => {});
        throw error;
      }
    },
    discard,
  };
}

function columnsOf(input: unknown): string[] {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.keys(input) : [];
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}

function checkOrder(context: DraftContext, account: Account, order: BatchOrder) {
  const { operation: name, maxCredits = null, webhookUrl = null, idempotencyKey = null } = order;
  if (name === undefined || name === null || name === '')
    throw new LeadGenError('missing_param', 'Parameter: operation.');
  const operation = operations.find((each) => each.name === name);
  if (!operation) throw new LeadGenError('invalid_param', 'Parameter: operation: there is no such operation.');
  checkOperation(account, operation);
  if (maxCredits !== null && !(Number.isSafeInteger(maxCredits) && (maxCredits as number) >= 0))
    throw new LeadGenError('invalid_param', 'Parameter: maxCredits: a non-negative integer is expected.');
  if (idempotencyKey !== null && !/^[\x21-\x7e]{1,255}$/.test(idempotencyKey))
    throw new LeadGenError('invalid_param', 'Header: Idempotency-Key: 1 to 255 printable characters are expected.');
  return {
    operation: operation.name,
    maxCredits: maxCredits as number | null,
    webhookUrl: webhookUrl === null ? null : checkWebhookUrl(webhookUrl, context.crawlAllow),
    idempotencyKey,
  };
}

const makeStatement = {
  name: 'batch-make',
  text: `insert into batches (id, account_id, key_id, status, created_at) values ($1::uuid, $2::bigint, $3::bigint, 'draft', $4::timestamptz)`,
};
const addStatement = {
  name: 'batch-add',
  text: `
insert into batch_items (batch_id, index, input)
select $1::uuid, $2::integer + number - 1, input from unnest($3::text[]) with ordinality as given (input, number)`,
};
const discardStatement = {
  name: 'batch-discard',
  text: `delete from batches where id = $1::uuid and status = 'draft'`,
};
