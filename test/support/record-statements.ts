import { appendFileSync } from 'node:fs';
import pg from 'pg';

/**
 * Writes each distinct SQL text that this process sends to PostgreSQL to the file in `LEADGEN_TEST_RECORD`, one JSON string a line:
 * named statements, and those that Kysely makes. For `test/support/released`.
 */
const file = process.env.LEADGEN_TEST_RECORD;
const seen = new Set<string>();
const query = pg.Client.prototype.query as (...parameters: unknown[]) => unknown;
pg.Client.prototype.query = function (this: pg.Client, ...parameters: unknown[]) {
  const [config] = parameters as [string | { name?: string; text?: string } | undefined];
  const text = typeof config === 'string' ? config : config?.text;
  const isNamed = typeof config === 'object' && Boolean(config?.name);
  if (
    file &&
    text &&
    (isNamed || /^(select|insert into|update|delete from|with) .{0,200}"/.test(text)) &&
    !seen.has(text)
  ) {
    seen.add(text);
    appendFileSync(file, `${JSON.stringify(text.trim())}\n`);
  }
  return query.apply(this, parameters);
} as never;
