import { type Answer, createCreditBudget, executeMany, LeadGenError, operationNamed } from '@leadgen/engine';
import { builder } from './builder.ts';
import { callerOf } from './caller.ts';
import { answerTypes } from './data-types.ts';

const domainsMax = 50;

/** Many sites in one call, each answered or failed for itself; the ceiling is on the whole list. */
builder.queryField('websiteCrawls', (t) =>
  t.field({
    type: [answerTypes.get('websiteCrawl')!],
    nullable: { list: true, items: true },
    description: `Crawls of at most ${domainsMax} web sites, in the order of the input; one that fails is null, with an error that has its index.`,
    extensions: { price: 750 },
    args: {
      domains: t.arg.stringList({ required: true, description: `The addresses, 1 to ${domainsMax}.` }),
      maxCredits: t.arg.int({ description: 'A ceiling on the whole list: items run while it lasts.' }),
    },
    resolve: async (_root, { domains, maxCredits }, context) => {
      if (domains.length === 0) throw new LeadGenError('missing_param', 'Parameter: domains.');
      if (domains.length > domainsMax)
        throw new LeadGenError('invalid_param', `Parameter: domains: at most ${domainsMax}.`);
      if (typeof maxCredits === 'number' && maxCredits < 0)
        throw new LeadGenError('invalid_param', 'Parameter: maxCredits: it is negative.');
      const { budget } = context.money;
      const answers: (Answer | Error)[] = await executeMany(context.engine, {
        operation: operationNamed('websiteCrawl'),
        account: callerOf(context),
        raws: domains.map((domain) => ({ domain })),
        signal: context.signal,
        requestId: context.requestId,
        budget: typeof maxCredits === 'number' ? createCreditBudget(maxCredits, budget) : budget,
        enterUpstream: context.enterUpstream,
      });
      for (const answer of answers) if (!(answer instanceof Error)) context.money.used += answer.credits.used;
      return answers as never;
    },
  }),
);
