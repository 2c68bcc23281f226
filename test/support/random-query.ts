import fc from 'fast-check';
import type { UpstreamDesk } from './upstream-desk.ts';

/** One paid field of a random query. */
export interface RandomField {
  operation: 'leadSearch' | 'adSpy' | 'placesSearch' | 'websiteCrawl' | 'websiteCrawls' | 'placeReviews';
  subject: string;
  maxCredits: number | null;
  cacheOnly: boolean;
  resultsPerPage: number;
  includeHistory: boolean;
  edges: readonly string[];
  /** How the selection is written. */
  form: 'plain' | 'fragment' | 'inline' | 'twice' | 'skipped';
  /** Whether numbers come as variables. */
  byVariable: boolean;
}

export interface RandomQuery {
  text: string;
  variables: Record<string, unknown>;
  fields: { alias: string; field: RandomField }[];
}

/** Subjects that a desk knows: each a search, ads, places and a site. */
const subjectsMax = 90;

/** Lets the desk answer for every subject of random queries, with few rows and sites that cost from nothing to the most. */
export function setSubjects(desk: UpstreamDesk): void {
  for (let index = 0; index < subjectsMax; index += 1) {
    const subject = `subject${index}`;
    const hosts = Array.from({ length: 1 + (index % 4) }, (_, row) => `${subject}-${row}.org`);
    const ads = Array.from({ length: index % 3 === 0 ? 8 : index % 3 }, (_, row) => ({
      title: `Offer ${subject} ${row}`,
      link: `http://${hosts[row % hosts.length]}/`,
      text: row % 2 === 0 ? `Write to offer${row}@${hosts[0]} today.` : 'The offer of the month.',
    }));
    desk.searches.set(subject, {
      results: hosts.map((host, row) => ({
        title: `Result ${row}`,
        link: `http://${host}/`,
        text: `Mail a${row}@${host} or b${row}@${host}.`,
      })),
      ads,
    });
    for (const [row, host] of hosts.entries()) {
      const emails = Array.from({ length: ((index + row) * 7) % 22 }, (_, number) => `mail${number}@${host}`);
      desk.sites.set(host, { '/': `<p>${emails.join(' ')}</p>` });
      desk.places.set(`${subject}-${row}`, { websiteUri: `http://${host}/` });
      if (row % 2 === 0) desk.reviews.set(`${subject}-${row}`, [{ rating: 5, text: { text: 'Good.' } }]);
    }
    desk.lists.set(subject, { ids: hosts.map((_, row) => `${subject}-${row}`) });
  }
}

const field = fc.record<RandomField>({
  operation: fc.constantFrom(
    'leadSearch',
    'adSpy',
    'placesSearch',
    'websiteCrawl',
    'websiteCrawls',
    'placeReviews',
  ) as never,
  subject: fc.nat({ max: subjectsMax - 1 }).map((index) => `subject${index}`),
  maxCredits: fc.option(fc.nat({ max: 40 }), { freq: 2 }),
  cacheOnly: fc.boolean().map((value) => value),
  resultsPerPage: fc.constantFrom(1, 3, 10, 12),
  includeHistory: fc.boolean(),
  edges: fc.subarray(['websiteCrawl', 'placeReviews', 'again']),
  form: fc.constantFrom('plain', 'fragment', 'inline', 'twice', 'skipped'),
  byVariable: fc.boolean(),
});

/** A query of one to five paid fields with their edges. */
export const randomQuery: fc.Arbitrary<RandomQuery> = fc.array(field, { minLength: 1, maxLength: 5 }).map(write);

function write(fields: RandomField[]): RandomQuery {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const fragments: string[] = [];
  const roots = fields.map((each, index) => {
    const number = (name: string, value: number) => {
      if (!each.byVariable) return `${name}: ${value}`;
      declared.push(`$${name}${index}: Int`);
      variables[`${name}${index}`] = value;
      return `${name}: $${name}${index}`;
    };
    const { type, given, row } = shapeOf(each, number);
    const selection = `credits { used } ${row === null ? '' : `results { ${edgesOf(each, row)} }`}`;
    const body = {
      plain: selection,
      skipped: selection,
      inline: `... on ${type} { ${selection} }`,
      twice: `...F${index} ...F${index} ${selection}`,
      fragment: `...F${index}`,
    }[each.form];
    if (body.includes('...F')) fragments.push(`fragment F${index} on ${type} { ${selection} }`);
    const directive = each.form === 'skipped' ? ' @skip(if: true)' : '';
    return `f${index}: ${each.operation}(${given.join(', ')})${directive} { ${body} }`;
  });
  const head = declared.length > 0 ? `query (${declared.join(', ')})` : 'query';
  return {
    text: `${head} { __typename ${roots.join(' ')} } ${fragments.join(' ')}`,
    variables,
    fields: fields.map((each, index) => ({ alias: `f${index}`, field: each })),
  };
}

function shapeOf(
  each: RandomField,
  number: (name: string, value: number) => string,
): { type: string; given: string[]; row: 'LeadSearchResult' | 'Ad' | 'Place' | null } {
  const { subject, operation } = each;
  const ceiling = each.maxCredits === null ? [] : [number('maxCredits', each.maxCredits)];
  const freshness = each.cacheOnly ? ['freshness: { cacheOnly: true }'] : [];
  switch (operation) {
    case 'leadSearch': {
      const given = [`query: "${subject}"`, number('resultsPerPage', each.resultsPerPage), ...freshness, ...ceiling];
      return { type: 'LeadSearch', given, row: 'LeadSearchResult' };
    }
    case 'adSpy':
      return {
        type: 'AdSpy',
        given: [`query: "${subject}"`, `includeHistory: ${each.includeHistory}`, ...ceiling],
        row: 'Ad',
      };
    case 'placesSearch':
      return { type: 'PlacesSearch', given: [`keyword: "${subject}"`, ...freshness, ...ceiling], row: 'Place' };
    case 'websiteCrawl':
      return {
        type: 'WebsiteCrawl',
        given: [`domain: "http://${subject}-0.org"`, ...freshness, ...ceiling],
        row: null,
      };
    case 'websiteCrawls': {
      const domains = [`"http://${subject}-0.org"`, `"http://${subject}-1.org"`, '"10.0.0.1"'];
      return { type: 'WebsiteCrawl', given: [`domains: [${domains.join(', ')}]`, ...ceiling], row: null };
    }
    case 'placeReviews':
      return { type: 'PlaceReviews', given: [`placeId: "${subject}-0"`, ...freshness, ...ceiling], row: null };
  }
}

function edgesOf({ edges }: RandomField, row: string): string {
  const written = edges.flatMap((edge) => {
    if (edge === 'placeReviews') return row === 'Place' ? ['placeReviews { credits { used } }'] : [];
    return edge === 'again' ? ['again: websiteCrawl { emails }'] : ['websiteCrawl { credits { used } }'];
  });
  return ['__typename', ...written].join(' ');
}
