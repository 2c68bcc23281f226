/** A batch as the gateway's REST paths show it. */
export interface BatchDocument {
  id: string;
  /** The GraphQL name of the operation. */
  operation: string;
  status: 'queued' | 'running' | 'done' | 'cancelled';
  total: number;
  done: number;
  failed: number;
  creditsUsed: number;
}

export const isFinished = ({ status }: BatchDocument): boolean => status === 'done' || status === 'cancelled';
