import { findContactsInText } from '../contacts/find-contacts-in-text.ts';
import type { Charge } from '../operation.ts';
import type { EngineSettings } from '../settings.ts';

/** What an ad search costs: its fresh ads alone count (C9 to C13). `fresh` are the distinct ads of this search. */
export function adSpyCharges(
  settings: Pick<EngineSettings, 'adsEmailBilling'>,
  {
    query,
    country,
    fresh,
  }: {
    query: string;
    country: string;
    fresh: readonly {
      title: string;
      text: string;
      displayUrl: string;
      url: string;
      contactEmails: readonly string[];
    }[];
  },
): Charge[] {
  if (fresh.length > 7) return [{ rule: 'more than 7 fresh ads: 10 credits flat', item: query, credits: 10 }];
  const byContacts = settings.adsEmailBilling === 'contact_data';
  const rule = byContacts
    ? '7 or fewer fresh ads: 1 credit per ad whose landing page has an e-mail address'
    : '7 or fewer fresh ads: 1 credit per ad with an e-mail address in its text';
  return fresh
    .filter((ad) => (byContacts ? ad.contactEmails.length > 0 : hasEmail(ad, country)))
    .map((ad) => ({ rule, item: ad.url === '' ? ad.title : ad.url, credits: 1 }));
}

function hasEmail(ad: { title: string; text: string; displayUrl: string }, country: string): boolean {
  const { emails } = findContactsInText(`${ad.title}\n${ad.text}\n${ad.displayUrl}`, {
    country: country.toUpperCase(),
  });
  return emails.length > 0;
}
