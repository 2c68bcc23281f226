import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlace, type Place } from '../support/open-place.ts';
import { type CommandResult, runLeadgen } from '../support/run-leadgen.ts';

const hosts = ['bright-marketing.home.arpa', 'golden-crust-bakery.home.arpa', 'nowhere.home.arpa'];

for (const isPostgres of [false, true]) {
  describe(isPostgres ? 'on PostgreSQL, beside a gateway' : 'on the embedded database of a running gateway', () => {
    let place: Place;
    beforeAll(async () => {
      place = await openPlace({ isPostgres });
    });
    afterAll(() => place?.close());

    async function file(name: string, content: string | Buffer): Promise<string> {
      const path = join(place.folder, name);
      await writeFile(path, content);
      return path;
    }
    const leadgen = (...args: string[]) => runLeadgen(place.environment, args);
    const batch = (...args: string[]): Promise<CommandResult> => leadgen('batch', ...args);

    test('a file is sent, watched by the gateway’s workers to its end, and its rows come back with its columns', async () => {
      const path = await file(
        'list.csv',
        `\ufeffCompany;Domain\r\n"Bright; Marketing";${hosts[0]}\r\n=1+1;${hosts[2]}\r\n`,
      );
      const sent = await batch('submit', 'websiteCrawl', path, '--max-credits', '30', '--json');
      expect(sent).toMatchObject({ code: 0, stderr: '' });
      expect(sent.json()).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), total: 2 });
      const { id } = sent.json();

      const watched = await batch('show', id, '--watch', '--json');
      expect(watched.json()).toMatchObject({ id, operation: 'websiteCrawl', status: 'done', total: 2 });
      const { done, failed, creditsUsed } = watched.json();
      expect([done + failed, creditsUsed]).toEqual([2, 4]);
      expect((await batch('show', id)).stdout).toContain(`Batch ${id}, websiteCrawl: done.`);

      const csv = await batch('results', id, '--csv');
      const rows = parse(csv.stdout, { columns: true }) as Record<string, string>[];
      expect(rows.map(({ index, Company, domain, status }) => [index, Company, domain, status])).toEqual([
        ['0', 'Bright; Marketing', hosts[0], 'done'],
        ['1', "'=1+1", hosts[2], failed === 1 ? 'failed' : 'done'],
      ]);
      expect(rows[0]!.emails).toContain(`hello@${hosts[0]}; `);
      const json = (await batch('results', id, '--json')).json();
      expect(json[0]).toMatchObject({
        index: 0,
        input: { Company: 'Bright; Marketing', domain: hosts[0] },
        creditsUsed: 4,
      });
      const lines = (await batch('results', id, '--jsonl')).stdout.trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line))).toEqual(json);
      expect((await batch('results', id)).stdout).toContain(`leadgen batch results ${id} --csv`);

      const listed = (await batch('list', '--json')).json();
      expect(listed.batches[0]).toMatchObject({ id, status: 'done' });
      expect((await batch('retry', id, '--json')).json()).toMatchObject({ id, failed: 0 });
      expect((await batch('cancel', id, '--json')).json()).toMatchObject({ id });
    });

    test.runIf(isPostgres)(
      'a list without a heading from standard input, JSON lines, and the same key twice',
      async () => {
        const plain = await runLeadgen(place.environment, ['batch', 'submit', 'crawl', '-', '--json'], {
          input: `${hosts[0]}\n\n${hosts[1]}`,
        });
        expect(plain.json().total).toBe(2);
        const path = await file('lines.jsonl', `{"query":"dentist","engine":"BING"}\n{"query":"gym"}\n`);
        const submit = () => batch('submit', 'leadSearch', path, '--json', '--idempotency-key', 'monday');
        const first = await submit();
        expect(first.json().total).toBe(2);
        expect((await submit()).json().id).toBe(first.json().id);
        const text = await batch('submit', 'websiteCrawl', await file('one.txt', hosts[0]!));
        expect(text.stdout).toMatch(
          /^Batch [0-9a-f-]{36}: 1 inputs of websiteCrawl are in the queue\.\nFollow it with: /,
        );
      },
    );

    test.runIf(isPostgres)('what is wrong with an order or an id is one line, with exit code 1 or 2', async () => {
      const path = await file('ok.csv', `domain\n${hosts[0]}\n`);
      const wrong: [number, string, string[]][] = [
        [2, 'websiteCrawl', ['submit', 'everything', path]],
        [1, 'there is no such file', ['submit', 'websiteCrawl', join(place.folder, 'none.csv')]],
        [1, 'it is a folder', ['submit', 'websiteCrawl', place.folder]],
        [1, 'webhookUrl', ['submit', 'websiteCrawl', path, '--webhook-url', 'http://127.0.0.1/']],
        [1, 'There is no open account 77', ['submit', 'websiteCrawl', path, '--user-id', '77']],
        [1, 'There is no such batch', ['show', 'nonsense']],
        [1, 'There is no such batch', ['results', '00000000-0000-4000-8000-000000000000', '--csv']],
      ];
      for (const [code, text, args] of wrong) {
        const result = await batch(...args);
        expect([args, result.code, result.stdout]).toEqual([args, code, '']);
        expect(result.stderr.split('\n')).toHaveLength(2);
        expect(result.stderr).toContain(text);
      }
    });

    test.runIf(isPostgres)(
      'a million rows are refused after a hundred thousand, in bounded memory, and leave nothing',
      async () => {
        const row = (_: unknown, index: number) => `site${index}.example,Company ${index}\n`;
        const path = await file('million.csv', `domain,company\n${Array.from({ length: 1_000_000 }, row).join('')}`);
        const environment = { ...place.environment, NODE_OPTIONS: '--max-old-space-size=120' };
        const result = await runLeadgen(environment, ['batch', 'submit', 'websiteCrawl', path]);
        expect(result).toMatchObject({ code: 1, stdout: '' });
        expect(result.stderr).toContain('at most 100000');
        const { batches } = (await batch('list', '--json', '--limit', '1000')).json();
        expect(batches.filter(({ total }: { total: number }) => total > 1_000)).toEqual([]);
      },
      120_000,
    );
  });
}
