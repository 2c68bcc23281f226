import { outputIntrospectionFile } from '@gql.tada/internal';
import { type GraphQLSchema, introspectionFromSchema } from 'graphql';

/** The schema as types, by which gql.tada infers the variables and the answer of a query from its text. */
export function printIntrospection(schema: GraphQLSchema): string {
  const printed = outputIntrospectionFile(introspectionFromSchema(schema, { descriptions: false }), {
    fileType: '.d.ts',
    shouldPreprocess: true,
  });
  const start = printed.indexOf('export type introspection_types');
  // What follows would set up gql.tada for everybody's `graphql`; ours is made in graphql.ts.
  const end = printed.indexOf("import * as gqlTada from 'gql.tada'");
  if (start < 0 || end < 0) throw new Error('gql.tada prints a schema in another form than expected.');
  const types = printed.slice(start, end).replace(/\/\*\*[^/]{1,1000}\*\//, '/** The whole schema. */');
  return `// Generated from the schema by \`pnpm generate\`.\n\n${types.trimEnd()}\n`;
}
