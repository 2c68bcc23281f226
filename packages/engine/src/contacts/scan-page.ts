import { createLinkResolver } from './absolute-link.ts';
import { collectContacts } from './collect-contacts.ts';
import type { FoundContact } from './found-contact.ts';
import { pageCountry } from './page-country.ts';
import { pageSource } from './page-source.ts';
import { readMarkup } from './read-markup.ts';
import { shownCountry } from './shown-country.ts';

export interface PageLink {
  /** Absolute, http or https. */
  href: string;
  text: string;
  rel: string;
}

/** Everything that one page says: links, metadata, contacts. */
export interface PageScan {
  url: string;
  language: string | null;
  canonical: string | null;
  /** What relative links start from. */
  baseHref: string;
  robotsMeta: string | null;
  hreflangs: { lang: string; href: string }[];
  links: PageLink[];
  metadata: { title: string; description: string; keywords: string; image: string };
  contacts: FoundContact[];
  scriptCount: number;
  /** Next to no text, and scripts that would make it: the content was not seen. */
  looksLikeJavaScriptShell: boolean;
  country: string | null;
}

/** Reads one page in one pass. Never throws, whatever the bytes are. */
export function scanPage({ body, contentType, url }: { body: Uint8Array; contentType: string; url: string }): PageScan {
  const markup = readMarkup(pageSource(body, contentType));
  const baseHref = (markup.baseHref && URL.parse(markup.baseHref, url)?.href) || url;
  const absolute = createLinkResolver(baseHref);
  const links: PageLink[] = [];
  for (const { href, text, rel } of markup.links) {
    const address = absolute(href);
    if (address) links.push({ href: address, text, rel });
  }
  const { meta } = markup;
  const image = meta.get('og:image') ?? meta.get('og:image:url') ?? meta.get('twitter:image') ?? '';
  const country = pageCountry({
    host: new URL(url).hostname,
    language: markup.language,
    structured: markup.country,
    shown: () => shownCountry(markup),
  });
  return {
    url,
    language: markup.language,
    canonical: markup.canonical && absolute(markup.canonical),
    baseHref,
    robotsMeta: meta.get('robots') ?? null,
    hreflangs: markup.hreflangs.flatMap(({ lang, href }) => {
      const address = absolute(href);
      return address ? [{ lang, href: address }] : [];
    }),
    links,
    metadata: {
      title: markup.title.replace(/\s+/g, ' ').trim() || (meta.get('og:title') ?? ''),
      description: meta.get('description') || (meta.get('og:description') ?? ''),
      keywords: meta.get('keywords') ?? '',
      image: image === '' ? '' : (absolute(image) ?? ''),
    },
    contacts: collectContacts(markup, { country, absolute }),
    scriptCount: markup.scriptCount,
    looksLikeJavaScriptShell:
      markup.scriptCount > 0 && (markup.hasEmptyRoot || links.length === 0) && hasLittleText(markup.text),
    country,
  };
}

const shellTextCharactersMax = 200;

/** Whether the text is short, every run of white space taken for one character. */
function hasLittleText(text: string): boolean {
  let length = 0;
  let isGap = true;
  for (let index = 0; index < text.length && length <= shellTextCharactersMax; index += 1) {
    const code = text.charCodeAt(index);
    const isSpace = code <= 32 || code === 0xa0;
    if (!isSpace || !isGap) length += 1;
    isGap = isSpace;
  }
  return length - Number(isGap) < shellTextCharactersMax;
}
