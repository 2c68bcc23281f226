import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGooglePlacesLegacy } from '../../packages/engine/src/adapters/google-places-legacy.ts';
import { createGooglePlacesNew } from '../../packages/engine/src/adapters/google-places-new.ts';
import { LeadGenError } from '../../packages/engine/src/errors.ts';
import { fixture, hasFixtures } from '../support/fixtures.ts';
import { createTestClock } from '../support/test-clock.ts';
import {
  closedUrl,
  json,
  startWireServer,
  type WireReply,
  type WireRequest,
  type WireServer,
} from '../support/wire-server.ts';

const apiKey = 'a-key-that-nobody-may-see';
const wait: number[] = [];
const clock = {
  ...createTestClock(),
  // The wait between two attempts is noted, not slept.
  sleep: async (milliseconds: number) => void wait.push(milliseconds),
};
const first = { keyword: 'pizza new york', pageToken: null, country: 'us', language: 'en' };
const place = { placeId: 'ChIJ-one', country: 'us', language: 'en' };
const never = () => new AbortController().signal;

const failed = (status: number, word: string, error: object = {}): WireReply =>
  json({ error: { code: status, status: word, message: `no, ${apiKey}`, ...error } }, status);
const said = (status: string, fields: object = {}): WireReply =>
  json({ html_attributions: [], ...fields, status, error_message: `no, ${apiKey}` });

/** The same facts in the words of both APIs. */
const apis = [
  {
    name: 'the new API',
    create: createGooglePlacesNew,
    page: (ids: string[], next?: string) =>
      json({
        ...(ids.length > 0 ? { places: ids.map((id) => ({ id })) } : {}),
        ...(next ? { nextPageToken: next } : {}),
      }),
    details: json({
      id: 'ChIJ-a-newer-id',
      displayName: { text: 'Sunrise Bakery', languageCode: 'en' },
      formattedAddress: '5 Mill Lane, Boston, MA 02110, USA',
      nationalPhoneNumber: '(617) 555-0147',
      websiteUri: 'https://sunrise.org/',
      googleMapsUri: 'https://maps.google.com/?cid=1',
      rating: 4.4,
      userRatingCount: 8732,
      types: ['bakery', 'food'],
      regularOpeningHours: {
        weekdayDescriptions: ['Monday: 10:00 AM – 2:00 PM'],
        periods: [{ open: { day: 1, hour: 10 }, close: { day: 1, hour: 14, minute: 30 } }, { open: {} }],
      },
      currentOpeningHours: { openNow: true },
      utcOffsetMinutes: -300,
      iconMaskBaseUri: 'https://maps.gstatic.com/icon',
      businessStatus: 'OPERATIONAL',
    }),
    bare: json({ id: 'ChIJ-one' }),
    reviews: (count: number) =>
      json({
        reviews: Array.from({ length: count }, (_, index) => ({
          name: 'places/x/reviews/y',
          relativePublishTimeDescription: 'a month ago',
          rating: 5,
          text: { text: `Visit ${index}`, languageCode: 'en' },
          originalText: { text: 'Besuch', languageCode: 'de' },
          authorAttribution: { displayName: 'Robin', uri: 'https://a.org/', photoUri: 'https://a.org/p' },
          publishTime: '2024-01-15T14:30:00.25Z',
        })),
      }),
    noReviews: json({}),
    notFound: failed(404, 'NOT_FOUND'),
    earlyToken: failed(400, 'INVALID_ARGUMENT'),
    denied: failed(403, 'PERMISSION_DENIED'),
    deniedWord: 'PERMISSION_DENIED',
    mayPass: failed(503, 'UNAVAILABLE'),
    mayPassWord: 'UNAVAILABLE',
    misshapen: json({ places: 'many' }),
    misshapenDetails: json([]),
  },
  {
    name: 'the legacy service',
    create: createGooglePlacesLegacy,
    page: (ids: string[], next?: string) =>
      said(ids.length > 0 ? 'OK' : 'ZERO_RESULTS', {
        results: ids.map((place_id) => ({ place_id, name: 'x' })),
        ...(next ? { next_page_token: next } : {}),
      }),
    details: said('OK', {
      result: {
        place_id: 'ChIJ-a-newer-id',
        name: 'Sunrise Bakery',
        formatted_address: '5 Mill Lane, Boston, MA 02110, USA',
        formatted_phone_number: '(617) 555-0147',
        website: 'https://sunrise.org/',
        url: 'https://maps.google.com/?cid=1',
        rating: 4.4,
        user_ratings_total: 8732,
        types: ['bakery', 'food'],
        opening_hours: {
          open_now: true,
          weekday_text: ['Monday: 10:00 AM – 2:00 PM'],
          periods: [
            { open: { day: 1, time: '1000' }, close: { day: 1, time: '1430' } },
            { open: { day: 0, time: '0000' } },
          ],
        },
        utc_offset: -300,
        icon: 'https://maps.gstatic.com/icon.png',
        business_status: 'OPERATIONAL',
      },
    }),
    bare: said('OK', { result: {} }),
    reviews: (count: number) =>
      said('OK', {
        result: {
          reviews: Array.from({ length: count }, (_, index) => ({
            author_name: 'Robin',
            author_url: 'https://a.org/',
            language: 'en',
            original_language: 'de',
            profile_photo_url: 'https://a.org/p',
            rating: 5,
            relative_time_description: 'a month ago',
            text: `Visit ${index}`,
            time: 1705329000,
            translated: true,
          })),
        },
      }),
    noReviews: said('OK', { result: {} }),
    notFound: said('NOT_FOUND'),
    earlyToken: said('INVALID_REQUEST'),
    denied: said('REQUEST_DENIED'),
    deniedWord: 'REQUEST_DENIED',
    mayPass: said('UNKNOWN_ERROR'),
    mayPassWord: 'UNKNOWN_ERROR',
    misshapen: said('OK', { candidates: [] }),
    misshapenDetails: said('OK', { result: 7 }),
  },
];

