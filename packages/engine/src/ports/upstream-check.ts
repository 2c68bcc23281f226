/** Whether a configured upstream and its key can be used, for `leadgen doctor`. It costs nothing. */
export interface UpstreamCheck {
  /** The upstream, as an operator calls it. */
  name: string;
  /** Never throws. */
  run(signal: AbortSignal): Promise<UpstreamHealth>;
}

export interface UpstreamHealth {
  isFine: boolean;
  /** What was found. */
  detail: string;
  /** What to do; null where nothing is to be done. */
  advice: string | null;
}
