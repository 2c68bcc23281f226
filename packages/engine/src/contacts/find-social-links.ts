/** The eleven networks (B11): which hosts are theirs, and which paths name a profile. */
interface Network {
  name: string;
  hosts: RegExp;
  /** Judges the path and the query below the host, which is without `www.` and `m.`. */
  isProfile: (path: string, rest: { host: string; query: URLSearchParams }) => boolean;
}

const handle = /^\/([\w.%@+\-\u00c0-\uffff]{1,100})\/?$/u;
const single = (path: string, reserved: ReadonlySet<string>) => {
  const name = handle.exec(path)?.[1];
  return name !== undefined && !reserved.has(name.toLowerCase());
};
const words = (text: string) => new Set(text.split(' '));

const facebookReserved = words(
  'sharer sharer.php share share.php dialog plugins tr login login.php help policies privacy legal hashtag watch events marketplace photo photo.php photos story.php permalink.php home.php recover l.php business ads settings terms about careers search video videos reel reels gaming notes media profile.php groups pages pg p people public directory badges apps',
);
const twitterReserved = words(
  'share intent home search hashtag i login signup tos privacy about widgets status statuses settings explore messages notifications compose oauth account download jobs search-home',
);
const instagramReserved = words(
  'p reel reels tv explore accounts about legal developer directory share stories web api emails',
);
const pinterestReserved = words(
  'pin pin.it search ideas login signup business about today categories settings js explore create widget offline',
);
const youtubeReserved = words(
  'watch embed results playlist redirect feed about t shorts live hashtag premium account signin upload iframe_api player_api s yts howyoutubeworks ads creators trends gaming music subscription_center v e',
);

