import {
  type Account,
  createKey,
  LeadGenError,
  type LedgerEntry,
  ledgerEntries,
  listKeys,
  listRecipes,
  operations,
  readAvailable,
  removeRecipe,
  revokeKey,
  setRecipe,
  usageByDay,
} from '@leadgen/engine';
import { builder } from './builder.ts';
import { callerOf } from './caller.ts';
import type { GraphContext } from './graph-context.ts';
import { constantCase } from './names.ts';
import { pageInfo, readFirst } from './page-info.ts';

/** The operations as an enum; its values are the keys by which the engine names them. */
export const operationEnum = builder.enumType('Operation', {
  description: 'An operation.',
  values: Object.fromEntries(
    operations.map(({ name, key, summary }) => [constantCase(name), { value: key, description: summary }]),
  ) as Record<string, { value: string; description: string }>,
});

const operationOf = (key: string | null) => (key !== null && operations.some((each) => each.key === key) ? key : null);

const charge = builder.objectRef<{ rule?: unknown; item?: unknown; credits?: unknown }>('LedgerCharge').implement({
  description: 'One line of a bill.',
  fields: (t) => ({
    rule: t.string({ description: 'The rule that applied.', resolve: (each) => String(each.rule ?? '') }),
    item: t.string({ description: 'What was charged for.', resolve: (each) => String(each.item ?? '') }),
    credits: t.int({ description: 'Credits.', resolve: (each) => Number(each.credits ?? 0) }),
  }),
});

const entryKind = builder.enumType('LedgerEntryKind', {
  description: 'Why a balance changed.',
  values: { GRANT: { value: 'grant' }, USAGE: { value: 'usage' }, ADJUST: { value: 'adjust' } } as const,
});

const entry = builder.objectRef<LedgerEntry>('LedgerEntry').implement({
  description: 'A change of the balance. The sum of all is the balance.',
  fields: (t) => ({
    id: t.id({ description: 'Grows with time.', resolve: ({ id }) => String(id) }),
    at: t.field({ type: 'DateTime', description: 'When.', resolve: ({ at }) => at }),
    kind: t.field({ type: entryKind, description: 'Why.', resolve: ({ kind }) => kind }),
    amount: t.exposeInt('amount', { description: 'Credits; negative for usage.' }),
    balanceAfter: t.exposeInt('balanceAfter', { description: 'The balance after it.' }),
    operation: t.field({
      type: operationEnum,
      nullable: true,
      description: 'The operation that was paid.',
      resolve: ({ operation }) => operationOf(operation),
    }),
    requestId: t.exposeString('requestId', { nullable: true, description: 'The request that was paid.' }),
    charges: t.field({
      type: [charge],
      description: 'The bill, line by line.',
      resolve: ({ charges }) => (charges ?? []) as never[],
    }),
    note: t.exposeString('note', { nullable: true, description: "The operator's note." }),
  }),
});

interface LedgerPage {
  entries: LedgerEntry[];
  hasNextPage: boolean;
}

const ledgerEdge = builder.objectRef<LedgerEntry>('LedgerEdge').implement({
  description: 'An entry and its place in the list.',
  fields: (t) => ({
    cursor: t.string({ description: 'The place in the list.', resolve: ({ id }) => String(id) }),
    node: t.field({ type: entry, description: 'The entry.', resolve: (each) => each }),
  }),
});

const ledgerConnection = builder.objectRef<LedgerPage>('LedgerConnection').implement({
  description: 'Entries, newest first.',
  fields: (t) => ({
    edges: t.field({ type: [ledgerEdge], description: 'The entries of this page.', resolve: ({ entries }) => entries }),
    nodes: t.field({ type: [entry], description: 'The same without cursors.', resolve: ({ entries }) => entries }),
    pageInfo: t.field({
      type: pageInfo,
      description: 'Whether the list goes on.',
      resolve: ({ entries, hasNextPage }) => ({
        hasNextPage,
        endCursor: entries.at(-1) ? String(entries.at(-1)!.id) : null,
      }),
    }),
  }),
});

