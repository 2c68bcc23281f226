import {
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isObjectType,
  type OperationDefinitionNode,
} from 'graphql';
import { collectFields, type Parents } from './collect-fields.ts';
import { clientLimits } from './limits.ts';

export type PriceOf = (field: GraphQLField<unknown, unknown>) => number;

/** The highest price of a valid operation, credits: every paid field at its price or its own ceiling, every edge as often as its field can have rows. */
export function addUpBill({
  schema,
  operation,
  fragments,
  variableValues,
  historyMax,
  priceOf,
}: {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** As `getVariableValues` gives them. */
  variableValues: Parameters<typeof getArgumentValues>[2];
  /** Historical ads per answer. */
  historyMax: number;
  priceOf: PriceOf;
}): number {
  const root = schema.getRootType(operation.operation);
  if (!root) return 0;
  let sum = 0;
  for (const { field, nodes } of fieldsOf(root, [operation])) {
    const input = getArgumentValues(field, nodes[0]!, variableValues);
    sum += priceOfCall(schema, field, input, priceOf);
    const type = getNamedType(field.type);
    if (isObjectType(type)) sum += rowsOf(field.name, input, historyMax) * priceOfRow(type, nodes);
  }
  return sum;

  function fieldsOf(type: GraphQLObjectType, parents: Parents) {
    return [...collectFields(parents, { fragments, variableValues }).values()].flatMap((nodes) => {
      const field = type.getFields()[nodes[0]!.name.value];
      return field ? [{ field, nodes }] : [];
    });
  }

  /** Edges of one row. Under several aliases an edge is fetched, and paid, once. */
  function priceOfRow(type: GraphQLObjectType, parents: Parents): number {
    let credits = 0;
    const counted = new Set<string>();
    for (const { field, nodes } of fieldsOf(type, parents)) {
      if (!counted.has(field.name)) credits += priceOf(field);
      counted.add(field.name);
      const inner = getNamedType(field.type);
      if (isObjectType(inner)) credits += priceOfRow(inner, nodes);
    }
    return credits;
  }
}

function priceOfCall(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  { maxCredits, domains, freshness }: Record<string, unknown>,
  priceOf: PriceOf,
): number {
  if ((freshness as { cacheOnly?: boolean | null } | null | undefined)?.cacheOnly) return 0;
  const ceiling = typeof maxCredits === 'number' ? Math.max(0, maxCredits) : Number.POSITIVE_INFINITY;
  const each = schema.getQueryType()?.getFields().websiteCrawl;
  const ofList = Array.isArray(domains) && each ? domains.length * priceOf(each) : Number.POSITIVE_INFINITY;
  return Math.min(priceOf(field), ceiling, ofList);
}

function rowsOf(
  field: string,
  { resultsPerPage, includeHistory }: Record<string, unknown>,
  historyMax: number,
): number {
  switch (field) {
    case 'leadSearch':
      return typeof resultsPerPage === 'number' ? Math.max(0, resultsPerPage) : clientLimits.resultsPerPageDefault;
    case 'placesSearch':
      return clientLimits.placesPerPageMax;
    case 'adSpy':
      return clientLimits.freshAdsMax + (includeHistory === false ? 0 : historyMax);
    default:
      return 1;
  }
}