const networks: readonly Network[] = [
  {
    name: 'facebook',
    hosts: /^(?:(?:[a-z]{2}(?:-[a-z]{2,3})?|web|touch|mbasic)\.)?(?:facebook\.com|fb\.com|fb\.me)$/,
    isProfile: (path, { query }) =>
      (path.toLowerCase() === '/profile.php' && query.has('id')) ||
      /^\/(?:pages|people|groups|pg|p)\/[^/]+(?:\/\d+)?\/?$/i.test(path) ||
      /^\/pages\/category\/[^/]+\/[^/]+\/?$/i.test(path) ||
      single(path, facebookReserved) ||
      (/^\/[\w.-]+\/(?:timeline|about|info|home|community|reviews)\/?$/i.test(path) &&
        !facebookReserved.has(path.split('/')[1]!.toLowerCase())),
  },
  {
    name: 'twitter',
    hosts: /^(?:mobile\.)?(?:twitter\.com|x\.com)$/,
    isProfile: (path) => single(path.replace(/^\/#!/, ''), twitterReserved) && !/^\/@?\d+\/?$/.test(path),
  },
  {
    name: 'linkedin',
    hosts: /^(?:[a-z]{2,3}\.)?linkedin\.com$/,
    isProfile: (path) =>
      /^\/(?:company|in|school|showcase|pub|groups|organization|company-beta|edu)\/[^/]+(?:\/(?:about|mycompany|posts|life|jobs|people|[a-z]{2}|[\w/]{1,30}))?\/?$/iu.test(
        path,
      ),
  },
  { name: 'instagram', hosts: /^instagram\.com$|^instagr\.am$/, isProfile: (path) => single(path, instagramReserved) },
  {
    name: 'youtube',
    hosts: /^youtube\.com$/,
    isProfile: (path) =>
      /^\/(?:channel|c|user)\/[^/]+(?:\/(?:featured|videos|about|playlists|feed))?\/?$/iu.test(path) ||
      /^\/@[^/]+(?:\/(?:featured|videos|about))?\/?$/u.test(path) ||
      single(path, youtubeReserved),
  },
  { name: 'tiktok', hosts: /^tiktok\.com$/, isProfile: (path) => /^\/@[^/]+\/?$/u.test(path) },
  {
    name: 'pinterest',
    hosts: /^(?:[a-z]{2}\.)?pinterest\.(?:com|de|at|ch|fr|it|es|co\.uk|ca|com\.au|com\.mx|pt|se|dk|jp|nz|ie|nl|cl|ru)$/,
    isProfile: (path) =>
      single(path, pinterestReserved) ||
      (/^\/[\w-]+\/[\w-]+\/?$/u.test(path) && !pinterestReserved.has(path.split('/')[1]!.toLowerCase())),
  },
  {
    name: 'snapchat',
    hosts: /^snapchat\.com$/,
    isProfile: (path) => /^\/(?:add|@|p)\/?[^/]+(?:\/[^/]+)?\/?$/iu.test(path),
  },
  {
    name: 'telegram',
    hosts: /^(?:t\.me|telegram\.me|telegram\.dog)$/,
    isProfile: (path) =>
      /^\/(?:s\/)?(?!share\b|joinchat\b|iv\b|proxy\b|addstickers\b|socks\b)[\w+]{3,64}\/?$/i.test(path) ||
      /^\/joinchat\/[\w-]+\/?$/i.test(path),
  },
  {
    name: 'whatsapp',
    hosts: /^(?:wa\.me|(?:api|web|chat)\.whatsapp\.com|whatsapp\.com)$/,
    isProfile: (path, { host, query }) =>
      (host === 'wa.me' && /^\/(?:\+?\d{6,20}|message\/\w+|qr\/\w+|c\/\d+)\/?$/i.test(path)) ||
      (host.endsWith('whatsapp.com') &&
        ((/^\/send\/?$/i.test(path) && /\d{6,}/.test(query.get('phone') ?? '')) ||
          /^\/(?:channel|catalog)\/[\w-]+/i.test(path) ||
          (host === 'chat.whatsapp.com' && /^\/\w{10,}/.test(path)))),
  },
  {
    name: 'spotify',
    hosts: /^(?:open|play)\.spotify\.com$/,
    isProfile: (path) => /^\/(?:intl-\w{2}\/)?(?:user|artist|show)\/[^/]+\/?$/i.test(path),
  },
];

/** A profile's address as found, tracking parameters removed; null where the link names no profile of the eleven networks. */
export function socialLink(href: string): { value: string; key: string; network: string } | null {
  if (href.length > socialCharactersMax || !mayBeSocial(href) || /[{}<>$]|%7b/i.test(href)) return null;
  const absolute = href.startsWith('//') ? `https:${href}` : href;
  const url = URL.parse(absolute);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
  const host = url.hostname.replace(/^(?:www|m)\./, '');
  const network = networks.find((each) => each.hosts.test(host));
  if (!network) return null;
  const path = network.name === 'twitter' && url.hash.startsWith('#!/') ? url.hash.slice(2) : safeDecode(url.pathname);
  if (path === '/' || !network.isProfile(path, { host, query: url.searchParams })) return null;
  return {
    value: withoutTracking(absolute, url),
    key: socialKey(network.name, host, path, url),
    network: network.name,
  };
}

const socialCharactersMax = 500;

/** A quick look at the host, before a link is taken apart: nearly all links end here. */
export function mayBeSocial(href: string): boolean {
  const slashes = href.indexOf('//');
  if (slashes < 0 || slashes > 6) return false;
  let end = slashes + 2;
  while (end < href.length && isHostCode(href.charCodeAt(end))) end += 1;
  const host = href.slice(slashes + 2, end);
  const dot = host.lastIndexOf('.', host.lastIndexOf('.') - 1);
  return networkDomains.has(host.slice(dot + 1).toLowerCase()) || /pinterest/i.test(host);
}

const networkDomains = words(
  'facebook.com fb.com fb.me twitter.com x.com linkedin.com instagram.com instagr.am youtube.com tiktok.com snapchat.com t.me telegram.me telegram.dog wa.me whatsapp.com spotify.com',
);

/** Neither the path's slash, a query, a fragment nor a port begins here. */
function isHostCode(code: number): boolean {
  return code !== 47 && code !== 63 && code !== 35 && code !== 58;
}

/** The same profile under other spellings (B11). */
function socialKey(network: string, host: string, path: string, url: URL): string {
  const id =
    network === 'facebook' ? url.searchParams.get('id') : network === 'whatsapp' ? url.searchParams.get('phone') : null;
  const site = network === 'twitter' || network === 'facebook' ? network : host;
  const trimmed = path.replace(/\/+$/, '');
  return `${site}${network === 'youtube' || network === 'spotify' ? trimmed : trimmed.toLowerCase()}${id ? `?${id}` : ''}`;
}

const trackingName =
  /^(?:utm_\w{1,30}|fbclid|gclid|igshid|igsh|ref|ref_src|ref_url|hl|lang|si|feature|trk|trkinfo|originalsubdomain|sub_confirmation|view_as|_rdr|_rdc|fref|__tn__|mibextid|eid|hc_ref|locale|__xts__.{0,10}|cmpid|s|t|lf|source|via|sr|_t|_r|is_copy_url|is_from_webapp|sender_device|invite|viewas|viewer_id|text|app_absent|type)$/i;

function withoutTracking(href: string, url: URL): string {
  if (url.search === '' && url.hash === '') return href.trim();
  const kept = new URL(url);
  for (const name of [...kept.searchParams.keys()]) if (trackingName.test(name)) kept.searchParams.delete(name);
  if (!kept.hash.startsWith('#!')) kept.hash = '';
  return kept.href.replace(/\?$/, '');
}

function safeDecode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
