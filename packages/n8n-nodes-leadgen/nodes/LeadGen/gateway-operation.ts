/** One operation of the gateway, as the node asks for it. The list is derived from the engine. */
export interface GatewayOperation {
  /** The GraphQL field. */
  name: string;
  resource: string;
  operation: string;
  /** The list in the answer whose rows become items; null: the answer itself is the item. */
  rows: string | null;
  /** What tells two rows apart. */
  rowKey: string[];
  /** How the next page is asked for; null: there is one page. */
  paging: 'page' | 'pageToken' | null;
  /** Whether a caller may say how old an answer may be. */
  hasFreshness: boolean;
  /** Fields of the answer whose values are those of an enum, upper case in GraphQL. */
  enumFields: string[];
  parameters: {
    name: string;
    kind: 'text' | 'integer' | 'choice' | 'flag';
    /** Stands among the options. */
    isOption: boolean;
  }[];
  query: string;
  /** Selection of an answer, for queries over many inputs. */
  selection: string;
}
