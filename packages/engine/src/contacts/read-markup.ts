import { Parser } from 'htmlparser2';
import { contactLimits } from './limits.ts';
import { readJsonLd } from './read-json-ld.ts';

/** What one pass over the markup collects. */
export interface Markup {
  language: string | null;
  baseHref: string | null;
  canonical: string | null;
  hreflangs: { lang: string; href: string }[];
  title: string;
  /** By lower-case name or property; the first one counts. */
  meta: Map<string, string>;
  links: { href: string; text: string; rel: string }[];
  /** Visible text: a line break at each block, nothing at inline tags, so that split words are whole again. */
  text: string;
  /** Text of elements that are written backwards (`direction: rtl`, `bidi-override`). */
  reversedTexts: string[];
  /** Inline scripts that are no JSON-LD. */
  scripts: string[];
  /** Values that name a contact by their markup. */
  marked: { kind: 'email' | 'phone' | 'fax'; value: string; method: 'json-ld' | 'microdata' | 'h-card' }[];
  /** Profile links of structured data. */
  sameAs: string[];
  /** `data-cfemail` and its kin. */
  cloudflare: string[];
  /** Attribute values that may hold an address. */
  attributes: { name: string; value: string }[];
  country: string | null;
  scriptCount: number;
  hasEmptyRoot: boolean;
}

const blocks = new Set(
  'address article aside blockquote br body button dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html label legend li main nav ol option p pre section select table tbody td textarea tfoot th thead title tr ul'.split(
    ' ',
  ),
);
const silent = new Set(['script', 'style', 'template', 'svg', 'head', 'noembed']);
const voids = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
const markedEmail = /(?:^|\s)(?:u-email|p-email|email)(?:\s|$)/;
const markedPhone = /(?:^|\s)(?:p-tel|u-tel|tel)(?:\s|$)/;

