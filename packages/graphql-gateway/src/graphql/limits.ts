import { type ASTVisitor, GraphQLError, type SelectionSetNode, type ValidationContext } from 'graphql';

/** What one document may ask for. */
export const documentLimits = {
  depthMax: 15,
  aliasesMax: 200,
  rootFieldsMax: 100,
  directivesMax: 50,
  tokensMax: 10_000,
  /** Worst bill of a document, credits (docs/decisions/graph.md). */
  creditsMax: 1_000_000,
  /** Parsed documents in memory, by the length of their texts; a parsed one weighs some hundred times as much. */
  keptCharactersMax: 200_000,
  keptDocumentCharactersMax: 10_000,
} as const;

/** Event streams that are open at once. */
export const subscriptionLimits = { perAccountMax: 20, inAllMax: 1_000 } as const;

/** How `newAds` listens. */
export const newAdsLimits = {
  pollMilliseconds: 2_000,
  lookBackMilliseconds: 10_000,
  /** Then the stream is complete, and a client that still wants it asks again. */
  listenMillisecondsMax: 24 * 3_600_000,
} as const;

/** Pages of batches and of their rows. */
export const batchPageLimits = {
  rowsDefault: 50,
  rowsMax: 500,
  batchesDefault: 50,
  batchesMax: 100,
} as const;

/** How `batchProgress` listens. */
export const batchProgressLimits = {
  pollMilliseconds: 1_000,
  listenMillisecondsMax: 24 * 3_600_000,
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

  /** Fields at the root, those of fragments counted at each spread; each set is added up once, and no sum grows beyond what is refused. */
  const rootFields = new Map<SelectionSetNode, number>();

  function rootFieldsOf(set: SelectionSetNode): number {
    const known = rootFields.get(set);
    if (known !== undefined) return known;
    // A fragment that names itself adds nothing here; GraphQL's own rules report it.
    rootFields.set(set, 0);
    let count = 0;
    for (const each of set.selections) {
      if (each.kind === 'Field') count += 1;
      else {
        const inner = each.kind === 'InlineFragment' ? each.selectionSet : fragments.get(each.name.value);
        if (inner) count += rootFieldsOf(inner);
      }
    }
    count = Math.min(count, documentLimits.rootFieldsMax + 1);
    rootFields.set(set, count);
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
      if (rootFieldsOf(node.selectionSet) > documentLimits.rootFieldsMax)
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

/** Throws for a text so deeply nested that parsing it would use up the stack. Braces in strings count too, which no real query notices. */
export function refuseDeepText(text: string): void {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === openBrace || code === openBracket) depth += 1;
    else if (code === closeBrace || code === closeBracket) depth -= 1;
    if (depth > textDepthMax) {
      throw new GraphQLError(`The query is deeper than ${documentLimits.depthMax} levels.`, {
        extensions: { code: 'invalid_param' },
      });
    }
  }
}

const openBrace = 123;
const closeBrace = 125;
const openBracket = 91;
const closeBracket = 93;
const textDepthMax = 200;
