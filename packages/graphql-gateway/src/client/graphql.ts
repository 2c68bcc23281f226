import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './introspection.ts';

/** Makes a typed document of a query's text: `graphql('query ($domain: String!) { … }')`. Its variables and its answer are inferred from the text. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { UserId: number; DateTime: string; JSON: unknown };
  disableMasking: true;
}>();
