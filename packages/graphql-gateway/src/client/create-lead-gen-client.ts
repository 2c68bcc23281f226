import type { TadaDocumentNode } from 'gql.tada';
import { type DocumentNode, print } from 'graphql';
import { type GraphError, LeadGenClientError } from './client-error.ts';

export interface LeadGenClientOptions {
  /** Of the gateway, such as `http://127.0.0.1:4000`. */
  url: string;
  apiKey: string;
  userId: number;
  fetch?: typeof fetch;
}

export interface QueryOptions {
  /** Ceiling on the whole request, credits. */
  maxCredits?: number;
  /** The same call under the same key runs and is paid once within 24 hours. */
  idempotencyKey?: string;
  /** Aborting it stops the gateway's work as well; what was not stored is not charged. */
  signal?: AbortSignal;
}

export interface QueryResult<Data> {
  data: Data;
  /** Parts that failed; each is null in `data` at its `path`, the rest stands. */
  errors: readonly GraphError[];
  /** What the request cost. */
  credits: number;
}

export interface LeadGenClient {
  /** Throws `LeadGenClientError` where nothing was answered at all. */
  query<Data, Variables>(
    document: TadaDocumentNode<Data, Variables>,
    variables: Variables,
    options?: QueryOptions,
  ): Promise<QueryResult<Data>>;
}

/** A client of one account, typed by the schema. */
export function createLeadGenClient({ url, apiKey, userId, fetch: send = fetch }: LeadGenClientOptions): LeadGenClient {
  const endpoint = new URL('graphql', url.endsWith('/') ? url : `${url}/`);
  return {
    async query<Data, Variables>(
      document: TadaDocumentNode<Data, Variables>,
      variables: Variables,
      { maxCredits, idempotencyKey, signal }: QueryOptions = {},
    ): Promise<QueryResult<Data>> {
      const response = await send(endpoint, {
        method: 'POST',
        headers: {
          accept: 'application/graphql-response+json',
          'content-type': 'application/json',
          authorization: `Bearer ${apiKey}`,
          'x-user-id': String(userId),
          ...(maxCredits === undefined ? {} : { 'x-max-credits': String(maxCredits) }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        body: JSON.stringify({ ...documentParameters(document), variables }),
        signal: signal ?? null,
      });
      const body = await readBody(response);
      const data = body?.data;
      const errors = body?.errors ?? [];
      if (data === undefined || data === null) throw new LeadGenClientError(response.status, errors);
      return { data: data as Data, errors, credits: body?.extensions?.credits ?? 0 };
    },
  };
}

interface Body {
  data?: unknown;
  errors?: GraphError[];
  extensions?: { credits?: number };
}

/** Null where something else than a gateway answered (a proxy's page). */
async function readBody(response: Response): Promise<Body | null> {
  try {
    return (await response.json()) as Body;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A document as text, printed once; one of `graphql.persisted` as its id, for gateways that run trusted documents alone. */
function documentParameters(document: object): object {
  const { documentId } = document as { documentId?: string };
  if (documentId !== undefined) {
    return { extensions: { persistedQuery: { version: 1, sha256Hash: documentId } } };
  }
  const known = texts.get(document) ?? print(document as DocumentNode);
  texts.set(document, known);
  return { query: known };
}

const texts = new WeakMap<object, string>();
