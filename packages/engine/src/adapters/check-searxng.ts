import { LeadGenError } from '../errors.ts';
import type { SerpProvider } from '../ports/serp-provider.ts';
import type { UpstreamCheck } from '../ports/upstream-check.ts';

/** One search through SearXNG: it must be there and give JSON. */
export function createSearxngCheck({ provider }: { provider: SerpProvider }): UpstreamCheck {
  return {
    name: 'SearXNG',
    async run(signal) {
      try {
        const response = await provider.fetchResults(
          {
            engine: 'duckduckgo',
            query: 'weather',
            start: 0,
            country: 'us',
            language: 'en',
            vertical: 'organic',
            route: 0,
          },
          signal,
        );
        const count = response.kind === 'rows' ? response.rows.length : 0;
        return {
          isFine: count > 0,
          detail: `It answers in JSON, with ${count} results of DuckDuckGo.`,
          advice: count > 0 ? null : 'Check in its settings.yml which engines it asks.',
        };
      } catch (error) {
        const detail = error instanceof LeadGenError ? (error.detail ?? error.message) : 'It does not answer in time.';
        return { isFine: false, detail, advice: 'Check SEARXNG_URL, and search.formats in its settings.yml.' };
      }
    },
  };
}
