/**
 * Sends a JSON body to an address that a stranger named and answers the status. It follows no redirect, reads next to nothing of the
 * answer, and throws where the address is private or nothing comes in time.
 */
export type PostWebhook = (request: {
  url: string;
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
}) => Promise<number>;
