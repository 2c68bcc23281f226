import type { BreakerPass, ProviderBreaker } from './provider-breaker.ts';

/** One search's dealings with the breaker: however many pages it fetches, it counts once for each provider. */
export interface ProviderPasses {
  enter(provider: string): { mayTry: true } | { mayTry: false; why: string };
  delivered(provider: string): void;
  failed(provider: string, detail: string): void;
  /** Tells the breaker. A provider that delivered anything has not failed. */
  end(): void;
}

export function openProviderPasses(breaker: ProviderBreaker): ProviderPasses {
  const open = new Map<string, { pass: BreakerPass; hasDelivered: boolean; failure: string | null }>();
  return {
    enter(provider) {
      if (open.has(provider)) return { mayTry: true };
      const pass = breaker.enter(provider);
      if (!pass) {
        const { failuresInRow, lastFailure } = breaker.state(provider);
        return {
          mayTry: false,
          why: `${provider} is set aside for a while after ${failuresInRow} failures in a row: ${lastFailure ?? ''}`.trim(),
        };
      }
      open.set(provider, { pass, hasDelivered: false, failure: null });
      return { mayTry: true };
    },
    delivered(provider) {
      const entry = open.get(provider);
      if (entry) entry.hasDelivered = true;
    },
    failed(provider, detail) {
      const entry = open.get(provider);
      if (entry) entry.failure = detail;
    },
    end() {
      for (const { pass, hasDelivered, failure } of open.values()) {
        if (hasDelivered) pass.succeeded();
        else if (failure !== null) pass.failed(failure);
        else pass.left();
      }
    },
  };
}
