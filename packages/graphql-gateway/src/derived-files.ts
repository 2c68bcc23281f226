import { printIntrospection } from './client/print-introspection.ts';
import { printedSchema } from './graphql/print-schema.ts';
import { schema } from './graphql/schema.ts';
import { n8nProperties } from './n8n-properties.ts';

/** Files that are made from the operation definitions and checked in: `[path from the project's root, content]`. */
export function derivedFiles(): { path: string; content: string }[] {
  return [
    { path: 'packages/graphql-gateway/schema.graphql', content: printedSchema() },
    { path: 'packages/graphql-gateway/src/client/introspection.ts', content: printIntrospection(schema) },
    { path: 'packages/n8n-nodes-leadgen/nodes/LeadGen/generated/operations.ts', content: n8nProperties() },
  ];
}
