import {
  closeAccount,
  createAccount,
  grant,
  LeadGenError,
  ledgerViolations,
  listAccounts,
  rotateKey,
  showAccount,
} from '@leadgen/engine';
import { newApiKey } from './account.ts';
import { builder } from './builder.ts';
import { requireOperator } from './caller.ts';
import type { GraphContext } from './graph-context.ts';

type ListedAccount = Pick<
  NonNullable<Awaited<ReturnType<typeof showAccount>>>,
  'userId' | 'balance' | 'held' | 'available' | 'createdAt' | 'closedAt'
>;

const operatorAccount = builder.objectRef<ListedAccount>('OperatorAccount').implement({
  description: 'An account as the operator sees it.',
  fields: (t) => ({
    userId: t.field({ type: 'UserId', description: 'Its user ID.', resolve: ({ userId }) => userId }),
    balance: t.exposeInt('balance', { description: 'Credits, those held counted.' }),
    held: t.exposeInt('held', { description: 'Credits that calls under way hold.' }),
    available: t.exposeInt('available', { description: 'Credits that can be spent now.' }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was opened.', resolve: ({ createdAt }) => createdAt }),
    closedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was closed.',
      resolve: ({ closedAt }) => closedAt,
    }),
  }),
});

const createdAccount = builder
  .objectRef<{ userId: number; apiKey: string; balance: number }>('CreatedAccount')
  .implement({
    description: 'A new account and its first key, told this once.',
    fields: (t) => ({
      userId: t.field({ type: 'UserId', description: 'Its user ID.', resolve: ({ userId }) => userId }),
      apiKey: t.exposeString('apiKey', { description: 'The key. It is never told again.' }),
      balance: t.exposeInt('balance', { description: 'Credits.' }),
    }),
  });

interface Upstream {
  name: string;
  kind: string;
  state: string;
  lastFailure: string | null;
}

const upstream = builder.objectRef<Upstream>('Upstream').implement({
  description: 'A configured upstream and how it does.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name.' }),
    kind: t.exposeString('kind', { description: '`serp` or `places`.' }),
    state: t.exposeString('state', {
      description: '`closed`: in use; `open`: set aside after failures; `half_open`: being tried.',
    }),
    lastFailure: t.exposeString('lastFailure', { nullable: true, description: 'Why it failed last.' }),
  }),
});

const violation = builder.objectRef<Awaited<ReturnType<typeof ledgerViolations>>[number]>('LedgerViolation').implement({
  description: 'Books that contradict each other.',
  fields: (t) => ({
    rule: t.exposeString('rule', { description: 'What should hold.' }),
    accountId: t.field({
      type: 'UserId',
      nullable: true,
      description: 'The account.',
      resolve: (each) => (each as { accountId?: number }).accountId ?? null,
    }),
  }),
});

builder.queryFields((t) => ({
  accounts: t.field({
    type: [operatorAccount],
    nullable: true,
    description: 'Accounts by user ID. For the operator.',
    args: {
      first: t.arg.int({ defaultValue: 100, description: 'At most so many, 1 to 1,000.' }),
      afterUserId: t.arg({ type: 'UserId', description: "The page before's last user ID." }),
    },
    resolve: (_root, { first, afterUserId }, context) => {
      requireOperator(context);
      const limit = first ?? 100;
      if (limit < 1 || limit > 1000) throw new LeadGenError('invalid_param', 'Parameter: first: from 1 to 1000.');
      return listAccounts(context.engine.store, { limit, afterId: (afterUserId as number | null | undefined) ?? 0 });
    },
  }),
  upstreams: t.field({
    type: [upstream],
    nullable: true,
    description: 'The configured upstreams. For the operator.',
    resolve: (_root, _arguments, context) => {
      requireOperator(context);
      const { serp, places } = context.engine;
      return [
        ...serp.providers.map(({ name }) => {
          const { state, lastFailure } = serp.breaker.state(name);
          return { name, kind: 'serp', state, lastFailure };
        }),
        ...(places ? [{ name: places.name, kind: 'places', state: 'closed', lastFailure: null }] : []),
      ];
    },
  }),
  invariant: t.field({
    type: [violation],
    nullable: true,
    description: 'Contradictions in the books; an empty list is as it should be. For the operator.',
    resolve: (_root, _arguments, context) => {
      requireOperator(context);
      return ledgerViolations(context.engine.store);
    },
  }),
}));

