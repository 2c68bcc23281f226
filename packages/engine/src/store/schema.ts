import type { Generated } from 'kysely';
import type { AdTables } from '../ads/ad-tables.ts';
import type { BatchTables } from '../batches/batch-tables.ts';

/** The tables as Kysely sees them. bigint comes as number, timestamptz as Date, jsonb parsed. */
export interface StoreTables extends AdTables, BatchTables {
  migrations: { name: string; applied_at: Generated<Date> };
  accounts: AccountsTable;
  api_keys: ApiKeysTable;
  holds: HoldsTable;
  ledger: LedgerTable;
  gateways: GatewaysTable;
  answers: AnswersTable;
  flights: FlightsTable;
  recipes: RecipesTable;
  idempotency: IdempotencyTable;
}

interface AccountsTable {
  /** The user id of the outside. */
  id: number;
  balance: number;
  held: Generated<number>;
  created_at: Date;
  closed_at: Date | null;
}

interface ApiKeysTable {
  id: Generated<number>;
  account_id: number;
  /** sha256 of the key, hex. The key itself is never stored. */
  hash: string;
  /** The first characters of the key, by which its owner knows it again. */
  prefix: string;
  name: string | null;
  /** Ceiling of credits per calendar month (UTC); null = none. */
  cap: number | null;
  /** What the key may call; null = everything. */
  operations: string[] | null;
  approve_above: Generated<number>;
  /** First day of the month that `used` counts. */
  month: string | null;
  used: Generated<number>;
  held: Generated<number>;
  created_at: Date;
  revoked_at: Date | null;
}

interface HoldsTable {
  id: string;
  account_id: number;
  key_id: number | null;
  gateway_id: string;
  operation: string;
  request_id: string;
  amount: number;
  /** Set with `settled`; stays when the charge is undone. */
  cost: number | null;
  state: 'pending' | 'settled' | 'undone' | 'released' | 'expired';
  expires_at: Date;
  created_at: Date;
  closed_at: Date | null;
}

interface LedgerTable {
  id: Generated<number>;
  account_id: number;
  at: Date;
  kind: 'grant' | 'usage' | 'adjust';
  amount: number;
  balance_after: number;
  hold_id: string | null;
  operation: string | null;
  request_id: string | null;
  charges: unknown;
  note: string | null;
}

interface GatewaysTable {
  id: string;
  heartbeat_at: Date;
  started_at: Date;
  pid: number;
  host: string;
}

interface AnswersTable {
  /** sha256 over the name space and the parts, hex. */
  key: string;
  namespace: string;
  /** Set where answers are kept per account. */
  account_id: number | null;
  fetched_at: Date;
  /** A JSON document, kept to the letter. */
  body: string;
}

interface FlightsTable {
  key: string;
  owner: string;
  expires_at: Date;
  /** What followers of other processes cannot read from the cache: an answer that is not kept, or the leader's error. */
  outcome: string | null;
  /** Somebody in another process waits for its end. */
  followed: Generated<boolean>;
}

interface RecipesTable {
  id: Generated<number>;
  /** Null = everybody's. */
  account_id: number | null;
  code: string;
  query: string;
  created_at: Date;
}

interface IdempotencyTable {
  account_id: number;
  key: string;
  input_hash: string;
  state: string;
  answer: string | null;
  created_at: Date;
}
