import { ClientError, GraphQLClient, gql } from 'graphql-request';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { numberedAds, numberedRows } from '../support/engine-pages.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { startGateway, type TestAccount, type TestGateway } from '../support/start-gateway.ts';

const headersOf = ({ api_key, user_id }: TestAccount) => ({ authorization: `Bearer ${api_key}`, 'x-user-id': user_id });

forEachStore((opened) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(opened().store);
  });
  afterAll(() => gateway?.close());

  const clientOf = (account: TestAccount, options: object = {}) =>
    new GraphQLClient(`${gateway.url}/graphql`, { headers: headersOf(account), ...options });

  const walk = gql`
    query Walk($keyword: String!) {
      placesSearch(keyword: $keyword) {
        results { name placeReviews { reviews { rating } } websiteCrawl { emails } }
        credits { used remaining cached }
      }
    }
  `;

  function twoPlaces(keyword: string): void {
    gateway.desk.lists.set(keyword, { ids: [`${keyword}-0`, `${keyword}-1`] });
    for (const index of [0, 1]) {
      const host = `${keyword}${index}.org`;
      gateway.desk.places.set(`${keyword}-${index}`, { websiteUri: `http://${host}/` });
      gateway.desk.sites.set(host, {
        '/': index === 0 ? `<p>info@${host}</p>` : { status: 500, body: 'broken' },
      });
    }
  }

  test('graphql-request walks from a keyword to contacts; an edge that fails leaves the rest, with its code', async () => {
    const account = await gateway.account(1_000);
    twoPlaces('rqst');
    const answer = await clientOf(account, { errorPolicy: 'all' }).rawRequest<{
      placesSearch: { results: { websiteCrawl: { emails: string[] } | null }[]; credits: object };
    }>(walk, { keyword: 'rqst' });
    expect(answer.data.placesSearch.results.map((row) => row.websiteCrawl)).toEqual([
      { emails: ['info@rqst0.org'] },
      null,
    ]);
    expect(answer.errors).toMatchObject([
      { path: ['placesSearch', 'results', 1, 'websiteCrawl'], extensions: { code: 'crawl_error' } },
    ]);
    expect(answer.extensions).toEqual({ credits: 20 + 10 + 1 });
    expect(answer.data.placesSearch.credits).toMatchObject({ used: 20, cached: false });
  });

  test('graphql-request by GET is answered from the cache', async () => {
    const account = await gateway.account(100);
    const query = gql`query ($q: String!) { leadSearch(query: $q) { resultsCount credits { used cached } } }`;
    const first = await clientOf(account).request(query, { q: 'by a client' });
    expect(first).toEqual({ leadSearch: { resultsCount: 10, credits: { used: 10, cached: false } } });
    const second = await clientOf(account, { method: 'GET' }).request(query, { q: 'by a client' });
    expect(second).toEqual({ leadSearch: { resultsCount: 10, credits: { used: 0, cached: true } } });
  });

  test('graphql-request is told why a log-in failed, and what is no field', async () => {
    const account = await gateway.account(0);
    const refused = await clientOf({ ...account, api_key: 'wrong' })
      .request('{ account { userId } }')
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ClientError);
    expect((refused as ClientError).response.status).toBe(401);
    expect((refused as ClientError).response.errors?.[0]?.extensions?.code).toBe('invalid_api_key');
    const unknown = await clientOf(account)
      .request('{ account { nothing } }')
      .catch((error: unknown) => error);
    expect((unknown as ClientError).response.errors?.[0]?.message).toContain('Cannot query field "nothing"');
    const wrongVariable = await clientOf(account)
      .request('query ($p: Int) { leadSearch(query: "x", page: $p) { page } }', { p: 'two' })
      .catch((error: unknown) => error);
    expect((wrongVariable as ClientError).response.errors?.[0]).toMatchObject({
      message: expect.stringContaining('$p'),
      extensions: { code: 'invalid_param' },
    });
  });

  test('graphql-sse hears of an ad that a search finds', { timeout: 30_000 }, async () => {
    const account = await gateway.account(100);
    gateway.desk.searches.set('heard', { results: numberedRows(3), ads: numberedAds(2) });
    const client = createClient({ url: `${gateway.url}/graphql`, headers: headersOf(account) });
    const stream = client.iterate<{ newAds: { title: string; url: string } }>({
      query: 'subscription ($q: String!) { newAds(query: $q) { title url } }',
      variables: { q: 'heard' },
    });
    const next = stream.next();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await clientOf(account).request('{ adSpy(query: "heard") { freshCount } }');
    expect((await next).value?.data?.newAds).toMatchObject({ title: 'Offer 1', url: 'https://advertiser1.org/' });
    await stream.return?.();
    client.dispose();
  });
});
