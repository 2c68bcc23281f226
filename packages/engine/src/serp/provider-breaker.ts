import type { Clock } from '../ports/clock.ts';
import { searchLimits } from './search-limits.ts';

/** What is known of a provider's health, for `doctor` and the metrics. */
export interface ProviderState {
  provider: string;
  /** `open`: set aside. `half_open`: a single call tries it. */
  state: 'closed' | 'open' | 'half_open';
  failuresInRow: number;
  /** Milliseconds since the epoch; null unless it is set aside. */
  retryAt: number | null;
  lastFailure: string | null;
}

/** A call's leave to use a provider. Exactly one of the three ends it; later ones do nothing. */
export interface BreakerPass {
  succeeded(): void;
  failed(detail: string): void;
  /** The call ended without a verdict: the caller left, or the provider refused what it never does. */
  left(): void;
}

/** Sets a provider aside after failures in a row, so that callers get their error at once instead of a minute later. */
export interface ProviderBreaker {
  /** Null while the provider is set aside. */
  enter(provider: string): BreakerPass | null;
  state(provider: string): ProviderState;
  states(): ProviderState[];
}

interface Health {
  failuresInRow: number;
  openedAt: number | null;
  isTrying: boolean;
  lastFailure: string | null;
}

export function createProviderBreaker(clock: Clock): ProviderBreaker {
  const providers = new Map<string, Health>();

  function healthOf(provider: string): Health {
    const known = providers.get(provider);
    if (known) return known;
    const health: Health = { failuresInRow: 0, openedAt: null, isTrying: false, lastFailure: null };
    providers.set(provider, health);
    return health;
  }

  const isDue = (openedAt: number) => clock.now() - openedAt >= searchLimits.setAsideMilliseconds;

  function state(provider: string): ProviderState {
    const { failuresInRow, openedAt, lastFailure } = healthOf(provider);
    if (openedAt === null) return { provider, state: 'closed', failuresInRow, retryAt: null, lastFailure };
    const retryAt = openedAt + searchLimits.setAsideMilliseconds;
    return { provider, state: isDue(openedAt) ? 'half_open' : 'open', failuresInRow, retryAt, lastFailure };
  }

  return {
    enter(provider) {
      const health = healthOf(provider);
      const isTrial = health.openedAt !== null;
      if (health.openedAt !== null && (health.isTrying || !isDue(health.openedAt))) return null;
      if (isTrial) health.isTrying = true;
      let isOver = false;
      const end = (verdict: () => void) => {
        if (isOver) return;
        isOver = true;
        if (isTrial) health.isTrying = false;
        verdict();
      };
      return {
        succeeded: () =>
          end(() => {
            health.failuresInRow = 0;
            health.openedAt = null;
            health.lastFailure = null;
          }),
        failed: (detail) =>
          end(() => {
            health.failuresInRow += 1;
            health.lastFailure = detail;
            if (isTrial || health.failuresInRow >= searchLimits.failuresInRowMax) health.openedAt = clock.now();
          }),
        left: () => end(() => {}),
      };
    },
    state,
    states: () => [...providers.keys()].map(state),
  };
}
