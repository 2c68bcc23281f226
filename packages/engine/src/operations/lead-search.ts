import { z } from 'zod';
import { normalText } from '../cache/normal-text.ts';
import { findContactsInText } from '../contacts/find-contacts-in-text.ts';
import { LeadGenError } from '../errors.ts';
import { type Charge, defineOperation } from '../operation.ts';
import { isAbsent } from '../parameters.ts';
import { searchPages } from '../serp/search-pages.ts';
import { countryParameter, languageParameter } from './common-parameters.ts';

const data = z
  .object({
    query: z.string().meta({ description: 'The query that ran; for a recipe code, its dork.' }),
    search_engine: z.enum(['google', 'bing', 'yahoo', 'duckduckgo']).meta({ description: 'The search engine asked.' }),
    page: z.int().meta({ description: '0-based page of results.' }),
    results_count: z.int().meta({ description: 'Number of results in this answer.' }),
    results: z
      .array(
        z
          .object({
            title: z.string().meta({ description: 'Title of the result.' }),
            link: z
              .string()
              .meta({ description: 'Address that the result leads to, redirects of the engine removed.' }),
            description: z.string().meta({ description: 'Text below the title.' }),
            emails: z
              .array(z.string())
              .meta({ description: 'E-mail addresses in title, text and link, lower case, junk left out.' }),
            phones: z.array(z.string()).meta({ description: 'Phone numbers in title, text and link.' }),
          })
          .meta({ id: 'LeadSearchResult', description: 'One organic search result.' }),
      )
      .meta({ description: 'Organic results in the order of the page.' }),
  })
  .meta({ id: 'LeadSearch', description: 'Organic results of a search engine with the contacts found in them.' });

type Data = z.infer<typeof data>;

/** Searches a result page for leads. Rules: C1 to C5, B1, P1 to P6, H1 to H4 of the decisions. */
export const leadSearch = defineOperation({
  name: 'leadSearch',
  key: 'search',
  path: '/search.php',
  summary: 'Search Google, Bing, Yahoo or DuckDuckGo for leads, with e-mails and phones found in the results.',
  pricing:
    'More than 7 results: 10 credits. 7 or fewer: 1 credit per distinct e-mail address found, at most 10. No results, or an answer from the cache (7 days): 0.',
  parameters: {
    query: {
      kind: 'text',
      rest: 'query',
      required: true,
      description: 'The search query or dork. Required unless `code` is given.',
      example: 'marketing agency new york',
    },
    code: {
      kind: 'text',
      rest: 'code',
      description: 'A saved recipe code; wins over `query`.',
    },
    engine: {
      kind: 'choice',
      rest: 'se',
      values: ['google', 'bing', 'yahoo', 'duckduckgo'],
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
    resultsPerPage: {
      kind: 'integer',
      rest: 'results_per_page',
      minimum: 1,
      maximum: 100,
      default: 10,
      description: 'Results per page; upstream pages of ten are joined.',
    },
    country: countryParameter,
    language: languageParameter,
  },
  isRequired: (name, raw) => name !== 'query' || isAbsent(raw.code),
  data,
  upstreamError: 'search_error',
  priceMax: 10,
  priceMin: () => 0,
  freshness: {
    seconds: () => 7 * 86_400,
    keyOf: ({ code, query, engine, page, resultsPerPage, country, language }) =>
      code === null ? [normalText(query), engine, page, resultsPerPage, country, language] : null,
  },
  async resolve(input, work) {
    if (input.code === null) return input;
    const query = await work.resolveRecipe(input.code);
    if (query === null) throw new LeadGenError('invalid_code', `Parameter: ${work.nameOf('code')}.`);
    return { ...input, query, code: null };
  },
  present: (answer: Data, input) => (answer.query === input.query ? answer : { ...answer, query: input.query }),
  async run(work, input) {
    const { organic, coverage } = await searchPages(work.serp, {
      engine: input.engine,
      query: normalText(input.query),
      page: input.page,
      resultsPerPage: input.resultsPerPage,
      country: input.country,
      language: input.language,
      vertical: 'organic',
      signal: work.signal,
    });
    const results = organic.map(({ title, link, description }) => {
      const { emails, phones } = findContactsInText(`${title}\n${description}\n${link}`, {
        country: input.country.toUpperCase(),
      });
      return { title, link, description, emails, phones };
    });
    const answer: Data = {
      query: input.query,
      search_engine: input.engine,
      page: input.page,
      results_count: results.length,
      results,
    };
    return { data: answer, coverage, charges: leadSearchCharges(answer), keep: results.length > 0 };
  },
});

function leadSearchCharges({ query, results }: Data): Charge[] {
  if (results.length > 7) return [{ rule: 'more than 7 results: 10 credits flat', item: query, credits: 10 }];
  const emails = new Set(results.flatMap((result) => result.emails));
  return [...emails]
    .slice(0, 10)
    .map((email) => ({ rule: '7 or fewer results: 1 credit per e-mail address', item: email, credits: 1 }));
}
