import { adChanges, adHistory, LeadGenError } from '@leadgen/engine';
import { builder } from './builder.ts';
import { adEngine } from './operation-fields.ts';
import { pageInfo, readFirst } from './page-info.ts';

type AdHistoryPage = Awaited<ReturnType<typeof adHistory>>;
type Node = AdHistoryPage['edges'][number]['node'];

const adNode = builder.objectRef<Node>('HistoricalAd').implement({
  description: 'A stored ad as it stood at a moment.',
  fields: (t) => ({
    url: t.exposeString('url', { description: 'Landing page.' }),
    title: t.exposeString('title', { description: 'Title of the ad.' }),
    adText: t.string({ description: 'Text of the ad, as last seen.', resolve: (ad) => ad.text }),
    position: t.exposeInt('position', { description: 'Where it was seen last, from 1.' }),
    firstSeen: t.field({ type: 'DateTime', description: 'When it was first seen.', resolve: (ad) => ad.firstSeen }),
    lastSeen: t.field({ type: 'DateTime', description: 'When it was last seen.', resolve: (ad) => ad.lastSeen }),
    timesSeen: t.exposeInt('timesSeen', { description: 'Looks that showed it.' }),
    timesLooked: t.exposeInt('timesLooked', { description: 'Looks at this query and engine since its first.' }),
    isActive: t.exposeBoolean('isActive', { description: 'Whether the last look showed it.' }),
  }),
});

const edge = builder.objectRef<AdHistoryPage['edges'][number]>('AdHistoryEdge').implement({
  description: 'An ad and its place in the list.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', { description: 'The place in the list.' }),
    node: t.field({ type: adNode, description: 'The ad.', resolve: ({ node }) => node }),
  }),
});

const connection = builder.objectRef<AdHistoryPage>('AdHistoryConnection').implement({
  description: 'Stored ads, those seen last first.',
  fields: (t) => ({
    edges: t.field({ type: [edge], description: 'The ads of this page.', resolve: ({ edges }) => edges }),
    nodes: t.field({
      type: [adNode],
      description: 'The same without cursors.',
      resolve: ({ edges }) => edges.map(({ node }) => node),
    }),
    pageInfo: t.field({
      type: pageInfo,
      description: 'Whether the list goes on.',
      resolve: ({ edges, hasNextPage }) => ({ hasNextPage, endCursor: edges.at(-1)?.cursor ?? null }),
    }),
  }),
});

const changesType = builder.objectRef<Awaited<ReturnType<typeof adChanges>>>('AdChanges').implement({
  description: 'What changed between two looks.',
  fields: (t) => ({
    new: t.field({ type: [adNode], description: 'Seen for the first time.', resolve: (changes) => changes.new }),
    back: t.field({ type: [adNode], description: 'Seen again after an absence.', resolve: (changes) => changes.back }),
    gone: t.field({ type: [adNode], description: 'No longer seen.', resolve: (changes) => changes.gone }),
  }),
});

builder.queryFields((t) => ({
  adHistory: t.field({
    type: connection,
    nullable: true,
    description: 'Stored ads of a query, as they stood at a moment. Free.',
    args: {
      query: t.arg.string({
        required: true,
        description: 'The ad search query; letter case and spaces do not matter.',
      }),
      engine: t.arg({ type: adEngine, defaultValue: 'google' as never, required: true, description: 'Search engine.' }),
      asOf: t.arg({ type: 'DateTime', description: 'The moment; by default now.' }),
      first: t.arg.int({ description: 'At most so many, 0 to 100; by default 50.' }),
      after: t.arg.string({ description: "The page before's endCursor." }),
    },
    resolve: (_root, { query, engine, asOf, first, after }, { engine: { store, clock } }) =>
      adHistory(store, {
        query: readQuery(query),
        engine: String(engine),
        asOf: (asOf as Date | null | undefined) ?? new Date(clock.now()),
        first: readFirst(first, { byDefault: 50, most: 100 }),
        after: after ?? null,
      }),
  }),
  adChanges: t.field({
    type: changesType,
    nullable: true,
    description: 'What changed between two looks at the ads of a query. Free.',
    args: {
      query: t.arg.string({ required: true, description: 'The ad search query.' }),
      engine: t.arg({ type: adEngine, defaultValue: 'google' as never, required: true, description: 'Search engine.' }),
      since: t.arg({ type: 'DateTime', required: true, description: 'The earlier moment.' }),
      until: t.arg({ type: 'DateTime', description: 'The later moment; by default now.' }),
    },
    resolve: (_root, { query, engine, since, until }, { engine: { store, clock, settings } }) =>
      adChanges(store, {
        query: readQuery(query),
        engine: String(engine),
        since: since as Date,
        until: (until as Date | null | undefined) ?? new Date(clock.now()),
        historyMax: settings.historyMax,
      }),
  }),
}));

export const historicalAd = adNode;

export function readQuery(query: string): string {
  if (query.trim() === '') throw new LeadGenError('missing_param', 'Parameter: query.');
  if (query.length > 2048) throw new LeadGenError('invalid_param', 'Parameter: query: at most 2048 characters.');
  return query;
}
