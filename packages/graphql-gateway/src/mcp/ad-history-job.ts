import { adChanges, adHistory, type EngineContext, LeadGenError } from '@leadgen/engine';
import type { Row } from './cut-rows.ts';
import { mcpLimits } from './limits.ts';
import type { Job } from './paid-job.ts';

type HistoricalAd = Awaited<ReturnType<typeof adHistory>>['edges'][number]['node'];

/** Stored ads as of a moment, or what changed since one. Throws `invalid_param`. */
export function adHistoryJob(context: EngineContext, given: Record<string, unknown>): Job {
  const { query, engine = 'google', as_of: asOfText, since: sinceText } = given as Record<string, string | undefined>;
  if (!query || query.trim() === '') throw new LeadGenError('missing_param', 'Argument: query.');
  if (query.length > queryCharactersMax)
    throw new LeadGenError('invalid_param', `Argument: query: at most ${queryCharactersMax} characters.`);
  if (asOfText !== undefined && sinceText !== undefined)
    throw new LeadGenError('invalid_param', 'Argument: since: as_of and since exclude each other.');
  const asOf = timeOf('as_of', asOfText);
  const since = timeOf('since', sinceText);
  const now = new Date(context.clock.now());
  const search = { query, engine: engine.trim().toLowerCase() };
  return {
    total: null,
    async run({ emit, signal }) {
      const rows = since
        ? await changedSince(context, { ...search, since, until: now })
        : await storedAt(context, { ...search, asOf: asOf ?? now, signal });
      for (const [index, row] of rows.entries()) emit(row, index, 0);
      return {
        credits: 0,
        coverage: {
          provider: 'history',
          status: rows.length > 0 ? 'OK' : 'NO_RESULTS',
          pages_tried: 0,
          notes: rows.length > 0 ? [] : ['history holds what ad_spy has seen; it looks at nothing by itself'],
        },
      };
    },
  };
}

const queryCharactersMax = 2_048;

async function changedSince(
  { store }: EngineContext,
  search: { query: string; engine: string; since: Date; until: Date },
): Promise<Row[]> {
  const changes = await adChanges(store, { ...search, historyMax: mcpLimits.historyRowsMax });
  return (['new', 'back', 'gone'] as const).flatMap((change) =>
    changes[change].map((ad) => ({ change, ...adRow(ad, search.engine) })),
  );
}

async function storedAt(
  { store }: EngineContext,
  { signal, ...search }: { query: string; engine: string; asOf: Date; signal: AbortSignal },
): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | null = null;
  while (rows.length < mcpLimits.historyRowsMax) {
    signal.throwIfAborted();
    const page = await adHistory(store, { ...search, first: 100, after });
    rows.push(...page.edges.map(({ node }) => adRow(node, search.engine)));
    after = page.edges.at(-1)?.cursor ?? null;
    if (!page.hasNextPage || after === null) break;
  }
  return rows.slice(0, mcpLimits.historyRowsMax);
}

/** In the names and the form of REST. */
function adRow(ad: HistoricalAd, engine: string): Row {
  return {
    position: ad.position,
    title: ad.title,
    url: ad.url,
    ad_text: ad.text,
    search_engine: engine,
    first_seen: restTime(ad.firstSeen),
    last_seen: restTime(ad.lastSeen),
    is_active: ad.isActive,
    times_seen: ad.timesSeen,
    times_looked: ad.timesLooked,
  };
}

function restTime(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ');
}

function timeOf(name: string, text: string | undefined): Date | null {
  if (text === undefined) return null;
  const isIso = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/i.test(text.trim());
  // A time without a zone is UTC, as all of ours are.
  const zoned =
    /([T ].*)(Z|[+-]\d\d:?\d\d)$/i.test(text.trim()) || !/[T ]/i.test(text.trim()) ? text.trim() : `${text.trim()}Z`;
  const date = new Date(zoned.replace(' ', 'T'));
  if (!isIso || Number.isNaN(date.getTime()))
    throw new LeadGenError(
      'invalid_param',
      `Argument: ${name}: a time in ISO 8601 is expected, such as 2026-02-15T14:30:00Z.`,
    );
  return date;
}
