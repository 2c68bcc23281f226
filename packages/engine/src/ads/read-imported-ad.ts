import { z } from 'zod';
import { LeadGenError } from '../errors.ts';

/** An ad of another installation, with its own dates. */
export interface ImportedAd {
  engine: 'google' | 'bing';
  query: string;
  page: number;
  position: number;
  title: string;
  url: string;
  displayUrl: string;
  text: string;
  firstSeen: Date;
  lastSeen: Date;
}

/** `YYYY-MM-DD HH:MM:SS` without a zone is UTC (P9); ISO 8601 is taken as it is; a date alone is its midnight. */
const moment = z.string().transform((text, context) => {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
    text.trim(),
  );
  const date = new Date(parts ? `${parts[1]}T${parts[2] ?? '00:00:00'}${parts[3] ?? 'Z'}` : Number.NaN);
  if (!Number.isNaN(date.getTime())) return date;
  context.addIssue({ code: 'custom', message: 'not a date of the form YYYY-MM-DD HH:MM:SS' });
  return z.NEVER;
});

const row = z
  .object({
    search_engine: z
      .string()
      .trim()
      .toLowerCase()
      .pipe(z.enum(['google', 'bing'])),
    query: z.string().trim().min(1).max(2048),
    page: z.int().min(0).max(1000).default(0),
    position: z.int().min(0).max(10_000).default(1),
    title: z.string().max(2000),
    url: z.string().max(8192),
    display_url: z.string().max(8192).default(''),
    ad_text: z.string().max(20_000).default(''),
    first_seen: moment,
    last_seen: moment.optional(),
  })
  .refine(({ first_seen, last_seen }) => last_seen === undefined || first_seen <= last_seen, {
    message: 'last_seen lies before first_seen',
  })
  .refine(({ title, url }) => title !== '' || url !== '', { message: 'neither title nor url' });

/** One line of `leadgen import ads`: the fields of the REST answer (or of GraphQL), with its query. Throws `invalid_param`. */
export function readImportedAd(value: unknown): ImportedAd {
  const fields = typeof value === 'object' && value !== null ? snakeCased(value) : value;
  const parsed = row.safeParse(fields);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new LeadGenError('invalid_param', `${issue?.path.join('.') || 'ad'}: ${issue?.message ?? 'not an ad'}.`);
  }
  const { search_engine, query, page, position, title, url, display_url, ad_text, first_seen, last_seen } = parsed.data;
  return {
    engine: search_engine,
    query,
    page,
    position,
    title,
    url,
    displayUrl: display_url,
    text: ad_text,
    firstSeen: first_seen,
    lastSeen: last_seen ?? first_seen,
  };
}

/** GraphQL's names as REST's; `engine` and `se` are the search engine. */
function snakeCased(value: object): Record<string, unknown> {
  const names: Record<string, string> = { engine: 'search_engine', se: 'search_engine', text: 'ad_text' };
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return [names[snake] ?? snake, field];
    }),
  );
}
