import { type Operation, operations, quote, quoteInputsMax } from '@leadgen/engine';
import { builder } from './builder.ts';
import { callerOf } from './caller.ts';
import { argumentsOf } from './operation-fields.ts';

const inputOf = (operation: Operation) =>
  builder.inputType(`${operation.name[0]!.toUpperCase()}${operation.name.slice(1)}Input`, {
    description: `One call of ${operation.name}.`,
    fields: (t) =>
      ({
        ...argumentsOf(operation, ((options: { type: never }) => t.field(options)) as never),
        ...(operation.holdsItself
          ? { maxCredits: t.int({ description: 'The ceiling that the call will have.' }) }
          : {}),
      }) as never,
  });

const quoteInput = builder.inputType('QuoteInput', {
  isOneOf: true,
  description: 'One call: exactly one of the operations.',
  fields: (t) =>
    Object.fromEntries(
      operations.map((operation) => [
        operation.name,
        t.field({ type: inputOf(operation), description: operation.summary }),
      ]),
    ) as never,
});

type Quote = Awaited<ReturnType<typeof quote>>;

const quoteItem = builder.objectRef<Quote['items'][number]>('QuoteItem').implement({
  description: 'The price of one call.',
  fields: (t) => ({
    min: t.exposeInt('min', { description: 'At least, credits.' }),
    max: t.exposeInt('max', { description: 'At most, credits.' }),
    cached: t.exposeBoolean('cached', { description: 'Whether the whole answer is in the cache.' }),
  }),
});

const quoteType = builder.objectRef<Quote>('Quote').implement({
  description: 'What calls would cost; nothing is fetched or charged.',
  fields: (t) => ({
    min: t.exposeInt('min', { description: 'At least, credits.' }),
    max: t.exposeInt('max', { description: 'At most, credits.' }),
    cachedItems: t.exposeInt('cachedItems', { description: 'Calls whose whole answer is in the cache.' }),
    items: t.field({
      type: [quoteItem],
      description: 'Each call, in the order of the input.',
      resolve: ({ items }) => items,
    }),
  }),
});

builder.queryField('quote', (t) =>
  t.field({
    type: quoteType,
    nullable: true,
    description: 'The price of calls before they are made. Free.',
    args: { inputs: t.arg({ type: [quoteInput], required: true, description: `The calls, 1 to ${quoteInputsMax}.` }) },
    resolve: (_root, { inputs }, context) =>
      quote(context.engine, {
        account: callerOf(context),
        inputs: (inputs as unknown as Record<string, Record<string, unknown>>[]).map((each) => {
          const [name, given] = Object.entries(each)[0]!;
          const { maxCredits, ...raw } = given;
          return {
            operation: operations.find((operation) => operation.name === name)!,
            raw,
            maxCredits: typeof maxCredits === 'number' ? maxCredits : null,
          };
        }),
      }),
  }),
);
