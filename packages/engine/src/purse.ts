import type { Account } from './accounts/account.ts';
import { cutCharges } from './answer.ts';
import type { EngineContext } from './context.ts';
import type { CreditBudget } from './credits/credit-budget.ts';
import { holdTogether } from './credits/hold-together.ts';
import { readAvailable } from './credits/read-available.ts';
import { release } from './credits/release.ts';
import type { Settled, SettleRequest } from './credits/settle.ts';
import { settleOnce } from './credits/settle-once.ts';
import { settleSurely } from './credits/settle-uncertain.ts';
import { undoUncertain } from './credits/undo-uncertain.ts';
import { creditsAwaited, waitForCredits } from './credits/wait-for-credits.ts';
import { LeadGenError } from './errors.ts';
import { requestLimits } from './limits.ts';
import type { Charge, Outcome } from './operation.ts';
import { isConnectionFault } from './store/is-connection-fault.ts';

/** One call's money: at most one hold, taken as late as its bound is known, then settled or released. */
export interface Purse {
  /** What can be spent now; where others hold all of it, after waiting for them (C17, C19). */
  available(): Promise<number>;
  reserve(bound: number): Promise<void>;
  /** Pays for the outcome, at most what is held. */
  settle(outcome: Outcome<object>): Promise<{ used: number; remaining: number | null; charges: Charge[] }>;
  /** Gives the hold back, if one is open. Never throws: what can't be released now is released later, or expires. */
  release(): Promise<void>;
}

/**
 * A payment that stands or falls with what its caller writes in the same statement: an item of a batch and its answer. Where it is not
 * known whether it stands, nothing is undone: the caller looks, and runs the call again under the same hold.
 */
export interface Payment {
  holdId: string;
  /** As `settle` of the ledger; null also where the caller's own part can't be written. */
  settle(request: SettleRequest, outcome: Outcome<object>): Promise<Settled | null>;
  /** Told when the call begins and ends to wait for credits that others hold. */
  onWait(isWaiting: boolean): void;
}

export interface PurseCall {
  account: Account;
  operation: { key: string };
  requestId: string;
  maxCredits: number | null;
  budget: CreditBudget | null;
  payment: Payment | null;
}

export function createPurse(context: EngineContext, call: PurseCall, signal: AbortSignal): Purse {
  const { store, clock, settings } = context;
  const { account } = call;
  let held: { holdId: string; giveBack: ((used: number) => void) | null } | null = null;

  async function whileWaiting<T>(wait: () => Promise<T>): Promise<T> {
    call.payment?.onWait(true);
    try {
      return await wait();
    } finally {
      call.payment?.onWait(false);
    }
  }

  async function takeHold(amount: number): Promise<string> {
    const holdId = call.payment?.holdId ?? context.newId();
    const attempt = () => {
      const now = clock.now();
      return holdTogether(store, {
        holdId,
        accountId: account.id,
        keyId: account.keyId,
        amount,
        operation: call.operation.key,
        requestId: call.requestId,
        gatewayId: context.gatewayId,
        now: new Date(now),
        expiresAt: new Date(now + settings.holdSeconds * 1000),
      }).catch((error: unknown) => {
        // Where the connection broke, the hold may stand all the same; it is given back once the database answers.
        if (isConnectionFault(error) && !call.payment) undoUncertain(context, holdId);
        throw error;
      });
    };
    // Whoever waits already is served first (C17).
    if (!creditsAwaited(store, account.id) && (await attempt())) return holdId;
    const taken = await whileWaiting(() =>
      waitForCredits(
        { store, clock },
        {
          accountId: account.id,
          keyId: account.keyId,
          millisecondsMax: requestLimits.waitForCreditsMillisecondsMax,
          signal,
        },
        attempt,
      ),
    );
    if (!taken) throw new LeadGenError('insufficient_credits');
    return holdId;
  }

  async function pay(holdId: string, cost: number, outcome: Outcome<object>): Promise<Settled> {
    const { charges } = outcome;
    const request = { accountId: account.id, holdId, cost, charges, cutCharges, now: new Date(clock.now()) };
    const { payment } = call;
    if (!payment) return settleSurely({ store, clock, log: context.log }, { ...request, signal });
    const settled = await settleOnce(store, { ...request, settle: (parts) => payment.settle(parts, outcome) });
    if (!settled) throw new LeadGenError('db_error', 'The hold is closed.');
    return settled;
  }

  return {
    async available() {
      const state = await readAvailable(store, account.id, account.keyId, new Date(clock.now()));
      if (state.available > 0 || state.held === 0) return state.available;
      const after = await whileWaiting(() =>
        waitForCredits(
          { store, clock },
          {
            accountId: account.id,
            keyId: account.keyId,
            millisecondsMax: requestLimits.waitForCreditsMillisecondsMax,
            signal,
          },
          async () => {
            const now = await readAvailable(store, account.id, account.keyId, new Date(clock.now()));
            return now.available > 0 || now.held === 0 ? now : null;
          },
        ),
      );
      return after?.available ?? 0;
    },

    async reserve(bound) {
      if (held) throw new Error('A call takes one hold.');
      if (call.maxCredits !== null && bound > call.maxCredits) {
        throw new LeadGenError(
          'max_credits_exceeded',
          `This call could cost ${bound} credits; its ceiling is ${call.maxCredits}.`,
        );
      }
      const giveBack = call.budget ? await call.budget.take(bound, signal) : null;
      try {
        held = { holdId: await takeHold(bound), giveBack };
      } catch (error) {
        giveBack?.(0);
        throw error;
      }
    },

    async settle(outcome) {
      const { charges } = outcome;
      const cost = charges.reduce((sum, charge) => sum + charge.credits, 0);
      if (!held) {
        if (cost > 0) throw new Error('A price without a hold.');
        return { used: 0, remaining: null, charges: [] };
      }
      const { holdId, giveBack } = held;
      const settled = await pay(holdId, cost, outcome);
      held = null;
      giveBack?.(settled.cost);
      if (settled.cost < cost) {
        context.log.warn(
          { account: account.id, price: cost, paid: settled.cost, requestId: call.requestId },
          'balance below the price',
        );
      }
      return { used: settled.cost, remaining: settled.available, charges: cutCharges(charges, settled.cost) };
    },

    async release() {
      if (!held) return;
      const { holdId, giveBack } = held;
      held = null;
      giveBack?.(0);
      try {
        await release(store, { holdId, now: new Date(clock.now()) });
      } catch (error) {
        context.log.warn({ err: error, hold: holdId }, 'a hold could not be released now');
        // It is tried again once the database answers; any other fault leaves the hold to its end.
        if (isConnectionFault(error) && !call.payment) undoUncertain(context, holdId);
      }
    },
  };
}
