export type { ResultOf, VariablesOf } from 'gql.tada';
export { type GraphError, LeadGenClientError } from './client-error.ts';
export {
  createLeadGenClient,
  type LeadGenClient,
  type LeadGenClientOptions,
  type QueryOptions,
  type QueryResult,
} from './create-lead-gen-client.ts';
export { graphql } from './graphql.ts';
export { type WorstBillOptions, worstBill } from './worst-bill.ts';
