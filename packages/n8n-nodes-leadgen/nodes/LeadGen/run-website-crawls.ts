import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { askGateway } from '../gateway/ask-gateway';
import { waitFor, waitMilliseconds } from '../gateway/call-gateway';
import type { GatewayFault } from '../gateway/gateway-fault';
import { gatewayLimits } from '../gateway/limits';
import { failedItem, nodeError } from '../gateway/node-error';
import { answerItems } from './answer-items';
import { renewIdentity } from './call-identity';
import { hintAtCoverage } from './coverage-hint';
import type { OperationCall } from './run-operation';

type Crawl = { answer: IDataObject; fault: null } | { answer: null; fault: GatewayFault };

/** Many sites in few calls, fifty in one; each answer goes to the input that asked for it. */
export async function runWebsiteCrawls(
  context: IExecuteFunctions,
  calls: OperationCall[],
): Promise<Map<number, INodeExecutionData[]>> {
  const items = new Map<number, INodeExecutionData[]>();
  for (let start = 0; start < calls.length; start += gatewayLimits.domainsPerCallMax) {
    const batch = calls.slice(start, start + gatewayLimits.domainsPerCallMax);
    const crawls = await crawlBatch(context, batch);
    for (const [index, call] of batch.entries()) {
      const crawl = crawls[index]!;
      if (crawl.answer === null) {
        if (!context.continueOnFail()) {
          renewIdentity(context);
          throw nodeError(context.getNode(), crawl.fault, call.itemIndex);
        }
        items.set(call.itemIndex, [failedItem(context.getNode(), crawl.fault, call.itemIndex)]);
        continue;
      }
      hintAtCoverage(context, crawl.answer, call.itemIndex);
      items.set(call.itemIndex, answerItems(call.operation, crawl.answer, call));
    }
  }
  return items;
}

/** One call for up to fifty sites, and further ones for those that failed for a passing reason. */
async function crawlBatch(context: IExecuteFunctions, batch: OperationCall[]): Promise<Crawl[]> {
  const { operation, options, budget, identityOf } = batch[0]!;
  const crawls: Crawl[] = [];
  let open = batch.map((_call, index) => index);
  for (let tries = 0; open.length > 0; tries += 1) {
    const left = budget.left();
    const variables: IDataObject = {
      domains: open.map((index) => batch[index]!.values.domain ?? ''),
      ...(left === null ? {} : { maxCredits: left }),
    };
    const { data, faults } = await askGateway(context, {
      query: `query ($domains: [String!]!, $maxCredits: Int) { answer: websiteCrawls(domains: $domains, maxCredits: $maxCredits) ${operation.selection} }`,
      variables,
      // Sites of an earlier try that failed are asked for under a name of their own.
      idempotencyKey: identityOf(batch[0]!.itemIndex, { ...variables, tries }),
      retries: options.retries,
      timeoutMilliseconds: options.timeoutMilliseconds,
    });
    const answers = (data?.answer ?? []) as (IDataObject | null)[];
    const again: number[] = [];
    for (const [place, index] of open.entries()) {
      const answer = answers[place];
      if (answer) {
        budget.spend((answer.credits as unknown as { used: number }).used);
        crawls[index] = { answer, fault: null };
        continue;
      }
      const own = faults.find(({ path }) => path[1] === place);
      crawls[index] = { answer: null, fault: own ?? faults[0]! };
      // A site that could not be read would hold up all others, and n8n's Retry on Fail can ask for it again.
      if (own?.isRetryable && own.code !== 'crawl_error' && tries < options.retries) again.push(index);
    }
    open = again;
    const first = open[0] === undefined ? undefined : crawls[open[0]];
    if (first?.fault) await waitFor(waitMilliseconds(first.fault, tries), context.getExecutionCancelSignal());
  }
  return crawls;
}
