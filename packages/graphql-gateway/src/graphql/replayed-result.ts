import {
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  getNamedType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { schema } from './schema.ts';

/** A kept result as it is told again under the same Idempotency-Key: the same answer, and 0 credits wherever it tells them. */
export function replayedResult(
  result: ExecutionResult,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ExecutionResult {
  const data = structuredClone(result.data);
  const root = operation.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  if (data && root) tellNothing(data, root, operation.selectionSet);
  return { ...result, ...(data === undefined ? {} : { data }), extensions: { ...result.extensions, credits: 0 } };

  function tellNothing(value: unknown, type: GraphQLNamedType, set: SelectionSetNode): void {
    if (Array.isArray(value)) {
      for (const each of value) tellNothing(each, type, set);
      return;
    }
    if (typeof value !== 'object' || value === null || !isObjectType(type)) return;
    const row = value as Record<string, unknown>;
    for (const each of set.selections) {
      if (each.kind !== Kind.FIELD) {
        const inner =
          each.kind === Kind.INLINE_FRAGMENT ? each.selectionSet : fragments.get(each.name.value)?.selectionSet;
        if (inner) tellNothing(value, type, inner);
        continue;
      }
      const name = each.name.value;
      const key = each.alias?.value ?? name;
      if (type.name === 'Credits') {
        if (name === 'used') row[key] = 0;
        else if (name === 'cached') row[key] = true;
        else if (name === 'charges') row[key] = [];
        continue;
      }
      const field = type.getFields()[name];
      if (field && each.selectionSet) tellNothing(row[key], getNamedType(field.type), each.selectionSet);
    }
  }
}
