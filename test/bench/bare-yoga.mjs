// The limit: a bare Yoga server whose only resolver answers the same object.
import { createServer } from 'node:http';
import { buildSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';

const answer = JSON.parse(Buffer.from(process.argv[2] ?? '', 'base64').toString());
const schema = buildSchema(`
  type Query { leadSearch(query: String): LeadSearch }
  type LeadSearch { resultsCount: Int! results: [Row!]! credits: Credits! }
  type Row { title: String! link: String! emails: [String!]! phones: [String!]! }
  type Credits { used: Int! cached: Boolean! }
`);
schema.getQueryType().getFields().leadSearch.resolve = async () => answer;
const yoga = createYoga({ schema, logging: false, graphiql: false, landingPage: false });
const server = createServer(yoga);
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
