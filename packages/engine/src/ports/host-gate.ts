/** Bounds the requests that one host gets at once: over the crawls of a process, or of a fleet. */
export interface HostGate {
  /**
   * Resolves, when the host has a place free, to the function that gives it back; that may be called more than once. Rejects with the signal's reason
   * when it is aborted first, and leaves no place taken then. `host`: as in a URL, in lower case, with the port where it has one.
   */
  enter(host: string, signal: AbortSignal): Promise<() => void>;
}
