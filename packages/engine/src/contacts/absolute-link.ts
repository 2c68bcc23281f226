/**
 * Makes the links of one page absolute, as the WHATWG URL parser would, http and https alone. Links that are written in plain characters, which are
 * nearly all, need no parser: at a thousand links a page it would take longer than all the rest.
 */
export function createLinkResolver(base: string): (href: string) => string | null {
  const parsed = new URL(base);
  const isHttp = parsed.protocol === 'http:' || parsed.protocol === 'https:';
  const { origin, protocol, href: baseHref } = parsed;
  const isPlainBase = isHttp && parsed.username === '' && parsed.password === '';
  return (href) => {
    if (isPlainBase) {
      if (plainPath.test(href) && !hasDotSegment(href)) return origin + href;
      if (plainAddress.test(href) && !hasDotSegment(href)) {
        const slash = href.indexOf('/', 8);
        return slash < 0 ? `${href}/` : href;
      }
      if (plainSchemeless.test(href) && !hasDotSegment(href)) {
        const slash = href.indexOf('/', 2);
        return slash < 0 ? `${protocol}${href}/` : protocol + href;
      }
    }
    if (hrefOfOtherScheme.test(href)) return null;
    const resolved = URL.parse(href, baseHref);
    return resolved && (resolved.protocol === 'http:' || resolved.protocol === 'https:') ? resolved.href : null;
  };
}

/** `.`, `..` and their escaped forms between slashes are resolved by the parser. */
function hasDotSegment(href: string): boolean {
  return href.includes('/.') || href.includes('/%2');
}

/*
 * One class and a fixed order of parts each, anchored: nothing to go back to. The characters are those that no part of an address escapes; the host
 * ends with letters, so that it is no number in disguise, and has no label that starts with `xn--`, which may be refused.
 */
const plainPath = /^\/(?!\/)[\w/.~!$&()*+,;=:@%-]*(?:\?[\w/.~!$&()*+,;=:@%?-]*)?(?:#[\w/.~!$&()*+,;=:@%?-]*)?$/;
const plainAddress =
  /^https?:\/\/(?!(?:[a-z0-9-]+\.)*xn--)(?:[a-z0-9-]+\.)+[a-z]{2,24}(?:\/[\w/.~!$&()*+,;=:@%-]*(?:\?[\w/.~!$&()*+,;=:@%?-]*)?(?:#[\w/.~!$&()*+,;=:@%?-]*)?)?$/;
const plainSchemeless =
  /^\/\/(?!(?:[a-z0-9-]+\.)*xn--)(?:[a-z0-9-]+\.)+[a-z]{2,24}(?:\/[\w/.~!$&()*+,;=:@%-]*(?:\?[\w/.~!$&()*+,;=:@%?-]*)?(?:#[\w/.~!$&()*+,;=:@%?-]*)?)?$/;
const hrefOfOtherScheme = /^\s{0,8}(?:javascript|mailto|tel|data|sms|callto|whatsapp|skype|fax|blob|about):/i;
