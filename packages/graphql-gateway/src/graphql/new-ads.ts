import { adChanges } from '@leadgen/engine';
import { historicalAd, readQuery } from './ad-history.ts';
import { builder } from './builder.ts';
import { callerOf } from './caller.ts';
import type { GraphContext } from './graph-context.ts';
import { newAdsLimits } from './limits.ts';
import { adEngine } from './operation-fields.ts';

/** Ads that a search of anybody's finds for the first time while one listens. Free: it looks at what is stored, and searches nothing. */
builder.subscriptionField('newAds', (t) =>
  t.field({
    type: historicalAd,
    description: 'Ads of a query that are seen for the first time from now on, as searches find them. Free.',
    args: {
      query: t.arg.string({ required: true, description: 'The ad search query.' }),
      engine: t.arg({ type: adEngine, defaultValue: 'google' as never, required: true, description: 'Search engine.' }),
    },
    subscribe: (_root, { query, engine }, context) => {
      callerOf(context);
      return newAdsOf(context, { query: readQuery(query), engine: String(engine) });
    },
    resolve: (ad) => ad,
  }),
);

async function* newAdsOf({ engine, signal }: GraphContext, search: { query: string; engine: string }) {
  const { clock, store, settings } = engine;
  const start = clock.now();
  /** When each ad was told, by its identity. */
  const told = new Map<string, number>();
  while (!signal.aborted && clock.now() - start < newAdsLimits.listenMillisecondsMax) {
    const now = clock.now();
    // An ad has the time at which its search ended, and is stored a moment later: each look goes back a little, and tells nothing twice.
    const since = Math.max(start, now - newAdsLimits.lookBackMilliseconds);
    const { historyMax } = settings;
    const changes = await adChanges(store, { ...search, historyMax, since: new Date(since), until: new Date(now) });
    for (const ad of changes.new) {
      if (told.has(ad.identity)) continue;
      told.set(ad.identity, now);
      yield ad;
    }
    for (const [identity, at] of told) if (at < now - 2 * newAdsLimits.lookBackMilliseconds) told.delete(identity);
    await clock.sleep(newAdsLimits.pollMilliseconds, signal).catch(() => {});
  }
}
