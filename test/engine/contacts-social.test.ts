import { describe, expect, it } from 'vitest';
import { mergeContacts } from '../../packages/engine/src/contacts/merge-contacts.ts';
import { scanPage } from '../../packages/engine/src/contacts/scan-page.ts';

function profilesOf(...hrefs: string[]) {
  const html = hrefs.map((href) => `<a href="${href.replaceAll('&', '&amp;')}">x</a>`).join('');
  const url = 'https://www.firma.de/';
  return mergeContacts([scanPage({ body: Buffer.from(html), contentType: 'text/html', url })], { siteUrls: [url] })
    .socialLinks;
}

const profiles = [
  'https://www.facebook.com/firma',
  'https://facebook.com/pages/Firma-GmbH/123456789012',
  'https://www.facebook.com/profile.php?id=100063456789012',
  'https://www.facebook.com/groups/firma.fans/',
  'https://fb.me/firma',
  'https://fb.com/firma',
  'https://twitter.com/firma',
  'https://x.com/firma_de',
  'https://mobile.twitter.com/firma3',
  'https://www.linkedin.com/company/firma-gmbh/',
  'https://de.linkedin.com/in/erika-muster-1a2b3c',
  'https://www.linkedin.com/school/firma/',
  'https://www.instagram.com/firma.de/',
  'https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv',
  'https://www.youtube.com/@firma',
  'https://www.youtube.com/c/Firma',
  'https://www.youtube.com/user/firma',
  'https://youtube.com/firma',
  'https://www.tiktok.com/@firma.de',
  'https://www.pinterest.com/firma/',
  'https://www.pinterest.de/firma2/',
  'https://www.snapchat.com/add/firma',
  'https://t.me/firma_news',
  'https://t.me/+AbCdEfGhIjK',
  'https://wa.me/4915112345678',
  'https://api.whatsapp.com/send?phone=4915112345679',
  'https://chat.whatsapp.com/AbCdEfGhIjKlMnOp',
  'https://open.spotify.com/artist/4gzpq5DPGxSnKTe4SA8HAU',
  'https://open.spotify.com/user/firma',
  'https://open.spotify.com/show/4rOoJ6Egrf8K2IrywzwOMk',
];

const noProfiles = [
  'https://www.facebook.com/sharer/sharer.php?u=https://firma.de',
  'https://www.facebook.com/sharer.php?u=x',
  'https://www.facebook.com/share.php?u=x',
  'https://www.facebook.com/dialog/share?app_id=1',
  'https://www.facebook.com/plugins/like.php?href=x',
  'https://www.facebook.com/tr?id=123&ev=PageView',
  'https://www.facebook.com/firma/posts/123456',
  'https://www.facebook.com/photo.php?fbid=1',
  'https://www.facebook.com/events/123456',
  'https://www.facebook.com/firma/videos/123456/',
  'https://www.facebook.com/',
  'https://developers.facebook.com/docs',
  'https://business.facebook.com/business',
  'https://connect.facebook.net/en_US/sdk.js',
  'https://twitter.com/share?url=x',
  'https://twitter.com/intent/tweet?text=x',
  'https://twitter.com/home?status=x',
  'https://twitter.com/firma/status/1234567890',
  'https://twitter.com/hashtag/firma',
  'https://twitter.com/search?q=firma',
  'https://platform.twitter.com/widgets.js',
  'https://help.twitter.com/en',
  'https://pic.twitter.com/abc',
  'https://www.linkedin.com/shareArticle?mini=true&url=x',
  'https://www.linkedin.com/sharing/share-offsite/?url=x',
  'https://www.linkedin.com/cws/share?url=x',
  'https://www.linkedin.com/feed/update/urn:li:activity:1',
  'https://www.linkedin.com/legal/privacy-policy',
  'https://www.linkedin.com/pulse/an-article',
  'https://www.instagram.com/p/ABC123/',
  'https://www.instagram.com/reel/ABC123/',
  'https://www.instagram.com/explore/tags/firma',
  'https://help.instagram.com/519522125107875',
  'https://www.youtube.com/watch?v=abcdefghijk',
  'https://www.youtube.com/embed/abcdefghijk',
  'https://youtu.be/abcdefghijk',
  'https://www.youtube.com/playlist?list=PL1',
  'https://www.youtube.com/results?search_query=x',
  'https://www.youtube.com/shorts/abcdefghijk',
  'https://www.youtube.com/t/terms',
  'https://www.tiktok.com/@firma/video/7123456789012345678',
  'https://www.tiktok.com/legal/privacy-policy',
  'https://www.pinterest.com/pin/create/button/?url=x',
  'https://pinterest.com/pin/123456',
  'https://www.snapchat.com/scan?attachmentUrl=x',
  'https://t.me/share/url?url=x',
  'https://telegram.me/share/url?url=x',
  'https://t.me/firma/123',
  'https://wa.me/?text=x',
  'https://api.whatsapp.com/send?text=x',
  'whatsapp://send?text=x',
  'https://open.spotify.com/track/4gzpq5DPGxSnKTe4SA8HAU',
  'https://open.spotify.com/embed/playlist/1',
  'https://www.notfacebook.com/firma',
  'https://facebook.com.evil.org/firma',
  'https://firma.de/facebook.com/firma',
  'https://netflix.com/firma',
  'https://policies.google.com/privacy?hl=de&ref=twitter.com/firma',
];

describe('profiles of the eleven networks', () => {
  for (const href of profiles) it(`${href} is one`, () => expect(profilesOf(href)).toEqual([href]));
  for (const href of noProfiles) it(`${href} is none`, () => expect(profilesOf(href)).toEqual([]));
});

describe('each profile once', () => {
  it('whatever the scheme, www, m, slash, query and host case are; as it was found first', () => {
    expect(
      profilesOf(
        'https://www.facebook.com/firma',
        'http://facebook.com/firma/',
        'https://m.facebook.com/firma?ref=page_internal',
        'HTTPS://WWW.FACEBOOK.COM/firma#',
        '//www.facebook.com/firma',
        'https://de-de.facebook.com/firma/',
      ),
    ).toEqual(['https://www.facebook.com/firma']);
  });

  it('twitter.com is x.com', () => {
    expect(profilesOf('https://twitter.com/firma', 'https://x.com/firma')).toEqual(['https://twitter.com/firma']);
  });

  it('tracking parameters go, others stay', () => {
    expect(profilesOf('https://www.instagram.com/firma/?hl=de&utm_source=x&igshid=1')).toEqual([
      'https://www.instagram.com/firma/',
    ]);
    expect(profilesOf('https://www.facebook.com/profile.php?id=100063456789012&fbclid=x')).toEqual([
      'https://www.facebook.com/profile.php?id=100063456789012',
    ]);
  });
});
