import type { SerpAd } from '../serp/result-page.ts';
import { adIdentity } from './ad-identity.ts';

/** C12: an ad that a page shows twice (top and bottom) counts once, at its lowest position. */
export function distinctAds(pool: string, ads: readonly SerpAd[]): { identity: string; ad: SerpAd }[] {
  const byIdentity = new Map<string, SerpAd>();
  for (const ad of [...ads].sort((left, right) => left.position - right.position)) {
    const identity = adIdentity(pool, ad);
    if (!byIdentity.has(identity)) byIdentity.set(identity, ad);
  }
  return [...byIdentity].map(([identity, ad]) => ({ identity, ad }));
}
