import type { Generated } from 'kysely';

/** The tables of the batches as Kysely sees them. */
export interface BatchTables {
  batches: BatchesTable;
  batch_items: BatchItemsTable;
  webhook_secrets: WebhookSecretsTable;
}

interface BatchesTable {
  id: string;
  account_id: number;
  /** The key that sent it, whose monthly ceiling holds for it. */
  key_id: number | null;
  /** Null in a draft, whose inputs may come before the operation's name. */
  operation: string | null;
  /** A draft is still being sent and nobody sees it. */
  status: 'draft' | 'queued' | 'running' | 'done' | 'cancelled';
  total: Generated<number>;
  /** Answered. */
  done: Generated<number>;
  failed: Generated<number>;
  /** Cancelled before they started. */
  dropped: Generated<number>;
  credits_used: Generated<number>;
  /** What its running items may still spend, where it has a ceiling. */
  reserved: Generated<number>;
  max_credits: number | null;
  /** The names of the inputs' fields, in order of their first appearance. */
  columns: Generated<string[]>;
  items_per_job: Generated<number>;
  /** How often its failed items were sent again. */
  round: Generated<number>;
  /** Where in the queue of all accounts its first item stands. */
  first_place: Generated<number>;
  webhook_url: string | null;
  /** Finished, and the webhook is not in the queue yet. */
  webhook_due: Generated<boolean>;
  idempotency_key: string | null;
  input_hash: string | null;
  created_at: Date;
  finished_at: Date | null;
}

interface BatchItemsTable {
  batch_id: string;
  index: number;
  /** JSON as it was sent. */
  input: string;
  state: Generated<'waiting' | 'running' | 'done' | 'failed' | 'dropped'>;
  /** Who runs it: a process of the table `gateways`. */
  worker: string | null;
  /** How often it was started in this round. */
  attempt: Generated<number>;
  round: Generated<number>;
  reserved: Generated<number>;
  /** JSON of the answer: the data in REST names, and the coverage. */
  data: string | null;
  error_code: string | null;
  error_message: string | null;
  credits: Generated<number>;
}

interface WebhookSecretsTable {
  account_id: number;
  /** `whsec_…`, as Standard Webhooks spells it. It signs, so it can't be kept as a hash. */
  secret: string;
  created_at: Date;
}
