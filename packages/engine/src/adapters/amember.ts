import { z } from 'zod';
import { LeadGenError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { LicenceVerdict, LicenceVerifier } from '../ports/licence-verifier.ts';
import { askProvider, faultOf, type ProviderAnswer } from './ask-provider.ts';
import { adapterLimits } from './limits.ts';

const licenceSchema = z.object({
  code: z.string(),
  license_expires: z.string().nullish(),
  next_check: z.coerce.number().nullish(),
});

/** What Softsale says of a key for good; every other code is an outage. */
const refusals = new Set(['license_not_found', 'license_disabled', 'license_expired', 'license_empty']);

/**
 * aMember Pro with Softsale: `check-license` judges the key and needs no secret of ours, but names no user; that the key is the user's is asked of the REST API:
 * the user's licences, else whether the user has any running access. The REST key travels in a header, since addresses are logged.
 */
export function createAmember({ url, apiKey, clock }: { url: string; apiKey: string; clock: Clock }): LicenceVerifier {
  let failures = 0;
  let setAsideUntil = 0;

  const outage = (why: string, cause?: unknown) => new LeadGenError('auth_error', `aMember: ${why}.`, { cause });

  async function ask(
    path: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<{ status: number; json: unknown }> {
    if (clock.now() < setAsideUntil) throw outage('it is set aside after failures in a row');
    const answer = await reach(path, headers, signal);
    try {
      return { status: answer.status, json: JSON.parse(answer.body.toString('utf8')) };
    } catch {
      // It refuses permission in words, not in JSON; the service itself is well, so that this counts against nothing.
      throw outage(`it answered with status ${answer.status} and not in JSON`);
    }
  }

  /** Its answer, whatever it says: a second try where no connection was made, set aside after five faults in a row. */
  async function reach(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<ProviderAnswer> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await askProvider(url + path, {
          headers,
          millisecondsMax: adapterLimits.licenceMillisecondsMax,
          bytesMax: adapterLimits.licenceBytesMax,
          signal,
        });
        if (answer.status >= 500) throw outage(`it answered with status ${answer.status}`);
        failures = 0;
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        if (attempt === 0 && isConnectFault(error)) continue;
        failures += 1;
        if (failures >= adapterLimits.licenceFailuresMax)
          setAsideUntil = clock.now() + adapterLimits.licenceSetAsideMilliseconds;
        throw error instanceof LeadGenError ? error : outage(faultOf(error), error);
      }
    }
  }

  async function belongsTo(key: string, userId: number, signal: AbortSignal): Promise<boolean> {
    const headers = { 'x-api-key': apiKey };
    const licences = await ask(
      `/api/softsale-licenses?${new URLSearchParams({ '_filter[user_id]': String(userId), '_filter[key]': key })}`,
      headers,
      signal,
    ).catch((error: unknown) => {
      signal.throwIfAborted();
      // A site without this module answers in HTML; its access list still tells.
      if (error instanceof LeadGenError && clock.now() >= setAsideUntil) return null;
      throw error;
    });
    if (licences && licences.status === 200) {
      const rows = rowsOf(licences.json).filter((row) => row.key === undefined || row.key === key);
      return rows.some((row) => Number(row.user_id) === userId);
    }
    const access = await ask(
      `/api/access?${new URLSearchParams({ '_filter[user_id]': String(userId), _count: '1000' })}`,
      headers,
      signal,
    );
    if (access.status !== 200) throw outage(`its REST API answered with status ${access.status}`);
    const today = new Date(clock.now()).toISOString().slice(0, 10);
    return rowsOf(access.json).some(
      (row) =>
        Number(row.user_id) === userId &&
        String(row.begin_date ?? '') <= today &&
        String(row.expire_date ?? '2037-12-31') >= today,
    );
  }

  return {
    name: 'amember',
    async verify({ apiKey: key, userId }, signal): Promise<LicenceVerdict> {
      const { status, json } = await ask(`/softsale/api/check-license?${new URLSearchParams({ key })}`, {}, signal);
      const licence = licenceSchema.safeParse(json);
      if (status !== 200 || !licence.success) throw outage('its answer is not what it should be');
      const { code, license_expires, next_check } = licence.data;
      if (refusals.has(code)) return { valid: false, freshSeconds: 30 };
      if (code !== 'ok') throw outage(`it says ${/^\w{1,40}$/.test(code) ? code : 'nothing known'}`);
      if (!(await belongsTo(key, userId, signal))) return { valid: false, freshSeconds: 30 };
      const expires = license_expires ? Date.parse(`${license_expires.replace(' ', 'T')}Z`) : Number.NaN;
      return {
        valid: true,
        expiresAt: Number.isNaN(expires) ? null : expires,
        freshSeconds: Math.max(1, Math.min(next_check ?? 300, 900)),
      };
    },
  };
}

/** Lists come as `{"_total":n,"0":{…},"1":{…}}`, or as an array. */
function rowsOf(json: unknown): Record<string, unknown>[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json)
    .filter(([name, value]) => name !== '_total' && typeof value === 'object' && value !== null)
    .map(([, value]) => value as Record<string, unknown>);
}

function isConnectFault(error: unknown): boolean {
  return /^(?:ECONNREFUSED|ECONNRESET|UND_ERR_SOCKET|UND_ERR_CONNECT_TIMEOUT|EPIPE)$/.test(
    String((error as { code?: unknown }).code),
  );
}
