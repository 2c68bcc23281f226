import type { IDataObject, IExecuteFunctions, IPollFunctions } from 'n8n-workflow';
import { type CallOptions, callGateway } from './call-gateway';
import { type GatewayFault, readFaults } from './gateway-fault';

export interface GatewayQuestion extends CallOptions {
  query: string;
  variables: IDataObject;
}

export interface GatewayAnswer {
  /** What was answered; parts that failed are null in it. */
  data: IDataObject | null;
  faults: GatewayFault[];
}

/** Asks the gateway by GraphQL and gives back its answer with its faults; never throws for a fault. */
export async function askGateway(
  context: IExecuteFunctions | IPollFunctions,
  { query, variables, ...options }: GatewayQuestion,
): Promise<GatewayAnswer> {
  const call = { ...options, method: 'POST' as const, path: '/graphql', body: { query, variables } };
  const { answer, faults } = await callGateway(context, call, readFaults);
  const body = (answer?.body ?? {}) as { data?: IDataObject };
  return { data: typeof body === 'object' ? (body.data ?? null) : null, faults };
}
