import type { TestAccount, TestGateway } from './start-gateway.ts';

export interface GraphReply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test names the fields that it asked for.
  data: any;
  errors: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[];
  extensions: { credits?: number };
}

/** Posts a query as an account; `headers` come on top. */
export async function askGraph(
  gateway: TestGateway,
  account: TestAccount | null,
  query: string,
  { variables, headers = {} }: { variables?: Record<string, unknown>; headers?: Record<string, string> } = {},
): Promise<GraphReply> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(account ? { authorization: `Bearer ${account.api_key}`, 'x-user-id': account.user_id } : {}),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  const json = (await response.json()) as Partial<GraphReply>;
  return {
    status: response.status,
    headers: response.headers,
    data: json.data ?? null,
    errors: json.errors ?? [],
    extensions: json.extensions ?? {},
  };
}