/** One pass with htmlparser2's streaming parser; noscript and template content is read like any other. */
export function readMarkup(html: string): Markup {
  const markup: Markup = {
    language: null,
    baseHref: null,
    canonical: null,
    hreflangs: [],
    title: '',
    meta: new Map(),
    links: [],
    text: '',
    reversedTexts: [],
    scripts: [],
    marked: [],
    sameAs: [],
    cloudflare: [],
    attributes: [],
    country: null,
    scriptCount: 0,
    hasEmptyRoot: false,
  };
  const text: string[] = [];
  let textLength = 0;
  let scriptLength = 0;
  let silence = 0;
  let inScript: string[] | null = null;
  let scriptType = '';
  let inTitle = false;
  let inSvg = 0;
  let decoyDepth = 0;
  let openLink: { href: string; text: string; rel: string } | null = null;
  /** Elements whose text is collected for itself: marked contacts and reversed texts. */
  const captures: { depth: number; parts: string[]; done: (value: string) => void }[] = [];
  let depth = 0;
  let rootDepth = -1;
  let rootTextStart = 0;

  const capture = (done: (value: string) => void) => {
    if (captures.length < 20) captures.push({ depth, parts: [], done });
  };

  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (voids.has(name)) {
          if (name === 'br') pushText('\n');
        } else depth += 1;
        if (name === 'svg') inSvg += 1;
        if (silent.has(name) && name !== 'head') silence += 1;
        if (decoyDepth === 0 && isDecoy(name, attributes)) decoyDepth = depth;
        if (blocks.has(name) && name !== 'br') pushText('\n');
        readElement(name, attributes);
      },
      ontext(data) {
        if (inScript) {
          if (scriptLength < contactLimits.scriptCharactersMax) {
            inScript.push(data);
            scriptLength += data.length;
          }
          return;
        }
        if (inTitle && inSvg === 0) {
          markup.title += data;
          return;
        }
        if (silence > 0 || decoyDepth > 0) return;
        pushText(data);
        if (openLink && openLink.text.length < 200) openLink.text += data;
        for (const each of captures) each.parts.push(data);
      },
      onclosetag(name) {
        if (voids.has(name)) return;
        if (name === 'svg') inSvg -= 1;
        if (silent.has(name) && name !== 'head') silence -= 1;
        if (decoyDepth === depth) decoyDepth = 0;
        if (name === 'title') inTitle = false;
        if (name === 'a') {
          if (openLink && /^mailto:/i.test(openLink.href)) pushText(' ');
          openLink = null;
        }
        if (name === 'script' && inScript) endScript(inScript.join(''));
        if (blocks.has(name)) pushText('\n');
        for (let last = captures.at(-1); last && last.depth >= depth; last = captures.at(-1)) {
          captures.pop();
          last.done(last.parts.join('').trim());
        }
        if (rootDepth === depth) {
          if (text.slice(rootTextStart).join('').trim() === '') markup.hasEmptyRoot = true;
          rootDepth = -1;
        }
        depth -= 1;
      },
    },
    { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true, recognizeSelfClosing: false },
  );

  function pushText(data: string): void {
    if (textLength >= contactLimits.textCharactersMax) return;
    text.push(data);
    textLength += data.length;
  }

  function endScript(content: string): void {
    inScript = null;
    if (/ld\+json/i.test(scriptType)) {
      const facts = readJsonLd(content);
      for (const value of facts.emails) markup.marked.push({ kind: 'email', value, method: 'json-ld' });
      for (const { value, kind } of facts.phones) markup.marked.push({ kind, value, method: 'json-ld' });
      markup.sameAs.push(...facts.links);
      markup.country ??= facts.country;
    } else if (content.length > 0) markup.scripts.push(content);
  }

  function readElement(name: string, attributes: Record<string, string>): void {
    switch (name) {
      case 'html':
        markup.language ??= attributes.lang ?? attributes['xml:lang'] ?? null;
        break;
      case 'base':
        markup.baseHref ??= attributes.href ?? null;
        break;
      case 'title':
        if (inSvg === 0 && markup.title === '') inTitle = true;
        break;
      case 'meta':
        readMeta(attributes);
        break;
      case 'link':
        readLinkElement(attributes);
        break;
      case 'script':
        markup.scriptCount += 1;
        inScript = [];
        scriptType = attributes.type ?? '';
        break;
      case 'a':
      case 'area': {
        const href = attributes.href?.trim();
        if (href && markup.links.length < contactLimits.linksPerPageMax) {
          openLink = { href, text: name === 'area' ? (attributes.alt ?? '') : '', rel: attributes.rel ?? '' };
          markup.links.push(openLink);
          // The address is a word of its own, whatever it is glued to.
          if (/^mailto:/i.test(href)) pushText(' ');
        }
        break;
      }
      case 'div':
      case 'main':
        if (
          rootDepth < 0 &&
          /^(?:root|app|__next|__nuxt|app-root|main-app|___gatsby|svelte)$/.test(attributes.id ?? '')
        ) {
          rootDepth = depth;
          rootTextStart = text.length;
        }
        break;
    }
    readAttributes(name, attributes);
  }

  function readMeta(attributes: Record<string, string>): void {
    const names = [attributes.name, attributes.property, attributes.itemprop];
    for (const each of names) {
      const key = each?.toLowerCase();
      if (!key || attributes.content === undefined) continue;
      if (!markup.meta.has(key)) markup.meta.set(key, attributes.content.trim());
      if (key === 'article:publisher' || key === 'article:author' || key === 'og:see_also')
        markup.sameAs.push(attributes.content.trim());
    }
  }

  function readLinkElement(attributes: Record<string, string>): void {
    const rel = attributes.rel?.toLowerCase() ?? '';
    const { href } = attributes;
    if (!href) return;
    if (rel === 'canonical') markup.canonical ??= href;
    if (rel === 'alternate' && attributes.hreflang) markup.hreflangs.push({ lang: attributes.hreflang, href });
    if (attributes.itemprop === 'sameAs' || rel === 'me') markup.sameAs.push(href);
  }

  function readAttributes(name: string, attributes: Record<string, string>): void {
    const itemprop = attributes.itemprop;
    if (itemprop !== undefined) readItemprop(itemprop, attributes);
    const classes = attributes.class;
    if (classes !== undefined && name !== 'a' && name !== 'input' && name !== 'form') {
      if (markedEmail.test(classes))
        capture((value) => value.includes('@') && markup.marked.push({ kind: 'email', value, method: 'h-card' }));
      else if (markedPhone.test(classes))
        capture((value) => markup.marked.push({ kind: 'phone', value, method: 'h-card' }));
    }
    if (name === 'iframe' && attributes.src) readPlugin(attributes.src);
    const plugged = attributes['data-href'] ?? attributes['data-facebook-like-url'];
    if (plugged) markup.sameAs.push(plugged);
    const style = attributes.style;
    if (style !== undefined && /direction\s{0,3}:\s{0,3}rtl|bidi-override/i.test(style))
      capture((value) => markup.reversedTexts.push(value));
    for (const attribute in attributes) {
      const value = attributes[attribute]!;
      if (attribute === 'data-cfemail') markup.cloudflare.push(value);
      else if (
        attribute.startsWith('data-') ||
        attribute === 'onclick' ||
        attribute === 'href' ||
        attribute === 'value' ||
        attribute === 'title' ||
        attribute === 'content'
      ) {
        if (
          value.length >= 6 &&
          value.length <= attributeCharactersMax &&
          markup.attributes.length < attributesMax &&
          mayHoldAddress(attribute, value)
        ) {
          markup.attributes.push({ name: attribute, value });
        }
      }
    }
    const user = attributes['data-user'] ?? attributes['data-name'] ?? attributes['data-local'];
    const domain = attributes['data-domain'] ?? attributes['data-host'];
    if (user && domain && /^[\w.+-]{1,64}$/.test(user))
      markup.attributes.push({ name: 'data-user', value: `${user}@${domain}` });
  }

  /** Facebook's page plugin names its page in the query. */
  function readPlugin(src: string): void {
    const href =
      /facebook\.com\/(?:v[\d.]{1,5}\/)?plugins\/(?:page|likebox|fan|like)\.php\?(?:.{0,300}&)?href=([^&]{10,300})/i.exec(
        src,
      )?.[1];
    if (!href) return;
    try {
      markup.sameAs.push(decodeURIComponent(href));
    } catch {
      // A broken address names nobody.
    }
  }

  function readItemprop(itemprop: string, attributes: Record<string, string>): void {
    const kind =
      itemprop === 'email' ? 'email' : itemprop === 'telephone' ? 'phone' : itemprop === 'faxNumber' ? 'fax' : null;
    if (kind) {
      const push = (value: string) =>
        value && markup.marked.push({ kind, value: value.replace(/^(?:mailto|tel):/i, ''), method: 'microdata' });
      if (attributes.content !== undefined) push(attributes.content.trim());
      else capture(push);
    } else if (itemprop === 'sameAs' && attributes.href) markup.sameAs.push(attributes.href);
    else if (itemprop === 'addressCountry' && /^[a-z]{2}$/i.test(attributes.content ?? ''))
      markup.country ??= attributes.content!.toUpperCase();
  }

  parser.write(html);
  parser.end();
  markup.text = text.join('');
  return markup;
}

/** Text within a line that nobody sees: put between the parts of an address to spoil it for a plain search. */
function isDecoy(name: string, attributes: Record<string, string>): boolean {
  if (name !== 'span' && name !== 'i' && name !== 'b' && name !== 'em' && name !== 'u') return false;
  return (
    /display\s{0,3}:\s{0,3}none/i.test(attributes.style ?? '') ||
    /(?:^|\s)(?:hidden|hide|d-none|nospam|no-spam|spam)(?:\s|$)/i.test(attributes.class ?? '')
  );
}

const attributeCharactersMax = 600;
const attributesMax = 2_000;

/** A sign of an address: `@` in plain, percent or entity form, `[at]`, or a data attribute of hexadecimal or base64 digits. */
function mayHoldAddress(name: string, value: string): boolean {
  if (value.includes('@') || value.includes('%40')) return true;
  if (!name.startsWith('data-')) return name === 'onclick' && /fromCharCode|UnCrypt/i.test(value);
  return (
    /[[(]at[\])]/i.test(value) ||
    (value.length <= 200 && /^(?:[0-9a-f]{12,200}|[A-Za-z0-9+/]{12,198}={0,2})$/.test(value))
  );
}
