import { type ASTVisitor, GraphQLError, type SelectionSetNode, type ValidationContext } from 'graphql';

/** What one document may ask for. */
export const documentLimits = {
  depthMax: 15,
  aliasesMax: 200,
  rootFieldsMax: 100,
  directivesMax: 50,
  tokensMax: 10_000,
} as const;

/** Counts a document before anything of it is validated further; fragments are counted where they are spread, each one once per path. */
export function documentLimitsRule(context: ValidationContext): ASTVisitor {
  const counts = { aliases: 0, directives: 0 };
  const fragments = new Map(
    context
      .getDocument()
      .definitions.flatMap((each) =>
        each.kind === 'FragmentDefinition' ? [[each.name.value, each.selectionSet] as const] : [],
      ),
  );
  const refuse = (what: string) =>
    context.reportError(new GraphQLError(what, { extensions: { code: 'invalid_param' } }));
  /** Depth below a selection set; a fragment that names itself is reported by GraphQL's own rules. */
  const depths = new Map<SelectionSetNode, number>();
  const visiting = new Set<SelectionSetNode>();

  function depthOf(set: SelectionSetNode): number {
    const known = depths.get(set);
    if (known !== undefined) return known;
    if (visiting.has(set)) return 0;
    visiting.add(set);
    let depth = 0;
    for (const each of set.selections) {
      if (each.kind === 'Field') {
        // The standard introspection query is deeper than any other of ours and bounded by itself.
        if (each.name.value.startsWith('__')) continue;
        depth = Math.max(depth, 1 + (each.selectionSet ? depthOf(each.selectionSet) : 0));
      } else {
        const inner = each.kind === 'InlineFragment' ? each.selectionSet : fragments.get(each.name.value);
        if (inner) depth = Math.max(depth, depthOf(inner));
      }
    }
    visiting.delete(set);
    depths.set(set, depth);
    return depth;
  }

  function rootFieldsOf(set: SelectionSetNode, seen: Set<SelectionSetNode>): number {
    if (seen.has(set)) return 0;
    seen.add(set);
    let count = 0;
    for (const each of set.selections) {
      if (each.kind === 'Field') count += 1;
      else {
        const inner = each.kind === 'InlineFragment' ? each.selectionSet : fragments.get(each.name.value);
        if (inner) count += rootFieldsOf(inner, seen);
      }
    }
    seen.delete(set);
    return count;
  }

  return {
    Field(node) {
      if (node.alias) counts.aliases += 1;
    },
    Directive() {
      counts.directives += 1;
    },
    OperationDefinition(node) {
      if (depthOf(node.selectionSet) > documentLimits.depthMax)
        refuse(`The query is deeper than ${documentLimits.depthMax} levels.`);
      if (rootFieldsOf(node.selectionSet, new Set()) > documentLimits.rootFieldsMax)
        refuse(`The query has more than ${documentLimits.rootFieldsMax} root fields.`);
    },
    Document: {
      leave() {
        if (counts.aliases > documentLimits.aliasesMax)
          refuse(`The query has more than ${documentLimits.aliasesMax} aliases.`);
        if (counts.directives > documentLimits.directivesMax)
          refuse(`The query has more than ${documentLimits.directivesMax} directives.`);
      },
    },
  };
}