const usage = builder.objectRef<Awaited<ReturnType<typeof usageByDay>>[number]>('DailyUsage').implement({
  description: 'What an account used on a day.',
  fields: (t) => ({
    day: t.exposeString('day', { description: 'The day, UTC, as YYYY-MM-DD.' }),
    operation: t.field({
      type: operationEnum,
      nullable: true,
      description: 'The operation.',
      resolve: ({ operation }) => operationOf(operation),
    }),
    calls: t.exposeInt('calls', { description: 'Paid calls.' }),
    credits: t.exposeInt('credits', { description: 'Credits deducted.' }),
  }),
});

const recipe = builder.objectRef<{ code: string; query: string }>('Recipe').implement({
  description: 'A saved query for `code`.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'By which it is called.' }),
    query: t.exposeString('query', { description: 'The query.' }),
  }),
});

const apiKey = builder.objectRef<Awaited<ReturnType<typeof listKeys>>[number]>('ApiKey').implement({
  description: 'A key of an account; the key itself is never told again.',
  fields: (t) => ({
    prefix: t.exposeString('prefix', { description: 'Its first characters.' }),
    name: t.exposeString('name', { nullable: true, description: 'Its name.' }),
    cap: t.exposeInt('cap', { nullable: true, description: 'Ceiling of credits per calendar month (UTC).' }),
    usedThisMonth: t.exposeInt('usedThisMonth', { description: 'Credits deducted in this calendar month (UTC).' }),
    operations: t.field({
      type: [operationEnum],
      nullable: true,
      description: 'What it may call; null = everything.',
      resolve: (key) => key.operations,
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: (key) => key.createdAt }),
  }),
});

const accountType = builder.objectRef<Account>('Account').implement({
  description: 'The account that calls.',
  fields: (t) => ({
    userId: t.field({ type: 'UserId', description: 'Its user ID.', resolve: ({ id }) => id }),
    balance: t.int({
      description: 'Credits, those held counted.',
      resolve: async (account, _arguments, context) => (await spendable(context, account)).balance,
    }),
    held: t.int({
      description: 'Credits that calls under way hold.',
      resolve: async (account, _arguments, context) => (await spendable(context, account)).held,
    }),
    available: t.int({
      description: 'Credits that can be spent now.',
      resolve: async (account, _arguments, context) => (await spendable(context, account)).available,
    }),
    ledger: t.field({
      type: ledgerConnection,
      description: 'Every change of the balance, newest first.',
      args: {
        first: t.arg.int({ description: 'At most so many, 0 to 100; by default 50.' }),
        after: t.arg.string({ description: "The page before's endCursor." }),
      },
      resolve: async (account, { first, after }, { engine }): Promise<LedgerPage> => {
        if (after !== null && after !== undefined && !/^\d{1,15}$/.test(after))
          throw new LeadGenError('invalid_param', 'Parameter: after: not a cursor of this list.');
        const count = readFirst(first, { byDefault: 50, most: 100 });
        const entries = await ledgerEntries(engine.store, {
          accountId: account.id,
          limit: count + 1,
          beforeId: after ? Number(after) : null,
        });
        return { entries: entries.slice(0, count), hasNextPage: entries.length > count };
      },
    }),
    usage: t.field({
      type: [usage],
      description: 'Calls and credits by day and operation, newest first.',
      args: { days: t.arg.int({ defaultValue: 30, description: 'How many days back, 1 to 366.' }) },
      resolve: (account, { days }, { engine }) => {
        const back = days ?? 30;
        if (back < 1 || back > 366) throw new LeadGenError('invalid_param', 'Parameter: days: from 1 to 366.');
        return usageByDay(engine.store, {
          accountId: account.id,
          since: new Date(engine.clock.now() - back * 86_400_000),
        });
      },
    }),
    recipes: t.field({
      type: [recipe],
      description: "The account's own recipes.",
      resolve: ({ id }, _arguments, { engine }) => listRecipes(engine.store, { accountId: id }),
    }),
    keys: t.field({
      type: [apiKey],
      description: 'Keys that work, oldest first.',
      resolve: ({ id }, _arguments, { engine }) =>
        listKeys(engine.store, { accountId: id, now: new Date(engine.clock.now()) }),
    }),
  }),
});

