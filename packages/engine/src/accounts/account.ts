/** Who calls, as the check of the key found it. */
export interface Account {
  /** The user id of the outside. */
  id: number;
  /** The key of ours that was used; null where a licence service vouched. */
  keyId: number | null;
  /** What the key may call (`search`, `crawl`, …); null = everything. */
  operations: string[] | null;
  /** As read with the key; a moment later it may be another. */
  balance: number;
  held: number;
  /** What MCP asks a person before spending more in one call, credits. */
  approveAbove: number;
}
