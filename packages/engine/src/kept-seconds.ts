import { adLandingSpace } from './ads/enrich-ads.ts';
import { adLimits } from './ads/limits.ts';
import { operations } from './operations/index.ts';
import { listSpaces } from './places/list-snapshot.ts';
import { detailsSpace } from './places/place-details.ts';
import type { EngineSettings } from './settings.ts';

/** How long the rows of each name space of the cache may be used, seconds; undefined for one that is not known. */
export function keptSeconds(settings: EngineSettings): (namespace: string) => number | undefined {
  const placesSeconds = settings.placesCacheDays * 86_400;
  const spaces = new Map<string, number>([
    ...operations.flatMap(({ name, freshness }): [string, number][] =>
      freshness ? [[name, freshness.seconds(settings)]] : [],
    ),
    [detailsSpace, placesSeconds],
    ...listSpaces.map((space): [string, number] => [space, placesSeconds]),
    [adLandingSpace, adLimits.landingPageFreshSeconds],
  ]);
  return (namespace) => spaces.get(namespace);
}
