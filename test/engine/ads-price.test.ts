import { describe, expect, it } from 'vitest';
import { adPool } from '../../packages/engine/src/ads/ad-identity.ts';
import { adSpyCharges } from '../../packages/engine/src/ads/ad-spy-charges.ts';
import { distinctAds } from '../../packages/engine/src/ads/distinct-ads.ts';

type Ad = Parameters<typeof adSpyCharges>[1]['fresh'][number];

const ad = (name: string, changes: Partial<Ad> = {}): Ad => ({
  title: `${name} agency`,
  text: 'We grow your business.',
  displayUrl: `${name}.org`,
  url: `https://${name}.org/`,
  contactEmails: [],
  ...changes,
});
const ads = (count: number, changes: Partial<Ad> = {}) =>
  Array.from({ length: count }, (_, index) => ad(`ad${index}`, changes));

function price(fresh: Ad[], adsEmailBilling: 'ad_text' | 'contact_data' = 'ad_text') {
  const charges = adSpyCharges({ adsEmailBilling }, { query: 'agency', country: 'us', fresh });
  return charges.reduce((sum, { credits }) => sum + credits, 0);
}

describe('an ad search costs', () => {
  it('10 for more than 7 fresh ads, with or without e-mail addresses (C9)', () => {
    expect(price(ads(8))).toBe(10);
    expect(price(ads(7))).toBe(0);
    expect(price([])).toBe(0);
  });

  it('1 per ad whose own text has an address, however many it has (C10, C11)', () => {
    const two = ad('x', { text: 'Write to anna@x.org or bob@x.org' });
    expect(price([two, ...ads(4)])).toBe(1);
    expect(price([two, ad('y', { title: 'Ask sales@y.org' }), ad('z', { displayUrl: 'info@z.org' })])).toBe(3);
    expect(price(ads(7, { text: 'hello@agency.org' }))).toBe(7);
  });

  it('nothing for junk addresses', () => {
    expect(price([ad('x', { text: 'noreply@wix.com' })])).toBe(0);
  });

  it("nothing for its landing pages' contacts, unless the operator says so (C10)", () => {
    const fresh = ads(5, { contactEmails: ['info@shop.org'] });
    expect(price(fresh)).toBe(0);
    expect(price(fresh, 'contact_data')).toBe(5);
    expect(price([ad('x', { text: 'anna@x.org' })], 'contact_data')).toBe(0);
  });

  it('8 rows of which 7 are distinct as 7 (C12)', () => {
    const { pool } = adPool({ engine: 'google', query: 'agency' });
    const rows = ads(7).map((each, index) => ({ ...each, area: 'top' as const, position: index + 1 }));
    const again = {
      ...rows[2]!,
      area: 'bottom' as const,
      position: 8,
      url: `${rows[2]!.url}?gclid=1`,
      title: 'AD2  agency',
    };
    const distinct = distinctAds(pool, [again, ...rows]);
    expect(distinct.map(({ ad: { position } }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});
