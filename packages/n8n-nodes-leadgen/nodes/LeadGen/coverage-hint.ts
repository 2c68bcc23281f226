import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

/** Says in the editor when an answer is poor for a reason, so that nothing found is not taken for nothing there. */
export function hintAtCoverage(context: IExecuteFunctions, answer: IDataObject, itemIndex: number): void {
  const { status, notes } = (answer.coverage ?? {}) as { status?: string; notes?: string[] };
  if (status === undefined || status === 'OK' || status === 'NO_RESULTS') return;
  context.addExecutionHints({
    message: `Item ${itemIndex}: coverage ${status}. ${(notes ?? []).join(' ')}`.trim(),
    location: 'outputPane',
  });
}
