// From a keyword to businesses with the contacts of their web sites, in one query with a ceiling on its price:
//
//   node examples/typescript/places-to-contacts.ts "restaurants new york" 50
//
// Without settings it asks a gateway on this machine, as the demo account of its sandbox.
import { createLeadGenClient, graphql, worstBill } from '@leadgen/graphql-gateway/client';

const [keyword = 'restaurants new york', maxCredits = '50'] = process.argv.slice(2);
const { LEADGEN_BASE_URL, LEADGEN_API_KEY, LEADGEN_USER_ID } = process.env;
const client = createLeadGenClient({
  url: LEADGEN_BASE_URL ?? 'http://127.0.0.1:4000',
  apiKey: LEADGEN_API_KEY ?? 'demo',
  userId: Number(LEADGEN_USER_ID ?? 1),
});

// The variables and the answer have the types of this text; a field that is not there is an error of the compiler.
const placesToContacts = graphql(`
  query PlacesToContacts($keyword: String!, $placesCeiling: Int!) {
    placesSearch(keyword: $keyword, maxCredits: $placesCeiling) {
      partial
      results {
        name
        phone
        websiteCrawl {
          emails
          contacts { kind value evidence { pageUrl } }
        }
      }
    }
  }
`);

const ceiling = Number(maxCredits);
// Half of it buys places, the rest their web sites.
const variables = { keyword, placesCeiling: Math.floor(ceiling / 2) };
console.error(`It can cost ${worstBill(placesToContacts, { variables, ceiling })} credits at most.`);

const { data, errors, credits } = await client.query(placesToContacts, variables, { maxCredits: ceiling });
for (const { name, phone, websiteCrawl } of data.placesSearch?.results ?? []) {
  const found = (websiteCrawl?.contacts ?? []).filter(({ kind }) => kind === 'EMAIL');
  const emails = found.map(({ value, evidence }) => `${value} (${evidence[0]?.pageUrl})`);
  console.log([name, phone, ...emails].join('\t'));
}
for (const { message, path = [] } of errors) console.error(`${path.join('.')}: ${message}`);
console.error(`It cost ${credits} credits.`);
