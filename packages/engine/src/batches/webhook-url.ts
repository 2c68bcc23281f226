import { LeadGenError } from '../errors.ts';
import { parseCrawlAddress } from '../net/check-crawl-address.ts';
import type { CrawlAllow } from '../net/crawl-allow.ts';
import { batchLimits } from './limits.ts';

/** The address of a webhook as it will be called. A private literal is refused at once, a name when it is resolved. */
export function checkWebhookUrl(value: unknown, allow: CrawlAllow): string {
  const invalid = (why: string) => new LeadGenError('invalid_param', `Parameter: webhookUrl: ${why}`);
  if (typeof value !== 'string' || value.length > batchLimits.webhookUrlCharactersMax || !URL.canParse(value.trim()))
    throw invalid('an http or https address is expected.');
  const { href } = new URL(value.trim());
  try {
    parseCrawlAddress(href, { allow });
  } catch (error) {
    if (error instanceof LeadGenError) throw invalid(error.detail ?? 'it is not allowed.');
    throw error;
  }
  return href;
}
