import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operations } from '../../packages/engine/src/operations/index.ts';
import { batchInputs } from '../../packages/graphql-gateway/src/cli/batch-inputs.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

let folder: string;
beforeAll(async () => {
  folder = await scratchFolder('leadgen-inputs-');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function inputsOf(content: string | Buffer, key = 'crawl'): Promise<object[]> {
  const path = join(folder, 'inputs.csv');
  await writeFile(path, content);
  const inputs: object[] = [];
  const operation = operations.find((each) => each.key === key)!;
  for await (const some of batchInputs(path, operation)) inputs.push(...some);
  return inputs;
}

/** The error of a file without the folder's name. */
async function faultOf(content: string | Buffer, key = 'crawl'): Promise<string> {
  const error = await inputsOf(content, key).then(
    () => null,
    (reason: unknown) => reason as Error & { code: string },
  );
  expect(error?.code).toBe('invalid_param');
  return error!.message.replaceAll(`${folder}/`, '');
}

test('comma, semicolon and tab, quotes, line breaks of every kind and a byte order mark', async () => {
  const two = [
    { domain: 'a.org', company: 'Müller, "Söhne"\nBerlin' },
    { domain: 'b.org', company: '' },
  ];
  const table = (delimiter: string, end: string) =>
    `domain${delimiter}company${end}a.org${delimiter}"Müller, ""Söhne""\nBerlin"${end}b.org${delimiter}${end}${end}`;
  for (const delimiter of [',', ';', '\t'])
    for (const end of ['\n', '\r\n']) {
      expect(await inputsOf(table(delimiter, end))).toEqual(two);
      expect(await inputsOf(`\ufeff${table(delimiter, end)}`)).toEqual(two);
    }
  expect(await inputsOf('domain,company\ra.org,A\rb.org,B')).toEqual([
    { domain: 'a.org', company: 'A' },
    { domain: 'b.org', company: 'B' },
  ]);
});

test('headings are arguments in any spelling; others keep theirs, each once', async () => {
  expect(await inputsOf(' DOMAIN , Company,,Company\na.org,A,x,B')).toEqual([
    { domain: 'a.org', Company: 'A', column_3: 'x', Company_2: 'B' },
  ]);
  expect(await inputsOf('Place ID\nChIJ1', 'reviews')).toEqual([{ placeId: 'ChIJ1' }]);
  expect(await inputsOf('Code;Results per page\nabc;20', 'search')).toEqual([{ code: 'abc', resultsPerPage: '20' }]);
});

test('a hundred columns, and rows that are shorter than the heading', async () => {
  const names = Array.from({ length: 99 }, (_, index) => `c${index}`);
  const [first, second] = await inputsOf(`domain,${names.join()}\na.org,${names.join()}\nb.org,x\n`);
  expect(Object.keys(first!)).toHaveLength(100);
  expect(second).toEqual({ domain: 'b.org', c0: 'x' });
});

test('a list of web sites needs no heading; JSON lines neither', async () => {
  expect(await inputsOf('a.org\nhttps://b.org/x?y=1,2;3\n'.replace(',2', ''))).toEqual([
    { domain: 'a.org' },
    { domain: 'https://b.org/x?y=1;3' },
  ]);
  expect(await inputsOf('{"domain":"a.org"}\n\n{"domain":"b.org","n":1}')).toEqual([
    { domain: 'a.org' },
    { domain: 'b.org', n: 1 },
  ]);
});

test('a file without the needed column is told which columns there may be', async () => {
  expect(await faultOf('Site,Name\na.org,A')).toBe(
    'A parameter value is invalid. inputs.csv: no column is called domain; its columns are "Site", "Name". Columns of websiteCrawl: domain; others come back with the results.',
  );
  expect(await faultOf('Keyword\nx', 'search')).toContain('no column is called query or code');
  // What would be searched and paid for needs its heading, an address without one is a crawl alone.
  expect(await faultOf('dentist berlin\n', 'search')).toContain('no column is called query or code');
  expect(await faultOf('Website\na.org\n')).toContain('no column is called domain');
  expect(await faultOf('domain,Domain\na,b')).toContain('two columns are domain');
});

test('a wrong encoding is told with its line', async () => {
  const good = `domain,name\n${'a.org,Zürich\n'.repeat(10_000)}`;
  const latin = Buffer.concat([Buffer.from(good), Buffer.from('b.org,Köln\n', 'latin1'), Buffer.from(good)]);
  expect(await faultOf(latin)).toContain('inputs.csv: line 10002: it is not UTF-8');
  expect(await faultOf(Buffer.from('\ufeffdomain\na.org', 'utf16le'))).toContain('line 1: it is UTF-16');
  expect(await faultOf(Buffer.from('domain\na.org\n', 'utf16le'))).toContain('line 1: it is UTF-16');
  expect(await faultOf(Buffer.from([0x50, 0x4b, 0x03, 0x04, 0xff, 0xfe]))).toContain('line 1: it is not UTF-8');
});

test('a file that is broken elsewhere is told with its line', async () => {
  expect(await faultOf('')).toContain('there is nothing in it');
  expect(await faultOf(' \n \n')).toContain('there is nothing in it');
  expect(await faultOf('domain,name\na.org,A\nb.org,B,C\n')).toMatch(/inputs\.csv: .*line 3/);
  expect(await faultOf('domain,name\na.org,"A\nb.org,B\n')).toMatch(/inputs\.csv: .*[Qq]uote.*line/);
  expect(await faultOf(`domain,name\na.org,"${'x\n'.repeat(200_000)}`)).toMatch(/inputs\.csv: .*line/);
  expect(await faultOf(`domain\n${'x'.repeat(2_000_000)}`)).toContain('line 2: it is longer than 1024 kB');
  expect(await faultOf('{"domain":"a.org"}\n{"domain":\n')).toContain('line 2: it is not JSON');
});
