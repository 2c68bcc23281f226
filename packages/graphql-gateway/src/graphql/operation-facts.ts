import { type DocumentNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode } from 'graphql';
import { collectFields } from '../client/collect-fields.ts';

/** What is asked of every operation before it runs; found out once for a document that stays in memory. */
export interface OperationFacts {
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Fields of the root, those that a directive may leave out counted. */
  rootFields: number;
  /** The schema can be read without a key. */
  readsSchemaOnly: boolean;
  /** A call of the operator's without the token is refused as a whole (contract, GraphQL). */
  asksTheOperator: boolean;
}

/** Undefined where the document has no such operation, which is GraphQL's to report. */
export type FactsOf = (document: DocumentNode, operationName: string | null | undefined) => OperationFacts | undefined;

export function createFactsOf(): FactsOf {
  const known = new WeakMap<DocumentNode, Map<string, OperationFacts | undefined>>();
  return (document, operationName) => {
    const name = operationName ?? '';
    const ofDocument = known.get(document) ?? new Map<string, OperationFacts | undefined>();
    known.set(document, ofDocument);
    // No name that the document does not have is kept: a caller could send a new one each time.
    const there = ofDocument.get(name);
    if (there) return there;
    const operation = operationOf(document, name);
    if (!operation) return undefined;
    const facts = readFacts(document, operation);
    ofDocument.set(name, facts);
    return facts;
  };
}

function operationOf({ definitions }: DocumentNode, name: string): OperationDefinitionNode | undefined {
  const operations = definitions.filter(
    (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
  );
  return name === '' ? operations[0] : operations.find((each) => each.name?.value === name);
}

function readFacts({ definitions }: DocumentNode, operation: OperationDefinitionNode): OperationFacts {
  const fragments = new Map(
    definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  );
  const names = [...collectFields([operation], { fragments, variableValues: null }).values()].map(
    ([node]) => node!.name.value,
  );
  return {
    operation,
    fragments,
    rootFields: names.length,
    readsSchemaOnly: operation.operation === 'query' && names.every((name) => name.startsWith('__')),
    asksTheOperator: names.some((name) => operatorFields.has(name)),
  };
}

const operatorFields: ReadonlySet<string> = new Set([
  'accounts',
  'upstreams',
  'invariant',
  'createAccount',
  'grantCredits',
  'rotateApiKey',
  'closeAccount',
]);
