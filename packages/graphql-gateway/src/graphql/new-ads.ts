import { adChanges } from '@leadgen/engine';
import { historicalAd, readQuery } from './ad-history.ts';
import { builder } from './builder.ts';
import { callerOf } from './caller.ts';
import { adEngine } from './operation-fields.ts';

const pollMilliseconds = 2_000;

/** Ads that a search of anybody's finds for the first time while one listens. Free: it looks at what is stored, and searches nothing. */
builder.subscriptionField('newAds', (t) =>
  t.field({
    type: historicalAd,
    description: 'Ads of a query that are seen for the first time from now on, as searches find them. Free.',
    args: {
      query: t.arg.string({ required: true, description: 'The ad search query.' }),
      engine: t.arg({ type: adEngine, defaultValue: 'google' as never, required: true, description: 'Search engine.' }),
    },
    subscribe: (_root, { query, engine: searchEngine }, context) => {
      callerOf(context);
      const search = {
        query: readQuery(query),
        engine: String(searchEngine),
        historyMax: context.engine.settings.historyMax,
      };
      return (async function* () {
        const { clock, store } = context.engine;
        let since = new Date(clock.now());
        while (!context.signal.aborted) {
          await clock.sleep(pollMilliseconds, context.signal).catch(() => {});
          if (context.signal.aborted) return;
          const until = new Date(clock.now());
          const changes = await adChanges(store, { ...search, since, until });
          since = until;
          for (const ad of changes.new) yield ad;
        }
      })();
    },
    resolve: (ad) => ad,
  }),
);
