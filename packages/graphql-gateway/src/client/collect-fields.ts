import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What has a selection: an operation, fields. */
export type Parents = readonly { readonly selectionSet?: SelectionSetNode | undefined }[];

type Values = Parameters<typeof getDirectiveValues>[2];

/** The fields below some nodes by their names in the answer (equal names are one field, of which there are several nodes), fragments spread, what `@skip` and `@include` leave out left out. */
export function collectFields(
  parents: Parents,
  document: {
    fragments: ReadonlyMap<string, FragmentDefinitionNode>;
    /** Null: nothing is left out, whatever the variables will be. */
    variableValues: Values | null;
  },
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const add = (selection: SelectionNode): void => {
    if (document.variableValues !== null && isLeftOut(selection, document.variableValues)) return;
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      fields.set(key, [...(fields.get(key) ?? []), selection]);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) selection.selectionSet.selections.forEach(add);
    else if (!spread.has(selection.name.value)) {
      // Spread again, it would add the same fields.
      spread.add(selection.name.value);
      document.fragments.get(selection.name.value)?.selectionSet.selections.forEach(add);
    }
  };
  for (const { selectionSet } of parents) selectionSet?.selections.forEach(add);
  return fields;
}

function isLeftOut(selection: SelectionNode, variableValues: Values): boolean {
  return (
    getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.if === true ||
    getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.if === false
  );
}
