import { LeadGenError } from '@leadgen/engine';
import { Client, SdkHttpError, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { CallToolResult, InputRequiredResult, ServerContext } from '@modelcontextprotocol/server';
import { createMcpServer } from './create-mcp-server.ts';
import { mcpLimits } from './limits.ts';
import { errorResult } from './tool-result.ts';
import { untilInputEnds } from './until-input-ends.ts';

/**
 * The server on standard input and output over a gateway's `/mcp`, until the input ends or the signal is aborted. Calls pass
 * through as they are: questions to the person, progress and cancellations too.
 */
export async function serveGateway(parts: {
  baseUrl: string;
  apiKey: string;
  userId: number | null;
  signal: AbortSignal;
  complain(error: unknown): void;
}): Promise<void> {
  const { complain, signal } = parts;
  const gateway = await connect(parts);
  gateway.onerror = complain;
  const { serveStdio } = await import('@modelcontextprotocol/server/stdio');
  const handle = serveStdio(
    () =>
      createMcpServer({
        callTool: ({ name, given, canAsk, ctx }) =>
          forward(gateway, { name, given, canAsk, ctx }).catch((error: unknown) => errorResult(gatewayFault(error))),
      }),
    { onerror: complain },
  );
  await untilInputEnds(signal);
  await handle.close();
  await gateway.close();
}

async function connect({
  baseUrl,
  apiKey,
  userId,
}: {
  baseUrl: string;
  apiKey: string;
  userId: number | null;
}): Promise<Client> {
  const client = new Client(
    { name: 'leadgen-mcp', version: '0.1.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } }, inputRequired: { autoFulfill: false } },
  );
  const headers = { authorization: `Bearer ${apiKey}`, ...(userId === null ? {} : { 'x-user-id': String(userId) }) };
  const url = new URL('mcp', `${baseUrl}/`);
  try {
    await client.connect(
      // The key goes to this address and to no other.
      new StreamableHTTPClientTransport(url, { requestInit: { headers, redirect: 'error' } }),
      { timeout: mcpLimits.loginMillisecondsMax },
    );
  } catch (error) {
    const known = gatewayFault(error);
    throw new LeadGenError(known.code, `${url.origin}: ${known.detail ?? ''}`.trim(), { cause: error });
  }
  return client;
}

async function forward(
  gateway: Client,
  { name, given, canAsk, ctx }: { name: string; given: Record<string, unknown>; canAsk: boolean; ctx: ServerContext },
): Promise<CallToolResult | InputRequiredResult> {
  const { inputResponses, signal, _meta } = ctx.mcpReq;
  const requestState = ctx.mcpReq.requestState<string>();
  const progressToken = _meta?.progressToken;
  const result = await gateway.request(
    {
      method: 'tools/call',
      params: {
        name,
        arguments: given,
        // What the client here can do is what the gateway may ask for.
        _meta: { 'io.modelcontextprotocol/clientCapabilities': canAsk ? { elicitation: { form: {} } } : {} },
        ...(inputResponses === undefined ? {} : { inputResponses }),
        ...(requestState === undefined ? {} : { requestState }),
      },
    },
    {
      signal,
      timeout: mcpLimits.forwardMillisecondsMax,
      allowInputRequired: true,
      ...(progressToken === undefined
        ? {}
        : {
            onprogress: (progress) => {
              const params = { ...progress, progressToken };
              ctx.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
            },
          }),
    },
  );
  return result as CallToolResult | InputRequiredResult;
}

/** A refusal of the gateway as it is; one that did not come from a gateway of ours, or none at all, as one to be outwaited. */
function gatewayFault(error: unknown): LeadGenError {
  if (error instanceof LeadGenError) return error;
  const status = error instanceof SdkHttpError ? error.status : undefined;
  if (status === 401) return new LeadGenError('invalid_api_key', undefined, { cause: error });
  if (status === 403)
    return new LeadGenError('forbidden', 'The gateway does not take its own name: set its LEADGEN_MCP_ORIGINS.', {
      cause: error,
    });
  const detail = status === undefined ? 'The gateway does not answer.' : `The gateway answered ${status}.`;
  return new LeadGenError('overloaded', detail, { cause: error });
}
