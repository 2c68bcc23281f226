import { afterAll, beforeAll, expect, test } from 'vitest';
import { numberedAds, numberedRows } from '../support/engine-pages.ts';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';

interface Schema {
  $ref?: string;
  [keyword: string]: unknown;
}
interface Operation {
  parameters: { name?: string; in?: string; required?: boolean; schema?: Schema; $ref?: string }[];
  responses: Record<string, { content?: Record<string, { schema: Schema }>; $ref?: string }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

let opened: TestStore;
let gateway: TestGateway;
let document: Document;
beforeAll(async () => {
  opened = await openTestStore('pglite');
  gateway = await startGateway(opened.store);
  document = JSON.parse((await gateway.raw('/openapi.json')).text);
});
afterAll(async () => {
  await gateway?.close();
  await opened?.close();
});

/** Where a value does not fit a schema, with the keywords that this document uses. */
function problemsOf(schema: Schema, value: unknown, at = '$'): string[] {
  if (schema.$ref) return problemsOf(document.components.schemas[schema.$ref.split('/').at(-1)!]!, value, at);
  const either = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (either)
    return either.some((each) => problemsOf(each, value, at).length === 0) ? [] : [`${at}: none of the forms`];
  const all = ((schema.allOf ?? []) as Schema[]).flatMap((each) => problemsOf(each, value, at));
  if ('const' in schema && schema.const !== value) return [`${at}: ${value} is not ${schema.const}`];
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return [`${at}: ${value} is none of ${schema.enum}`];
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => typeNames(value).includes(String(type)))) {
    return [`${at}: ${JSON.stringify(value)} is not ${types}`];
  }
  if (Array.isArray(value))
    return value.flatMap((each, index) => problemsOf((schema.items ?? {}) as Schema, each, `${at}[${index}]`));
  if (typeof value !== 'object' || value === null) return all;
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const missing = ((schema.required ?? []) as string[]).filter((name) => !(name in value));
  const rows = Object.entries(value).flatMap(([name, each]) =>
    properties[name] ? problemsOf(properties[name], each, `${at}.${name}`) : [`${at}.${name} is not described`],
  );
  return [...all, ...missing.map((name) => `${at}.${name} is missing`), ...rows];
}

function typeNames(value: unknown): string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  return [typeof value];
}

const paths = ['/search.php', '/crawl.php', '/ads.php', '/places/search.php', '/places/reviews.php'];
const operationOf = (path: string) => {
  const found = Object.entries(document.paths).find(([name]) => name.endsWith(path));
  if (!found) throw new Error(`${path} is not described`);
  return found[1].get!;
};

test('the document is OpenAPI 3.1 and describes the five paths, each reference in it leads somewhere', () => {
  expect(document.openapi).toMatch(/^3\.1\.\d$/);
  for (const path of paths) expect(Object.keys(operationOf(path).responses)).toContain('200');
  const references = JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g);
  for (const [, pointer] of references) {
    const target = pointer!
      .split('/')
      .slice(1)
      .reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], document);
    expect([pointer, target]).not.toEqual([pointer, undefined]);
  }
});

test('parameters are those that the paths take', () => {
  const namesOf = (path: string) =>
    operationOf(path).parameters.map((parameter) => {
      const { name } = parameter.$ref
        ? (parameter.$ref
            .split('/')
            .slice(1)
            .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], document) as { name: string })
        : parameter;
      return name;
    });
  expect(namesOf('/search.php')).toEqual(expect.arrayContaining(['query', 'code', 'se', 'page', 'results_per_page']));
  expect(namesOf('/ads.php')).toEqual(expect.arrayContaining(['query', 'se', 'page', 'include_history']));
  expect(namesOf('/places/search.php')).toEqual(expect.arrayContaining(['keyword', 'pagetoken']));
  for (const path of paths) expect(namesOf(path)).not.toContain('country');
});

test('every real answer fits the schema of its path, to the last key', async () => {
  const account = await gateway.account();
  gateway.desk.sites.set('openapi.org', { '/': '<title>T</title><a href="mailto:a@openapi.org">m</a>' });
  gateway.desk.lists.set('openapi', { ids: ['one', 'two'] });
  gateway.desk.reviews.set('openapi', [{ rating: 5, text: { text: 'Good.', languageCode: 'en' } }]);
  gateway.desk.searches.set('openapi ads', { results: numberedRows(1), ads: numberedAds(2) });
  const calls: [string, object][] = [
    ['/search.php', { query: 'openapi' }],
    ['/crawl.php', { domain: 'openapi.org' }],
    ['/ads.php', { query: 'openapi ads' }],
    ['/places/search.php', { keyword: 'openapi' }],
    ['/places/reviews.php', { place_id: 'openapi' }],
  ];
  for (const [path, parameters] of calls) {
    const { json } = await gateway.get(path, { ...account, ...parameters });
    const { schema } = operationOf(path).responses['200']!.content!['application/json']!;
    expect([path, problemsOf(schema, json)]).toEqual([path, []]);
    const data = await gateway.raw('/openapi.json', { method: 'HEAD' });
    expect(data.status).toBe(200);
  }
});
