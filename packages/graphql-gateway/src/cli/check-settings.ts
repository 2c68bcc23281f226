import type { GatewayConfig } from '../config.ts';
import { type HealthCheck, healthCheck } from './health-check.ts';

/** What the settings leave without an upstream. */
export function checkSettings(config: GatewayConfig): HealthCheck[] {
  if (config.upstream === 'sandbox') {
    return [
      healthCheck(
        'settings',
        'ok',
        'Sandbox: all answers are invented on this machine.',
        'Set SCRAPERAPI_KEY, SEARXNG_URL or GOOGLE_PLACES_KEY to go live.',
      ),
    ];
  }
  const checks = [healthCheck('settings', 'ok', 'Live.')];
  const hasPages = config.scraperApi.key !== null || config.serpProvider === 'direct';
  if (!hasPages && config.searxngUrl === null) {
    const advice = 'Set SCRAPERAPI_KEY, SEARXNG_URL or SERP_PROVIDER=direct.';
    checks.push(healthCheck('search', 'warning', 'No search provider: search and ads answer search_error.', advice));
  } else if (!hasPages) {
    checks.push(
      healthCheck('ads', 'warning', 'SearXNG delivers no ads: ads answer search_error.', 'Set SCRAPERAPI_KEY.'),
    );
  }
  if (config.googlePlaces.key === null) {
    const detail = 'No places provider: places and reviews answer api_error.';
    checks.push(healthCheck('places', 'warning', detail, 'Set GOOGLE_PLACES_KEY.'));
  }
  if (config.crawlRender !== null && config.scraperApi.key === null) {
    const detail = 'LEADGEN_CRAWL_RENDER=scraperapi has no key: nothing is rendered.';
    checks.push(healthCheck('rendering', 'failed', detail, 'Set SCRAPERAPI_KEY, or unset LEADGEN_CRAWL_RENDER.'));
  }
  return checks;
}
