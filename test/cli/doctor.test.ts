import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlace, type Place } from '../support/open-place.ts';
import { type CommandEnvironment, runLeadgen } from '../support/run-leadgen.ts';

interface Check {
  name: string;
  status: string;
  detail: string;
  advice: string | null;
}

let place: Place;
let upstream: Server;
let url: string;
let answer: (path: string, request: IncomingMessage) => { status?: number; json?: unknown };
beforeAll(async () => {
  upstream = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { status = 200, json = {} } = answer(new URL(request.url ?? '', 'http://x').pathname, request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  place = await openPlace({ isLive: true, hasGateway: false, isPostgres: true });
});
afterAll(async () => {
  await place?.close();
  upstream?.close();
});

async function doctor(settings: CommandEnvironment): Promise<{ code: number | null; checks: Map<string, Check> }> {
  // Nothing listens on port 1.
  const { code, json } = await runLeadgen({ ...place.environment, PORT: '1', ...settings }, ['doctor', '--json']);
  return { code, checks: new Map((json().checks as Check[]).map((check) => [check.name, check])) };
}

const everything = () => ({
  SCRAPERAPI_KEY: 'secret-scraper',
  SCRAPERAPI_URL: url,
  SEARXNG_URL: url,
  GOOGLE_PLACES_KEY: 'secret-places',
  GOOGLE_PLACES_URL: url,
  LICENSE_PROVIDER: 'amember',
  AMEMBER_URL: url,
  AMEMBER_API_KEY: 'secret-amember',
});

test('upstreams that work are told to work', async () => {
  answer = (path) => {
    if (path === '/account') return { json: { requestCount: 10, requestLimit: 1000, concurrencyLimit: 5 } };
    if (path === '/search') return { json: { results: [{ title: 't', url: 'https://a.org/', content: '' }] } };
    if (path === '/v1/places:searchText') return { json: { places: [{ id: 'ChIJ1' }] } };
    if (path === '/softsale/api/check-license') return { json: { code: 'license_not_found' } };
    return { json: { _total: 0 } };
  };
  const { code, checks } = await doctor(everything());
  for (const name of ['ScraperAPI', 'SearXNG', 'Google Places', 'aMember'])
    expect(checks.get(name)).toMatchObject({ status: 'ok', advice: null });
  expect(checks.get('ScraperAPI')?.detail).toContain('10 of 1000');
  expect(code).toBe(0);
});

test('what is wrong is told with what to do, and no key is', async () => {
  answer = (path) => {
    if (path === '/account') return { status: 401 };
    if (path === '/search') return { status: 403 };
    if (path === '/v1/places:searchText') return { status: 403, json: { error: { status: 'PERMISSION_DENIED' } } };
    if (path === '/softsale/api/check-license') return { json: { code: 'license_not_found' } };
    return { status: 403, json: { error: true, message: '10002' } };
  };
  const { code, checks } = await doctor(everything());
  expect(code).toBe(1);
  expect(checks.get('ScraperAPI')).toMatchObject({ status: 'failed', advice: 'Check SCRAPERAPI_KEY.' });
  expect(checks.get('SearXNG')?.detail).toContain('search.formats');
  expect(checks.get('Google Places')?.detail).toContain('PERMISSION_DENIED');
  expect(checks.get('aMember')?.advice).toContain('AMEMBER_API_KEY');
  expect(JSON.stringify([...checks])).not.toContain('secret-');
});

test('what no setting provides is a warning', async () => {
  const { code, checks } = await doctor({});
  expect(code).toBe(0);
  expect(checks.get('search')).toMatchObject({ status: 'warning' });
  expect(checks.get('places')).toMatchObject({ status: 'warning', advice: 'Set GOOGLE_PLACES_KEY.' });
});

test('a database that is away and a bad setting are told, not thrown', async () => {
  const away = await doctor({ DATABASE_URL: 'postgres://user:secret-password@127.0.0.1:1/x' });
  expect(away.code).toBe(1);
  expect(away.checks.get('database')).toMatchObject({ status: 'failed', advice: 'Check DATABASE_URL.' });
  expect(JSON.stringify([...away.checks])).not.toContain('secret-');
  const bad = await doctor({ LEADGEN_HOLD_SECONDS: 'soon' });
  expect(bad.code).toBe(1);
  expect(bad.checks.get('settings')?.detail).toContain('LEADGEN_HOLD_SECONDS');
});
