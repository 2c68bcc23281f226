import { z } from 'zod';
import { adSpyCharges } from '../ads/ad-spy-charges.ts';
import { enrichAds } from '../ads/enrich-ads.ts';
import { loadHistory, type StoredAd } from '../ads/load-history.ts';
import { type FreshAd, recordSightings } from '../ads/record-sightings.ts';
import { normalText } from '../cache/normal-text.ts';
import { readLandingPage } from '../crawl/read-landing-page.ts';
import { defineOperation } from '../operation.ts';
import { searchPages } from '../serp/search-pages.ts';
import { countryParameter, languageParameter } from './common-parameters.ts';
import { metadataSchema } from './metadata-schema.ts';

const ad = z
  .object({
    position: z
      .int()
      .meta({ description: 'Position on the result page, from 1; of an old ad, where it was seen last.' }),
    title: z.string().meta({ description: 'Title of the ad.' }),
    url: z.string().meta({ description: 'Landing page.' }),
    ad_text: z.string().meta({ description: 'Text of the ad.' }),
    search_engine: z.enum(['google', 'bing']).meta({ description: 'The search engine that showed it.' }),
    first_seen: z.string().meta({ dateTime: true, description: 'When it was first seen, UTC.' }),
    last_seen: z.string().meta({ dateTime: true, description: 'When it was last seen, UTC.' }),
    is_active: z.boolean().meta({ description: 'Whether this search showed it.' }),
    times_seen: z.int().meta({ rest: false, description: 'Looks that showed it.' }),
    times_looked: z.int().meta({ rest: false, description: 'Looks at this query and engine since its first.' }),
    contact_data: z
      .object({
        emails: z.array(z.string()).meta({ description: "E-mail addresses of the landing page's own domain." }),
        phones: z.array(z.string()).meta({ description: 'Phone numbers found.' }),
        social_links: z.array(z.string()).meta({ description: 'Profiles on social networks.' }),
        metadata: metadataSchema,
      })
      .meta({ id: 'AdContactData', description: 'Contacts of the landing page; empty where it could not be read.' }),
  })
  .meta({ id: 'Ad', description: 'An ad, of this search or of earlier ones.' });

const data = z
  .object({
    query: z.string().meta({ description: 'The query.' }),
    search_engine: z.enum(['google', 'bing']).meta({ description: 'The search engine asked.' }),
    page: z.int().meta({ description: '0-based page of results.' }),
    fresh_count: z.int().meta({ description: 'Distinct ads that this search showed.' }),
    historical_count: z.int().meta({ description: 'Further ads, of earlier searches.' }),
    results_count: z.int().meta({ description: 'All ads in this answer.' }),
    results: z.array(ad).meta({ description: 'Ads, those seen last first.' }),
  })
  .meta({ id: 'AdSpy', description: 'Running and earlier ads for a query, with the contacts of their landing pages.' });

type Data = z.infer<typeof data>;

/** Looks for ads, remembers them for ever, reads their landing pages. Rules: C9 to C13, C20, H8 to H12, B13 to B20 of the decisions. */
export const adSpy = defineOperation({
  name: 'adSpy',
  key: 'ads',
  path: '/ads.php',
  summary: 'Find running Google or Bing ads, with the history of earlier ones and the contacts of their landing pages.',
  pricing:
    'Fresh ads alone count: more than 7: 10 credits; 7 or fewer: 1 credit per ad with an e-mail address in its text. History and landing pages are free. Every call searches anew.',
  parameters: {
    query: {
      kind: 'text',
      rest: 'query',
      required: true,
      description: 'The ad search query.',
      example: 'marketing agency',
    },
    engine: {
      kind: 'choice',
      rest: 'se',
      values: ['google', 'bing'],
      default: 'google',
      description: 'Search engine.',
    },
    page: {
      kind: 'integer',
      rest: 'page',
      minimum: 0,
      maximum: 1000,
      default: 0,
      description: '0-based page of results.',
    },
    country: countryParameter,
    language: languageParameter,
    includeHistory: {
      kind: 'flag',
      rest: 'include_history',
      default: true,
      description: 'Whether ads of earlier searches are given as well.',
    },
  },
  data,
  upstreamError: 'search_error',
  priceMax: 10,
  priceMin: () => 0,
  freshness: null,
  async run(work, input) {
    const query = normalText(input.query);
    const search = { engine: input.engine, query, page: input.page };
    const { ads, coverage } = await searchPages(work.serp, {
      ...search,
      resultsPerPage: 10,
      country: input.country,
      language: input.language,
      vertical: 'ads',
      signal: work.signal,
    });
    const fresh = await recordSightings(work.store, { ...search, ads, now: new Date(work.clock.now()) });
    const history = input.includeHistory
      ? await loadHistory(work.store, {
          ...search,
          historyMax: work.settings.historyMax,
          except: fresh.map(({ identity }) => identity),
        })
      : [];
    const ranked: (FreshAd | StoredAd)[] = [...fresh, ...history];
    const contacts = await enrichAds(
      {
        readLandingPage: (page) => readLandingPage(work.crawl, page),
        rows: work.rows,
        clock: work.clock,
        log: work.log,
      },
      { rows: ranked, signal: work.signal },
    );
    const freshOnes = new Set<FreshAd | StoredAd>(fresh);
    const rows = ranked.map((each, index): Data['results'][number] => ({
      position: each.position,
      title: each.title,
      url: each.url,
      ad_text: each.text,
      search_engine: input.engine,
      first_seen: each.firstSeen.toISOString(),
      last_seen: each.lastSeen.toISOString(),
      is_active: freshOnes.has(each),
      times_seen: each.timesSeen,
      times_looked: each.timesLooked,
      contact_data: {
        emails: contacts[index]!.emails,
        phones: contacts[index]!.phones,
        social_links: contacts[index]!.socialLinks,
        metadata: contacts[index]!.metadata,
      },
    }));
    const charges = adSpyCharges(work.settings, {
      query: input.query,
      country: input.country,
      fresh: fresh.map((each, index) => ({ ...each, contactEmails: contacts[index]!.emails })),
    });
    // B16: those seen last first, then by position.
    rows.sort((left, right) => right.last_seen.localeCompare(left.last_seen) || left.position - right.position);
    return {
      data: {
        query: input.query,
        search_engine: input.engine,
        page: input.page,
        fresh_count: fresh.length,
        historical_count: history.length,
        results_count: rows.length,
        results: rows,
      },
      coverage,
      charges,
      keep: false,
    };
  },
});
