import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { answerItems } from '../LeadGen/answer-items';
import { gatewayOperations } from '../LeadGen/generated/operations';
import { plainValue } from '../LeadGen/read-arguments';
import { lookAt, lookAtBalance, lookAtBatches } from './look';
import { keepState, partNews, readState, shortHash, type WatchState } from './watch-state';

interface Poll {
  context: IPollFunctions;
  state: WatchState | null;
  watched: string;
  /** A try in the editor: shows what is there, remembers nothing. */
  isManual: boolean;
  fromAll: boolean;
  options: IDataObject;
}

/** One look; null: nothing new. */
export async function pollForNews(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
  const event = context.getNodeParameter('event') as string;
  const parameters = {
    ...context.getNode().parameters,
    pollTimes: undefined,
    options: undefined,
    startFrom: undefined,
  };
  const kept = context.getWorkflowStaticData('node');
  const watched = shortHash(`${event} ${JSON.stringify(parameters)}`);
  const poll: Poll = {
    context,
    watched,
    state: readState(kept, watched),
    isManual: context.getMode() === 'manual',
    fromAll: context.getNodeParameter('startFrom', 'now') === 'all',
    options: context.getNodeParameter('options', {}) as IDataObject,
  };
  const look = looks[event as keyof typeof looks];
  const { items, state } = await look(poll);
  if (!poll.isManual) keepState(kept, state);
  return items.length === 0 ? null : [items];
}

interface Look {
  items: INodeExecutionData[];
  state: WatchState;
}

const looks = {
  newAd: lookForAds,
  newPlace: lookForPlaces,
  contactChanged: lookForContacts,
  batchFinished: lookForBatches,
  lowBalance: lookForLowBalance,
};

async function lookForAds(poll: Poll): Promise<Look> {
  const answer = await lookAt(poll.context, 'adSpy', {
    query: textParameter(poll, 'query'),
    engine: textParameter(poll, 'engine').toUpperCase(),
    ...given(poll.options, ['country', 'language', 'maxCredits']),
  });
  return newRows(poll, itemsOf(answer), ({ json }) => `${json.url} ${json.title}`);
}

async function lookForPlaces(poll: Poll): Promise<Look> {
  const items: INodeExecutionData[] = [];
  const pagesMax = Number(poll.options.maxPages ?? 1) || 1;
  let left = poll.options.maxCredits === undefined ? null : Number(poll.options.maxCredits);
  let pageToken: IDataObject = {};
  for (let page = 0; page < pagesMax; page += 1) {
    const answer = await lookAt(poll.context, 'placesSearch', {
      keyword: textParameter(poll, 'keyword'),
      ...given(poll.options, ['country', 'language']),
      ...(left === null ? {} : { maxCredits: left }),
      ...pageToken,
    });
    items.push(...itemsOf(answer));
    if (left !== null) left = Math.max(0, left - Number((answer.credits as IDataObject).used));
    if (typeof answer.nextPageToken !== 'string') break;
    pageToken = { pageToken: answer.nextPageToken };
  }
  return newRows(poll, items, ({ json }) => String(json.placeId));
}

const itemsOf = (answer: IDataObject) =>
  answerItems({ rows: 'results' }, answer, { options: { output: 'items', fields: [] }, itemIndex: 0 }).map(
    ({ json }): INodeExecutionData => ({ json }),
  );

function newRows(
  { state, watched, isManual, fromAll }: Poll,
  items: INodeExecutionData[],
  keyOf: (item: INodeExecutionData) => string,
): Look {
  const { news, seen } = partNews(state?.seen ?? [], items, keyOf);
  const isTold = isManual || state !== null || fromAll;
  return { items: isManual ? items : isTold ? news : [], state: { watched, seen, isLow: false } };
}

/** Here `seen` holds the contacts themselves, so that one that went can be named. */
async function lookForContacts({ context, state, watched, isManual, fromAll, options }: Poll): Promise<Look> {
  const answer = await lookAt(context, 'websiteCrawl', {
    domain: textParameter({ context }, 'domain'),
    freshness: { maxAgeSeconds: Number(options.maxAgeSeconds ?? 86_400) },
    ...given(options, ['maxCredits']),
  });
  const { status } = answer.coverage as { status: string };
  const now = (answer.contacts as { kind: string; value: string }[]).map(({ kind, value }) => `${kind} ${value}`);
  const before = state?.seen ?? [];
  // A site that could not be read has not lost its contacts.
  if (status !== 'OK' && state !== null && !isManual) return { items: [], state };
  const added = now.filter((each) => !before.includes(each));
  const removed = before.filter((each) => !now.includes(each));
  const isTold = isManual || ((state !== null || fromAll) && added.length + removed.length > 0);
  const [item] = answerItems({ rows: null }, answer, { options: { output: 'items', fields: [] }, itemIndex: 0 });
  const json = { ...item?.json, added: added.map(contactOf), removed: removed.map(contactOf) };
  return { items: isTold ? [{ json }] : [], state: { watched, seen: now, isLow: false } };
}

function contactOf(line: string): IDataObject {
  const [kind = '', ...value] = line.split(' ');
  return { kind, value: value.join(' ') };
}

/** One that was finished, retried and finished again is told again. A try in the editor shows the last one. */
async function lookForBatches(poll: Poll): Promise<Look> {
  const wanted = textParameter(poll, 'batchOperation');
  const finished = (await lookAtBatches(poll.context))
    .filter(({ finishedAt }) => typeof finishedAt === 'string')
    .map((batch): INodeExecutionData => ({ json: batchDocument(batch) }))
    .filter(({ json }) => wanted === '' || json.operation === wanted)
    .sort((left, right) => String(left.json.finishedAt).localeCompare(String(right.json.finishedAt)));
  const look = newRows(poll, finished, ({ json }) => `${json.id} ${json.finishedAt}`);
  return poll.isManual ? { ...look, items: finished.slice(-1) } : look;
}

/** As the node's Get gives it: GraphQL has enums where REST has names. */
function batchDocument({ operation, status, ...batch }: IDataObject): IDataObject {
  const { name = String(operation) } =
    gatewayOperations.find((each) => each.name.replace(/[A-Z]/g, '_$&').toUpperCase() === operation) ?? {};
  const { id, ...rest } = batch;
  return { id: id ?? null, operation: name, status: String(status).toLowerCase(), ...rest };
}

async function lookForLowBalance({ context, state, watched, isManual }: Poll): Promise<Look> {
  const account = await lookAtBalance(context);
  const threshold = Number(context.getNodeParameter('threshold', 100));
  const isLow = Number(account.available) < threshold;
  const isTold = isManual || (isLow && state?.isLow !== true);
  return { items: isTold ? [{ json: { ...account, threshold } }] : [], state: { watched, seen: [], isLow } };
}

function textParameter({ context }: Pick<Poll, 'context'>, name: string): string {
  return plainValue(context.getNodeParameter(name), name) ?? '';
}

function given(options: IDataObject, names: string[]): IDataObject {
  return Object.fromEntries(
    names.flatMap((name) => (options[name] === undefined || options[name] === '' ? [] : [[name, options[name]]])),
  ) as IDataObject;
}
