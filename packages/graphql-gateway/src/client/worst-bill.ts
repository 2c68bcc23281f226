import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { addUpBill } from './add-up-bill.ts';
import { clientLimits } from './limits.ts';

export interface WorstBillOptions {
  /** The printed schema, whose `@price` says what fields cost at most. Default: the one that this client was made from. */
  schema?: string | GraphQLSchema;
  variables?: object;
  /** Of a document with several operations. */
  operationName?: string;
  /** `X-Max-Credits`: no request costs more. */
  ceiling?: number;
  /** Historical ads per answer, as the operator's LEADGEN_HISTORY_MAX has it. */
  historyMax?: number;
}

/**
 * The highest price that a request with this query can have, credits: `@price` of every paid field, or its `maxCredits` where that is
 * lower, and of every edge as often as its field can have rows. Throws for a query that the gateway would refuse.
 */
export function worstBill(
  query: string | object,
  {
    schema: given,
    variables = {},
    operationName,
    ceiling,
    historyMax = clientLimits.historyMax,
  }: WorstBillOptions = {},
): number {
  const schema = readSchema(given);
  const document = typeof query === 'string' ? parse(query) : (query as DocumentNode);
  const fault = validate(schema, document)[0];
  if (fault) throw fault;
  const operation = operationOf(document, operationName);
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], { ...variables });
  if (values.errors) throw values.errors[0];
  const { variableValues } = values;
  const fragments = new Map(
    document.definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  );
  const sum = addUpBill({ schema, operation, fragments, variableValues, historyMax, priceOf });
  return Math.min(sum, ceiling ?? Number.POSITIVE_INFINITY);
}

/** `@price` of a field; 0 where it is free. */
function priceOf({ astNode }: GraphQLField<unknown, unknown>): number {
  const price = astNode?.directives?.find(({ name }) => name.value === 'price');
  const max = price?.arguments?.find(({ name }) => name.value === 'max')?.value;
  return max?.kind === Kind.INT ? Number(max.value) : 0;
}

function operationOf(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter(
    (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
  );
  const found = name === undefined ? operations : operations.filter((each) => each.name?.value === name);
  if (found.length !== 1) throw new GraphQLError('Exactly one operation is expected; name it by operationName.');
  return found[0]!;
}

const printedSchemas = new Map<string, GraphQLSchema>();

function readSchema(given: string | GraphQLSchema | undefined): GraphQLSchema {
  if (typeof given === 'object') return given;
  const text = given ?? readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
  const known = printedSchemas.get(text) ?? buildSchema(text);
  printedSchemas.clear();
  printedSchemas.set(text, known);
  return known;
}
