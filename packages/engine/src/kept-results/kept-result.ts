import { creditLimits } from '../credits/limits.ts';
import type { Statement, Store } from '../store/store.ts';
import { keptResultLimits } from './limits.ts';

/** A long answer whose rows are read page by page, by any process, for a day. */
export interface KeptResult {
  id: string;
  /** What made it, in the door's own words. */
  source: string;
  /** `cut`: whoever made it is gone, there are no further rows. */
  state: 'running' | 'done' | 'cut';
  /** Rows so far. */
  rows: number;
  credits: number;
  /** What the door keeps with it: coverage, a way on. */
  document: Record<string, unknown>;
}

/** Opens an empty one. The oldest of an account that has too many make room. */
export async function openKeptResult(
  store: Store,
  result: {
    id: string;
    accountId: number;
    source: string;
    gatewayId: string;
    now: Date;
  },
): Promise<void> {
  const expiresAt = new Date(result.now.getTime() + keptResultLimits.keptHours * 3_600_000);
  await store.query(makeRoomStatement, [result.accountId, keptResultLimits.perAccountMax - 1]);
  await store.query(openStatement, [
    result.id,
    result.accountId,
    result.source,
    result.gatewayId,
    result.now,
    expiresAt,
  ]);
}

/** Adds rows after those that are there. A row is a JSON document. Throws for one that is too long. */
export async function addKeptRows(
  store: Store,
  { id, from, rows }: { id: string; from: number; rows: readonly string[] },
): Promise<void> {
  if (rows.length === 0) return;
  if (rows.some((row) => Buffer.byteLength(row) > keptResultLimits.rowBytesMax)) throw new Error('a row is too long');
  await store.query(addStatement, [id, from, rows]);
}

/** The last word on it: what it cost and what was met. */
export async function closeKeptResult(
  store: Store,
  { id, credits, document }: { id: string; credits: number; document: Record<string, unknown> },
): Promise<void> {
  await store.query(closeStatement, [id, credits, JSON.stringify(document)]);
}

/** One of the account's own; null where there is none, or none any more. */
export async function readKeptResult(
  store: Store,
  {
    id,
    accountId,
    gatewayId,
    now,
  }: { id: string; accountId: number /** Who asks, and surely lives. */; gatewayId: string; now: Date },
): Promise<KeptResult | null> {
  if (!isId(id)) return null;
  const [row] = await store.query<KeptResult>(readStatement, [
    id,
    accountId,
    now,
    gatewayId,
    creditLimits.heartbeatAgeSecondsMax,
  ]);
  return row ?? null;
}

/** Rows from `from` on, counted from 0, each a JSON document. */
export async function readKeptRows(
  store: Store,
  { id, from, limit }: { id: string; from: number; limit: number },
): Promise<string[]> {
  const count = Math.min(limit, keptResultLimits.rowsPerReadMax);
  const rows = await store.query<{ body: string }>(rowsStatement, [id, from, count]);
  return rows.map(({ body }) => body);
}

function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

const makeRoomStatement: Statement = {
  name: 'kept-results-make-room',
  text: `
delete from kept_results where id in (
  select id from kept_results where account_id = $1::bigint order by created_at desc, id offset $2::integer
)`,
};
const openStatement: Statement = {
  name: 'kept-results-open',
  text: `
insert into kept_results (id, account_id, source, gateway_id, created_at, expires_at)
values ($1::uuid, $2::bigint, $3::text, $4::uuid, $5::timestamptz, $6::timestamptz)`,
};
const addStatement: Statement = {
  name: 'kept-results-add',
  text: `
insert into kept_result_rows (result_id, index, body)
select $1::uuid, $2::integer + nth - 1, body from unnest($3::text[]) with ordinality as given (body, nth)`,
};
const closeStatement: Statement = {
  name: 'kept-results-close',
  text: `update kept_results set state = 'done', credits = $2::bigint, document = $3::jsonb where id = $1::uuid`,
};
const readStatement: Statement = {
  name: 'kept-results-read',
  text: `
select r.id, r.source, r.credits, r.document,
  case when r.state = 'running' and r.gateway_id <> $4::uuid and not exists (
    select from gateways g where g.id = r.gateway_id and g.heartbeat_at > now() - make_interval(secs => $5::integer)
  ) then 'cut' else r.state end as state,
  (select count(*)::integer from kept_result_rows k where k.result_id = r.id) as rows
from kept_results r
where r.id = $1::uuid and r.account_id = $2::bigint and r.expires_at > $3::timestamptz`,
};
const rowsStatement: Statement = {
  name: 'kept-results-rows',
  text: `
select body from kept_result_rows where result_id = $1::uuid and index >= $2::integer order by index limit $3::integer`,
};
