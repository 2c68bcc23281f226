import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAmember } from '../../packages/engine/src/adapters/amember.ts';
import { LeadGenError } from '../../packages/engine/src/errors.ts';
import { createTestClock } from '../support/test-clock.ts';
import { closedUrl, json, startWireServer, type WireReply, type WireServer } from '../support/wire-server.ts';

const restKey = 'a-rest-key-that-nobody-may-see';
const credentials = { apiKey: 'LIC-1', userId: 7 };
const now = Date.UTC(2026, 2, 1);
const never = () => new AbortController().signal;

const ok = json({
  code: 'ok',
  message: 'OK',
  scheme_id: 1,
  license_expires: '2026-12-31 23:59:59',
  next_check: 600,
});
const notJson: WireReply = {
  status: 403,
  headers: { 'content-type': 'text/html' },
  body: 'Error 10003: no permission',
};
const licencesOf = (...userIds: number[]) =>
  json({ _total: userIds.length, ...userIds.map((user_id) => ({ key: 'LIC-1', user_id: String(user_id) })) });

let server: WireServer;
/** What each path answers; the others are 404 in HTML. */
let paths: Record<string, WireReply>;
let clock: ReturnType<typeof createTestClock>;

beforeAll(async () => {
  server = await startWireServer();
});
beforeEach(() => {
  server.asked.length = 0;
  clock = createTestClock({ at: now });
  paths = { '/softsale/api/check-license': ok, '/api/softsale-licenses': licencesOf(7) };
  server.answer = ({ url }) =>
    paths[url.pathname] ?? { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>Not found</html>' };
});
afterAll(() => server.close());

const amember = () => createAmember({ url: server.url, apiKey: restKey, clock });

async function outage(attempt: Promise<unknown>): Promise<LeadGenError> {
  const error = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LeadGenError);
  expect((error as LeadGenError).code).toBe('auth_error');
  expect((error as LeadGenError).message).not.toContain(restKey);
  expect((error as LeadGenError).message).not.toContain(credentials.apiKey);
  return error as LeadGenError;
}

describe('aMember', () => {
  it('lets the user of a good licence in, until it ends, and says when to ask again', async () => {
    expect(await amember().verify(credentials, never())).toEqual({
      valid: true,
      expiresAt: Date.UTC(2026, 11, 31, 23, 59, 59),
      freshSeconds: 600,
    });
  });

  it('sends its REST key in a header and never in an address', async () => {
    await amember().verify(credentials, never());
    expect(server.asked.map(({ url }) => url.href).join()).not.toContain(restKey);
    expect(server.asked.at(-1)?.headers['x-api-key']).toBe(restKey);
  });

  it.each(['license_not_found', 'license_disabled', 'license_expired', 'license_empty'])(
    'refuses a key of which Softsale says %s, for a short while',
    async (code) => {
      paths['/softsale/api/check-license'] = json({ code, message: 'no' });
      expect(await amember().verify(credentials, never())).toEqual({ valid: false, freshSeconds: 30 });
    },
  );

  it('refuses the good key of somebody else (E4)', async () => {
    paths['/api/softsale-licenses'] = licencesOf(8);
    expect(await amember().verify(credentials, never())).toMatchObject({ valid: false });
    paths['/api/softsale-licenses'] = json({ _total: 0 });
    expect(await amember().verify(credentials, never())).toMatchObject({ valid: false });
  });

  it.each<[string, object, boolean]>([
    ['running', { user_id: 7, begin_date: '2026-01-01', expire_date: '2026-03-01' }, true],
    ['for life', { user_id: '7', expire_date: '2037-12-31' }, true],
    ['over', { user_id: 7, expire_date: '2026-02-28' }, false],
    ['not begun', { user_id: 7, begin_date: '2026-03-02', expire_date: '2026-12-31' }, false],
    ['of somebody else', { user_id: 8, expire_date: '2037-12-31' }, false],
  ])('goes by the access of the user where licences can not be listed: %s', async (_, access, isValid) => {
    delete paths['/api/softsale-licenses'];
    paths['/api/access'] = json({ _total: 1, 0: access });
    expect(await amember().verify(credentials, never())).toMatchObject({ valid: isValid });
  });

  it.each<[string, WireReply]>([
    ['its licence server has a fault', json({ code: 'license_server_error', message: 'x' })],
    ['it gives no response', json({ code: 'no_response' })],
    ['it answers with a page', { headers: { 'content-type': 'text/html' }, body: '<html>Maintenance</html>' }],
    ['it answers with an error', { status: 500, body: 'x' }],
    ['its answer breaks off', 'break'],
    ['its answer has another shape', json(['ok'])],
  ])('never calls a key invalid because %s', async (_, reply) => {
    paths['/softsale/api/check-license'] = reply;
    await outage(amember().verify(credentials, never()));
  });

  it('never calls a key invalid because its REST API refuses ours', async () => {
    paths['/api/softsale-licenses'] = notJson;
    paths['/api/access'] = notJson;
    await outage(amember().verify(credentials, never()));
  });

  it('never calls a key invalid because nobody listens', async () => {
    await outage(createAmember({ url: await closedUrl(), apiKey: restKey, clock }).verify(credentials, never()));
  });

  it('is set aside for half a minute after five faults in a row, then asked again', async () => {
    paths['/softsale/api/check-license'] = { status: 503, body: 'x' };
    const verifier = amember();
    for (let attempt = 0; attempt < 5; attempt += 1) await outage(verifier.verify(credentials, never()));
    expect(server.asked).toHaveLength(5);
    expect((await outage(verifier.verify(credentials, never()))).detail).toContain('set aside');
    expect(server.asked).toHaveLength(5);

    paths['/softsale/api/check-license'] = ok;
    clock.advance(30_000);
    expect(await verifier.verify(credentials, never())).toMatchObject({ valid: true });
  });

  it('is not set aside for refusing what it does not know', async () => {
    delete paths['/api/softsale-licenses'];
    paths['/api/access'] = json([{ user_id: 7 }]);
    const verifier = amember();
    const verdicts = await Promise.all(Array.from({ length: 8 }, () => verifier.verify(credentials, never())));
    expect(verdicts.every(({ valid }) => valid)).toBe(true);
  });

  it('keeps nobody waiting whose caller has left', async () => {
    server.answer = () => 'hang';
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(new Error('the caller left')), 50);
    await expect(amember().verify(credentials, leaving.signal)).rejects.toThrow('the caller left');
  });

  it('is given three seconds', async () => {
    server.answer = () => 'hang';
    const began = performance.now();
    expect((await outage(amember().verify(credentials, never()))).detail).toContain('in time');
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
