/** What a person sees of an answer; single values stand in lines before and after the table. */
export type AnswerTable = (data: Record<string, unknown>) => {
  before?: string[];
  columns: string[];
  rows: unknown[][];
  after?: string[];
};

type Row = Record<string, unknown>;

/** By the key of the operation. Each shows what is looked for first; `--json` and `--csv` have everything. */
export const answerTables: Record<string, AnswerTable> = {
  search: ({ results }) => ({
    columns: ['#', 'title', 'link', 'e-mails', 'phones'],
    rows: (results as Row[]).map((row, index) => [index + 1, row.title, row.link, row.emails, row.phones]),
  }),

  crawl: (data) => {
    const metadata = data.metadata as Row;
    const contacts = data.contacts as (Row & { evidence: Row[] })[];
    return {
      before: [
        `${data.domain}, ${data.pages_crawled} pages read`,
        ...[metadata.title, metadata.description].filter((text) => text !== '').map(String),
      ],
      columns: ['kind', 'value', 'sure', 'found by', 'on page', 'around it'],
      rows: contacts.map(({ kind, value, e164, confidence, evidence }) => [
        kind,
        e164 ?? value,
        `${Math.round(Number(confidence) * 100)} %`,
        evidence[0]?.method,
        evidence.length > 1 ? [evidence[0]?.page_url, `and ${evidence.length - 1} more`] : evidence[0]?.page_url,
        evidence[0]?.snippet,
      ]),
    };
  },

  ads: ({ results, fresh_count, historical_count }) => ({
    columns: ['#', 'title', 'landing page', 'first seen', 'last seen', 'now', 'e-mails', 'phones'],
    rows: (results as Row[]).map((row) => {
      const contact = row.contact_data as Row;
      return [
        row.position,
        row.title,
        row.url,
        day(row.first_seen),
        day(row.last_seen),
        row.is_active,
        contact.emails,
        contact.phones,
      ];
    }),
    after: [`${fresh_count} running now, ${historical_count} of earlier searches.`],
  }),

  places: ({ results, next_page_token, skipped, attributions }) => ({
    columns: ['name', 'address', 'phone', 'web site', 'rating', 'place ID'],
    rows: (results as Row[]).map((row) => [
      row.name,
      row.address,
      row.phone,
      row.website,
      row.rating === null ? '' : `${row.rating} (${row.rating_total})`,
      row.place_id,
    ]),
    after: [
      ...(attributions as string[]),
      ...(skipped as Row[]).map((row) => `Left out: ${row.place_id} (${row.reason}).`),
      ...(next_page_token === null ? [] : [`Next page: --page-token ${next_page_token}`]),
    ],
  }),

  reviews: ({ reviews }) => ({
    columns: ['author', 'rating', 'when', 'text'],
    rows: (reviews as Row[]).map((row) => [row.author_name, row.rating, row.relative_time_description, row.text]),
  }),
};

function day(time: unknown): string {
  return String(time).slice(0, 10);
}
