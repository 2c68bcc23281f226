import { printedSchema } from './graphql/print-schema.ts';

/** Files that are made from the operation definitions and checked in: `[path from the project's root, content]`. */
export function derivedFiles(): { path: string; content: string }[] {
  return [{ path: 'packages/graphql-gateway/schema.graphql', content: printedSchema() }];
}
