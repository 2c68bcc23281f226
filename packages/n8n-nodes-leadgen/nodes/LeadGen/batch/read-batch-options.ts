import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { gatewayLimits } from '../../gateway/limits';
import { plainValue } from '../read-arguments';

/** What stands under Options of the batch operations alone, with defaults. */
export interface BatchOptions {
  /** Empty: none. */
  webhookUrl: string;
  /** Empty: one is made. */
  idempotencyKey: string;
  waitSeconds: number;
  /** Whether inputs that failed give an item. */
  keepsErrors: boolean;
  /** Index of the first input whose result is wanted. */
  startAt: number;
  resultCharactersMax: number;
}

export function readBatchOptions(context: IExecuteFunctions, itemIndex: number): BatchOptions {
  const given = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  return {
    webhookUrl: plainValue(given.webhookUrl, 'webhookUrl') ?? '',
    idempotencyKey: plainValue(given.idempotencyKey, 'idempotencyKey') ?? '',
    waitSeconds: Math.min(positive(given.waitSeconds), gatewayLimits.batchWaitSecondsMax),
    keepsErrors: given.errorRows !== 'drop',
    startAt: Math.floor(positive(given.startAt)),
    resultCharactersMax: (positive(given.maxMegabytes) || gatewayLimits.batchResultMegabytesDefault) * 1_000_000,
  };
}

/** 0 where it is no number or a negative one. */
const positive = (value: unknown): number => Math.max(Number(value) || 0, 0);

/** The id of the batch that an input item names; empty where it names none. */
export function readBatchId(context: IExecuteFunctions, itemIndex: number): string {
  return plainValue(context.getNodeParameter('batchId', itemIndex, ''), 'id') ?? '';
}