let server: WireServer;
beforeAll(async () => {
  server = await startWireServer();
});
beforeEach(() => {
  server.asked.length = 0;
  wait.length = 0;
});
afterAll(() => server.close());

async function failure(attempt: Promise<unknown>): Promise<LeadGenError> {
  const error = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LeadGenError);
  expect((error as LeadGenError).code).toBe('api_error');
  expect((error as LeadGenError).message).not.toContain(apiKey);
  return error as LeadGenError;
}

describe.each(apis)('$name', (api) => {
  const provider = () => api.create({ apiKey, baseUrl: server.url, clock });
  const answers = (...replies: WireReply[]) => {
    server.answer = () => replies[Math.min(server.asked.length, replies.length) - 1]!;
  };

  it('lists ids in the order of Google, and the token of the next page', async () => {
    answers(api.page(['ChIJ-two', 'ChIJ-one'], 'next'));
    expect(await provider().listPlaces(first, never())).toEqual({
      status: 'ok',
      placeIds: ['ChIJ-two', 'ChIJ-one'],
      nextPageToken: 'next',
      attributions: [],
    });
  });

  it('takes no match for an empty list (B30)', async () => {
    answers(api.page([]));
    expect(await provider().listPlaces(first, never())).toEqual({
      status: 'ok',
      placeIds: [],
      nextPageToken: null,
      attributions: [],
    });
  });

  it('says that a token is not valid yet, without another try (B22)', async () => {
    answers(api.earlyToken);
    expect(await provider().listPlaces({ ...first, pageToken: 'early' }, never())).toEqual({ status: 'invalid_token' });
    expect(server.asked).toHaveLength(1);
  });

  it('takes the same refusal of a request without a token for an error', async () => {
    answers(api.earlyToken);
    await failure(provider().listPlaces(first, never()));
  });

  it('gives the details of a place under the id that was asked for', async () => {
    answers(api.details);
    expect(await provider().placeDetails(place, never())).toEqual({
      placeId: 'ChIJ-one',
      url: 'https://maps.google.com/?cid=1',
      name: 'Sunrise Bakery',
      address: '5 Mill Lane, Boston, MA 02110, USA',
      phone: '(617) 555-0147',
      website: 'https://sunrise.org/',
      rating: 4.4,
      ratingTotal: 8732,
      types: ['bakery', 'food'],
      weekdayText: ['Monday: 10:00 AM – 2:00 PM'],
      icon: 'https://maps.gstatic.com/icon.png',
      businessStatus: 'OPERATIONAL',
      openNow: true,
      periods: [
        { open: { day: 1, hour: 10, minute: 0 }, close: { day: 1, hour: 14, minute: 30 } },
        { open: { day: 0, hour: 0, minute: 0 } },
      ],
      utcOffsetMinutes: -300,
      attributions: [],
    });
  });

  it('fills what a place lacks with nothing of the right kind (P11)', async () => {
    answers(api.bare);
    expect(await provider().placeDetails(place, never())).toEqual({
      placeId: 'ChIJ-one',
      url: '',
      name: '',
      address: '',
      phone: '',
      website: '',
      rating: null,
      ratingTotal: 0,
      types: [],
      weekdayText: [],
      icon: '',
      businessStatus: '',
      openNow: null,
      periods: [],
      utcOffsetMinutes: null,
      attributions: [],
    });
  });

  it('gives five reviews at most, with exactly the eight keys (B27, B28)', async () => {
    answers(api.reviews(7));
    const reviews = await provider().placeReviews(place, never());
    expect(reviews.map(({ text }) => text)).toEqual(['Visit 0', 'Visit 1', 'Visit 2', 'Visit 3', 'Visit 4']);
    expect(reviews[0]).toEqual({
      author_name: 'Robin',
      author_url: 'https://a.org/',
      language: 'en',
      rating: 5,
      text: 'Visit 0',
      time: 1705329000,
      relative_time_description: 'a month ago',
      profile_photo_url: 'https://a.org/p',
    });
  });

  it('takes a place without reviews for what it is', async () => {
    answers(api.noReviews);
    expect(await provider().placeReviews(place, never())).toEqual([]);
  });

  it('fails on an id that Google does not know, and says so (B29)', async () => {
    answers(api.notFound);
    expect((await failure(provider().placeDetails(place, never()))).detail).toContain('NOT_FOUND');
    expect((await failure(provider().placeReviews(place, never()))).detail).toContain('NOT_FOUND');
  });

  it('names a refusal by its word, and tries no second time', async () => {
    answers(api.denied);
    expect((await failure(provider().listPlaces(first, never()))).detail).toContain(api.deniedWord);
    expect(server.asked).toHaveLength(1);
  });

  it('tries once more after a fault that may pass, a moment later', async () => {
    answers(api.mayPass, api.page(['ChIJ-one']));
    expect(await provider().listPlaces(first, never())).toMatchObject({ placeIds: ['ChIJ-one'] });
    expect(wait).toHaveLength(1);
    expect(wait[0]).toBeGreaterThan(0);
  });

  it('tries no third time', async () => {
    answers(api.mayPass);
    expect((await failure(provider().listPlaces(first, never()))).detail).toContain(api.mayPassWord);
    expect(server.asked).toHaveLength(2);
  });

  it.each<[string, WireReply]>([
    ['HTML', { headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' }],
    ['an error page of a proxy', { status: 502, body: '<html>Bad gateway</html>' }],
    ['half an answer', 'break'],
    ['a list of another shape', api.misshapen],
  ])('fails on %s, and does not take it for an empty list (E14)', async (_, reply) => {
    answers(reply);
    await failure(provider().listPlaces(first, never()));
  });

  it('fails on details of another shape', async () => {
    answers(api.misshapenDetails);
    await failure(provider().placeDetails(place, never()));
  });

  it('fails where nobody listens', async () => {
    const nowhere = api.create({ apiKey, baseUrl: await closedUrl(), clock });
    expect((await failure(nowhere.listPlaces(first, never()))).detail).toContain('ECONNREFUSED');
  });

  it('ends at once when the caller leaves', async () => {
    server.answer = () => 'hang';
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(new Error('the caller left')), 50);
    await expect(provider().placeDetails(place, leaving.signal)).rejects.toThrow('the caller left');
  });
});

describe('the new API alone', () => {
  const provider = () => createGooglePlacesNew({ apiKey, baseUrl: server.url, clock });

  it('is asked for ids alone, the key in a header', async () => {
    server.answer = () => json({});
    await provider().listPlaces({ ...first, pageToken: 'next' }, never());
    const { method, url, headers, body } = server.asked[0]!;
    expect([method, url.pathname, url.search]).toEqual(['POST', '/v1/places:searchText', '']);
    expect(headers).toMatchObject({ 'x-goog-api-key': apiKey, 'x-goog-fieldmask': 'places.id,nextPageToken' });
    expect(JSON.parse(body)).toEqual({
      textQuery: 'pizza new york',
      pageSize: 20,
      languageCode: 'en',
      regionCode: 'US',
      pageToken: 'next',
    });
  });

  it('does not take a bad key for a token that is early', async () => {
    server.answer = () =>
      failed(400, 'INVALID_ARGUMENT', {
        message: 'API key not valid. Please pass a valid API key.',
        details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
      });
    const error = await failure(provider().listPlaces({ ...first, pageToken: 'next' }, never()));
    expect(error.detail).toBe('Google Places: INVALID_ARGUMENT (API_KEY_INVALID).');
  });

  it('loses no place over one field of another kind', async () => {
    server.answer = () =>
      json({ displayName: { text: 'Bakery' }, rating: 'good', regularOpeningHours: { periods: 7 } });
    expect(await provider().placeDetails(place, never())).toMatchObject({ name: 'Bakery', rating: null, periods: [] });
  });
});

describe('the legacy service alone', () => {
  it('is asked with the token beside the keyword', async () => {
    server.answer = () => said('ZERO_RESULTS');
    const provider = createGooglePlacesLegacy({ apiKey, baseUrl: server.url, clock });
    await provider.listPlaces({ ...first, pageToken: 'next' }, never());
    const { url } = server.asked[0]!;
    expect(url.pathname).toBe('/maps/api/place/textsearch/json');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ pagetoken: 'next', region: 'us', key: apiKey });
  });
});