builder.queryField('account', (t) =>
  t.field({
    type: accountType,
    nullable: true,
    description: 'The account that calls. Free.',
    resolve: (_root, _arguments, context) => callerOf(context),
  }),
);

const newKey = builder.objectRef<{ apiKey: string; prefix: string }>('NewApiKey').implement({
  description: 'A key, told this once.',
  fields: (t) => ({
    apiKey: t.exposeString('apiKey', { description: 'The key. Keep it now; it is never told again.' }),
    prefix: t.exposeString('prefix', { description: 'Its first characters.' }),
  }),
});
export const newApiKey = newKey;

builder.mutationFields((t) => ({
  saveRecipe: t.field({
    type: recipe,
    nullable: true,
    description: 'Saves a query under a code, in the place of an earlier one.',
    args: {
      code: t.arg.string({ required: true, description: 'The code.' }),
      query: t.arg.string({ required: true, description: 'The query.' }),
    },
    resolve: async (_root, { code, query }, context) => {
      const saved = await setRecipe(context.engine.store, {
        accountId: callerOf(context).id,
        code,
        query,
        now: new Date(context.engine.clock.now()),
      });
      if (!saved)
        throw new LeadGenError('invalid_param', 'Parameter: code: the account has as many recipes as one may have.');
      return { code: code.trim(), query: query.trim() };
    },
  }),
  removeRecipe: t.field({
    type: 'Boolean',
    nullable: true,
    description: "Removes one of the account's own recipes; false where there is none.",
    args: { code: t.arg.string({ required: true, description: 'The code.' }) },
    resolve: (_root, { code }, context) =>
      removeRecipe(context.engine.store, { accountId: callerOf(context).id, code }),
  }),
  createApiKey: t.field({
    type: newKey,
    nullable: true,
    description: 'Makes a further key, with a ceiling of its own.',
    args: {
      name: t.arg.string({ description: 'Its name.' }),
      cap: t.arg.int({ description: 'Ceiling of credits per calendar month (UTC).' }),
      operations: t.arg({ type: [operationEnum], description: 'What it may call; without it everything.' }),
    },
    resolve: async (_root, { name, cap, operations: allowed }, context) => {
      if (typeof cap === 'number' && cap < 0)
        throw new LeadGenError('invalid_param', 'Parameter: cap: it is negative.');
      const made = await createKey(context.engine.store, {
        accountId: callerOf(context).id,
        name: name ?? null,
        cap: cap ?? null,
        operations: (allowed as string[] | null | undefined) ?? null,
        now: new Date(context.engine.clock.now()),
      });
      if (!made) throw new LeadGenError('invalid_param', 'The account has as many keys as one may have.');
      return made;
    },
  }),
  revokeApiKey: t.field({
    type: 'Boolean',
    nullable: true,
    description: 'Revokes a key of the account by its prefix; it is refused at once here, within 5 s everywhere.',
    args: { prefix: t.arg.string({ required: true, description: 'Its first characters.' }) },
    resolve: async (_root, { prefix }, context) => {
      const { revoked, matching } = await revokeKey(context.engine.store, {
        prefix,
        accountId: callerOf(context).id,
        now: new Date(context.engine.clock.now()),
      });
      if (matching > 1) throw new LeadGenError('invalid_param', 'Parameter: prefix: more than one key begins with it.');
      return revoked;
    },
  }),
}));

function spendable({ engine }: GraphContext, { id, keyId }: Account) {
  return readAvailable(engine.store, id, keyId, new Date(engine.clock.now()));
}