builder.mutationFields((t) => ({
  createAccount: t.field({
    type: createdAccount,
    nullable: true,
    description: 'Opens an account. For the operator.',
    args: {
      userId: t.arg({ type: 'UserId', required: true, description: 'Its user ID.' }),
      credits: t.arg.int({ defaultValue: 0, description: 'Opening credits.' }),
      apiKey: t.arg.string({ description: 'A key that an existing client uses; without it one is made.' }),
    },
    resolve: async (_root, { userId, credits, apiKey }, context) => {
      requireOperator(context);
      if ((credits ?? 0) < 0) throw new LeadGenError('invalid_param', 'Parameter: credits: it is negative.');
      if (apiKey !== null && apiKey !== undefined && (apiKey.trim() === '' || apiKey.length > 2048))
        throw new LeadGenError('invalid_param', 'Parameter: apiKey: 1 to 2048 characters.');
      const made = await createAccount(context.engine.store, {
        userId: userId as number,
        credits: credits ?? 0,
        ...(apiKey ? { apiKey: apiKey.trim() } : {}),
        now: now(context),
      });
      if (!made) throw new LeadGenError('invalid_param', 'Parameter: userId: there is an account already.');
      return made;
    },
  }),
  grantCredits: t.field({
    type: operatorAccount,
    nullable: true,
    description: 'Adds credits to an account. For the operator.',
    args: {
      userId: t.arg({ type: 'UserId', required: true, description: 'Its user ID.' }),
      credits: t.arg.int({ required: true, description: 'Credits; negative takes away, never what is held.' }),
      note: t.arg.string({ description: 'Why.' }),
    },
    resolve: async (_root, { userId, credits, note }, context) => {
      requireOperator(context);
      const granted = await grant(context.engine.store, {
        accountId: userId as number,
        amount: credits,
        note: note ?? null,
        now: now(context),
      });
      if (!granted)
        throw new LeadGenError('invalid_param', 'There is no such account, or it has not as many credits to take.');
      return shown(context, userId as number);
    },
  }),
  rotateApiKey: t.field({
    type: newApiKey,
    nullable: true,
    description: 'Replaces all keys of an account by a new one. For the operator.',
    args: { userId: t.arg({ type: 'UserId', required: true, description: 'Its user ID.' }) },
    resolve: async (_root, { userId }, context) => {
      requireOperator(context);
      const rotated = await rotateKey(context.engine.store, { accountId: userId as number, now: now(context) });
      if (!rotated) throw noAccount();
      return rotated;
    },
  }),
  closeAccount: t.field({
    type: operatorAccount,
    nullable: true,
    description: 'Closes an account: its keys are refused from now on, its books stay. For the operator.',
    args: { userId: t.arg({ type: 'UserId', required: true, description: 'Its user ID.' }) },
    resolve: async (_root, { userId }, context) => {
      requireOperator(context);
      if (!(await closeAccount(context.engine.store, { accountId: userId as number, now: now(context) })))
        throw noAccount();
      return shown(context, userId as number);
    },
  }),
}));

async function shown(context: GraphContext, userId: number): Promise<ListedAccount> {
  const account = await showAccount(context.engine.store, userId);
  if (!account) throw noAccount();
  return account;
}

function noAccount(): LeadGenError {
  return new LeadGenError('invalid_param', 'Parameter: userId: there is no such open account.');
}

function now({ engine }: GraphContext): Date {
  return new Date(engine.clock.now());
}