describe.skipIf(!hasFixtures)('saved answers of Google (skipped: the folder of real answers is not here)', () => {
  const replay = (pick: (request: WireRequest) => string) => {
    server.answer = (request) => {
      return { headers: { 'content-type': 'application/json' }, body: saved.get(pick(request)) ?? '' };
    };
  };
  const saved = new Map<string, string>();
  const load = async (name: string) => void saved.set(name, await readFile(fixture('serp', 'places', name), 'utf8'));
  const legacy = () => createGooglePlacesLegacy({ apiKey, baseUrl: server.url, clock });

  it('three pages of a legacy list are read to their end', async () => {
    for (const page of [1, 2, 3]) await load(`p_vcr_multipage_${page}.json`);
    replay(() => `p_vcr_multipage_${server.asked.length}.json`);
    const ids: string[] = [];
    let pageToken: string | null = null;
    for (let page = 0; page < 3; page += 1) {
      const list = await legacy().listPlaces({ ...first, pageToken }, never());
      if (list.status !== 'ok') throw new Error('the saved pages have no early token');
      ids.push(...list.placeIds);
      pageToken = list.nextPageToken;
    }
    expect(ids).toHaveLength(60);
    expect(new Set(ids).size).toBeGreaterThan(50);
    expect(pageToken).toBeNull();
  });

  it('details and reviews of the legacy service', async () => {
    await load('p_vcr_single_spot_1.json');
    replay(() => 'p_vcr_single_spot_1.json');
    const details = await legacy().placeDetails(place, never());
    expect(details.name).not.toBe('');
    expect(details.weekdayText).toHaveLength(7);
    expect(details.periods).toHaveLength(5);
    expect(details.utcOffsetMinutes).toBe(600);
    const reviews = await legacy().placeReviews(place, never());
    expect(reviews).toHaveLength(5);
    for (const review of reviews) expect(Object.keys(review)).toHaveLength(8);
  });

  it('reviews of the new API, their times in seconds', async () => {
    await load('pn_details_google_sf_reviews.json');
    replay(() => 'pn_details_google_sf_reviews.json');
    const provider = createGooglePlacesNew({ apiKey, baseUrl: server.url, clock });
    expect(await provider.placeDetails(place, never())).toMatchObject({ rating: 4.6, ratingTotal: 1531 });
    const [review] = await provider.placeReviews(place, never());
    expect(review).toMatchObject({
      author_name: 'Prawnsalad1991',
      language: 'en',
      rating: 5,
      relative_time_description: '5 months ago',
      time: Math.floor(Date.UTC(2025, 0, 8, 8, 22, 9) / 1000),
    });
  });

  it.each([
    ['p_error_over_query_limit.json', 'OVER_QUERY_LIMIT'],
    ['p_vcr_single_spot_2.json', 'NOT_FOUND'],
    ['p_vcr_single_spot_3.json', 'INVALID_REQUEST'],
    ['p_error_details_notfound.json', 'without a word'],
  ])('%s is an error', async (name, word) => {
    await load(name);
    replay(() => name);
    expect((await failure(legacy().placeDetails(place, never()))).detail).toContain(word);
  });

  it('a place that is closed for good, with nothing else known', async () => {
    await load('p_details_permanently_closed.json');
    replay(() => 'p_details_permanently_closed.json');
    expect(await legacy().placeDetails(place, never())).toMatchObject({
      businessStatus: 'CLOSED_PERMANENTLY',
      name: '',
      openNow: null,
    });
  });
});
