import { z } from 'zod';
import { LeadGenError } from '../errors.ts';
import type { SerpProvider } from '../ports/serp-provider.ts';
import { askProvider, faultOf, type ProviderAnswer } from './ask-provider.ts';
import { adapterLimits } from './limits.ts';

const answerSchema = z.object({
  results: z.array(
    z.object({
      title: z.string().catch(''),
      url: z.string(),
      content: z.string().nullish(),
      engine: z.string().nullish(),
      engines: z.array(z.string()).nullish(),
    }),
  ),
  unresponsive_engines: z.array(z.array(z.unknown())).catch([]),
});

/** Rows that one page of a SearXNG answer holds at least for the engines that we ask. */
const rowsPerPage = 10;

/** A self-hosted SearXNG (`/search?format=json`): keyless, rows instead of pages, no ads at all. */
export function createSearxng({ baseUrl }: { baseUrl: string }): SerpProvider {
  return {
    name: 'searxng',
    delivers: 'rows',
    routes: 1,
    async fetchResults(request, signal) {
      if (request.vertical === 'ads')
        throw new LeadGenError('search_error', 'SearXNG delivers no ads; set SCRAPERAPI_KEY.', { transient: false });
      const page = Math.floor(request.start / rowsPerPage);
      const parameters = new URLSearchParams({
        q: request.query,
        format: 'json',
        engines: request.engine,
        pageno: String(page + 1),
        language: `${request.language}-${request.country.toUpperCase()}`,
      });
      let answer: ProviderAnswer;
      try {
        answer = await askProvider(`${baseUrl}/search?${parameters}`, {
          headers: { accept: 'application/json' },
          millisecondsMax: adapterLimits.serpMillisecondsMax,
          bytesMax: adapterLimits.serpBytesMax,
          signal,
        });
      } catch (error) {
        signal.throwIfAborted();
        throw new LeadGenError('search_error', `SearXNG: ${faultOf(error)}.`, { cause: error, transient: true });
      }
      const rows = readRows(answer, request.engine);
      return { kind: 'rows', rows, start: page * rowsPerPage };
    },
  };
}

function readRows(
  { status, body }: ProviderAnswer,
  engine: string,
): { title: string; link: string; description: string }[] {
  if (status === 403) {
    throw new LeadGenError(
      'search_error',
      'SearXNG: it refuses JSON; add json to search.formats in its settings.yml.',
      { transient: false },
    );
  }
  if (status !== 200)
    throw new LeadGenError('search_error', `SearXNG: it answered with status ${status}.`, {
      transient: status >= 500 || status === 429,
    });
  let parsed: z.infer<typeof answerSchema>;
  try {
    parsed = answerSchema.parse(JSON.parse(body.toString('utf8')));
  } catch (error) {
    throw new LeadGenError('search_error', 'SearXNG: its answer is not what it should be.', {
      cause: error,
      transient: true,
    });
  }
  const silent = parsed.unresponsive_engines.find(([name]) => name === engine);
  if (silent && parsed.results.length === 0) {
    throw new LeadGenError(
      'search_error',
      `SearXNG: ${engine} does not answer it (${String(silent[1] ?? 'no reason given').slice(0, 100)}).`,
      { transient: true },
    );
  }
  const own = parsed.results.filter((row) => !row.engine || row.engine === engine || row.engines?.includes(engine));
  if (own.length === 0 && parsed.results.length > 0) {
    // It passes over an engine that it does not know and asks its usual ones.
    throw new LeadGenError('search_error', `SearXNG: ${engine} is not among its engines; add it in its settings.yml.`, {
      transient: false,
    });
  }
  return own
    .filter(({ url }) => /^https?:\/\//i.test(url))
    .map(({ title, url, content }) => ({ title, link: url, description: content ?? '' }));
}
