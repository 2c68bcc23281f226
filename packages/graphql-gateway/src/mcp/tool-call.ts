import type { Account } from '@leadgen/engine';

/** One call of a tool, whatever way it came. */
export interface ToolCall {
  tool: string;
  given: Record<string, unknown>;
  account: Account;
  /** Aborted when the caller cancels or goes away. */
  signal: AbortSignal;
  /** Null where the caller does not want to know. */
  progress: ((progress: number, total: number | null, message: string) => void) | null;
  /** Up to which price a person has agreed to this very call; null = nobody was asked. */
  approved: number | null;
}
