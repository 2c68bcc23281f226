import { decodeHTML, decodeHTMLAttribute } from 'entities/decode';
import { elementKind, elementKindOf } from './element-kinds.ts';
import { contactLimits } from './limits.ts';
import { emptyMarkup, type Markup, type MarkupLink } from './markup.ts';
import type { PageSource } from './page-source.ts';
import { pluginProfile } from './plugin-profile.ts';
import { readJsonLd } from './read-json-ld.ts';
import { type MarkupReader, scanMarkup, type TagAttributes } from './scan-markup.ts';
import { attribute, createAttributeReader } from './tag-attributes.ts';
import { createTextPieces } from './text-pieces.ts';

/** A sign worth a second look. */
const tellingClass = /email|tel|hid|spam|none/i;
const markedEmail = /(?:^|\s)(?:u-email|p-email|email)(?:\s|$)/;
const markedPhone = /(?:^|\s)(?:p-tel|u-tel|tel)(?:\s|$)/;
const hiddenClass = /(?:^|\s)(?:hidden|hide|d-none|nospam|no-spam|spam)(?:\s|$)/i;
const hiddenStyle = /display\s{0,3}:\s{0,3}none/i;
const reversedStyle = /direction\s{0,3}:\s{0,3}rtl|bidi-override/i;
const rootId = /^(?:root|app|__next|__nuxt|app-root|main-app|___gatsby|svelte)$/;

const keptAttributes = attribute.onclick | attribute.value | attribute.title | attribute.content;
const tellingAttributes = attribute.itemprop | attribute.class | attribute.style | attribute.href | keptAttributes;
const numberSign = 35;

/** An element that something waits for the end of. */
interface Watch {
  name: string;
  depth: number;
  from: number;
  charactersMax: number;
  done: (text: string) => void;
}

/** One pass over a page; the content of `noscript` and the links of `template` are read like any other. */
export function readMarkup(page: PageSource): Markup {
  const { source, decode } = page;
  const markup = emptyMarkup();
  const pieces = createTextPieces();
  const decoded = (raw: string) => {
    const text = decode(raw);
    return text.includes('&') ? decodeHTMLAttribute(text) : text;
  };
  const attributes = createAttributeReader(source, decoded);
  const watches: Watch[] = [];
  let scriptLength = 0;
  let jsonLdScripts = 0;
  /** The element whose content is the next text: a script, a title. */
  let raw = '';
  let scriptType = '';
  let templates = 0;
  let isInSvg = false;
  let decoy = '';
  let openLink: { link: MarkupLink; from: number } | null = null;

  const reader: MarkupReader = {
    open(name, kind, tag) {
      const present = attributes.load(tag);
      if (watches.length > 0) {
        if ((kind & elementKind.closedByNext) !== 0) endWatches(name, 1);
        for (const watch of watches) if (watch.name === name) watch.depth += 1;
      }
      raw = name;
      if ((kind & elementKind.block) !== 0) {
        decoy = '';
        pieces.breakLine();
      }
      if ((kind & elementKind.telling) !== 0) readElement(name, tag);
      if ((present & tellingAttributes) !== 0 || attributes.hasData()) readAttributes(name, kind, present);
    },
    close(name, kind) {
      raw = '';
      if (watches.length > 0) {
        for (const watch of watches) if (watch.name === name) watch.depth -= 1;
        endWatches(name, 0);
      }
      if (name === 'svg') isInSvg = false;
      else if (name === 'template') templates = Math.max(0, templates - 1);
      else if (name === 'a') endLink();
      if (name === decoy) decoy = '';
      if ((kind & elementKind.block) !== 0) {
        decoy = '';
        pieces.breakLine();
      }
    },
    text(start, end, isEscaped) {
      if (raw === 'script') {
        readScript(source.slice(start, end));
        return;
      }
      if (raw === 'title' && isEscaped && !isInSvg) {
        if (markup.title === '') markup.title = decodeHTML(decode(source.slice(start, end)));
        return;
      }
      if (!isEscaped || isInSvg || templates > 0 || decoy !== '') return;
      const piece = source.slice(start, end);
      if (!piece.includes('&')) {
        pieces.push(piece);
        return;
      }
      const text = decodeHTML(decode(piece));
      if (text.includes('@') && !piece.includes('@')) markup.entityTexts.push(text);
      pieces.push(page.encode(text));
    },
  };

  function endLink(): void {
    if (!openLink) return;
    const { link, from } = openLink;
    openLink = null;
    if (link.text === '') link.text = decode(pieces.since(from, contactLimits.linkTextCharactersMax)).trim();
    if (/^mailto:/i.test(link.href)) pieces.push(' ');
  }

  function watch(name: string, charactersMax: number, done: (text: string) => void): void {
    if (watches.length < contactLimits.watchesMax && (elementKindOf(name) & elementKind.void) === 0)
      watches.push({ name, depth: 1, from: pieces.count(), charactersMax, done });
  }

  /** Ends what waits for `name` and is at that depth or above it. */
  function endWatches(name: string, depth: number): void {
    for (let index = watches.length - 1; index >= 0; index -= 1) {
      const each = watches[index]!;
      if (each.name !== name || each.depth > depth) continue;
      watches.splice(index, 1);
      each.done(decode(pieces.since(each.from, each.charactersMax)).trim());
    }
  }

  function readScript(content: string): void {
    if (/ld\+json/i.test(scriptType)) {
      jsonLdScripts += 1;
      if (jsonLdScripts > contactLimits.jsonLdScriptsMax) return;
      const facts = readJsonLd(decode(content));
      for (const value of facts.emails) markup.marked.push({ kind: 'email', value, method: 'json-ld' });
      for (const { value, kind } of facts.phones) markup.marked.push({ kind, value, method: 'json-ld' });
      for (const href of facts.links) markup.profiles.push({ href, method: 'json-ld' });
      markup.country ??= facts.country;
    } else if (scriptLength < contactLimits.scriptCharactersMax) {
      markup.scripts.push(content);
      scriptLength += content.length;
    }
  }

  function readElement(name: string, tag: TagAttributes): void {
    switch (name) {
      case 'svg':
        isInSvg ||= !tag.isSelfClosing;
        break;
      case 'template':
        templates += 1;
        break;
      case 'html':
        markup.language ??= attributes.get(attribute.lang) ?? attributes.get(attribute['xml:lang']) ?? null;
        break;
      case 'base':
        markup.baseHref ??= attributes.get(attribute.href) ?? null;
        break;
      case 'meta':
        readMeta();
        break;
      case 'link':
        readLinkElement();
        break;
      case 'script':
        markup.scriptCount += 1;
        scriptType = attributes.get(attribute.type) ?? '';
        break;
      case 'a':
      case 'area':
        readAnchor(name);
        break;
      case 'iframe': {
        const profile = pluginProfile(attributes.get(attribute.src) ?? '');
        if (profile) markup.profiles.push({ href: profile, method: 'plugin' });
        break;
      }
      case 'div':
      case 'main':
        if (rootId.test(attributes.raw(attribute.id) ?? '')) {
          watch(name, contactLimits.linkTextCharactersMax, (text) => {
            markup.hasEmptyRoot ||= text === '';
          });
        }
        break;
    }
  }

  function readAnchor(name: string): void {
    const href = attributes.get(attribute.href)?.trim();
    if (name === 'a') endLink();
    if (!href || href.length > contactLimits.linkCharactersMax || markup.links.length >= contactLimits.linksPerPageMax)
      return;
    const link = {
      href,
      text: name === 'area' ? (attributes.get(attribute.alt) ?? '') : '',
      rel: attributes.get(attribute.rel) ?? '',
    };
    markup.links.push(link);
    if (name === 'area') return;
    // The address is a word of its own, whatever it is glued to.
    if (/^mailto:/i.test(href)) pieces.push(' ');
    openLink = { link, from: pieces.count() };
  }

  function readMeta(): void {
    const content = attributes.get(attribute.content)?.trim();
    if (content === undefined) return;
    for (const bit of [attribute.name, attribute.property, attribute.itemprop]) {
      const key = attributes.get(bit)?.toLowerCase();
      if (!key) continue;
      if (!markup.meta.has(key)) markup.meta.set(key, content);
      if (key === 'article:publisher' || key === 'article:author' || key === 'og:see_also')
        markup.profiles.push({ href: content, method: 'meta' });
    }
  }

  function readLinkElement(): void {
    const href = attributes.get(attribute.href);
    if (!href) return;
    const rel = attributes.get(attribute.rel)?.toLowerCase() ?? '';
    if (rel === 'canonical') markup.canonical ??= href;
    else if (rel === 'me') markup.profiles.push({ href, method: 'rel-me' });
    else if (rel === 'alternate') {
      const lang = attributes.get(attribute.hreflang);
      if (lang && markup.hreflangs.length < contactLimits.hreflangsMax) markup.hreflangs.push({ lang, href });
    }
  }

  function readAttributes(name: string, kind: number, present: number): void {
    const itemprop = attributes.raw(attribute.itemprop);
    if (itemprop !== undefined) readItemprop(name, itemprop);
    if ((present & attribute.class) !== 0 && (kind & elementKind.neverMarked) === 0) {
      const classes = attributes.raw(attribute.class)!;
      if (tellingClass.test(classes)) readClass(name, kind, classes);
    }
    const style = attributes.raw(attribute.style);
    if (style !== undefined) {
      if ((kind & elementKind.inline) !== 0 && hiddenStyle.test(style)) decoy = name;
      if (reversedStyle.test(style))
        watch(name, contactLimits.reversedCharactersMax, (text) => markup.reversedTexts.push(text));
    }
    if ((present & keptAttributes) !== 0) {
      for (const name of ['onclick', 'value', 'title', 'content'] as const) {
        const value = attributes.raw(attribute[name]);
        if (value !== undefined) keepAttribute(name, value);
      }
    }
    if ((present & attribute.href) !== 0 && attributes.firstCode(attribute.href) === numberSign)
      keepAttribute('href', attributes.raw(attribute.href)!);
    let user = '';
    let domain = '';
    if (!attributes.hasData()) return;
    attributes.eachData((data, value) => {
      switch (data) {
        case 'data-cfemail':
          if (markup.cloudflare.length < contactLimits.cloudflareKeysMax) markup.cloudflare.push(value);
          return;
        case 'data-href':
        case 'data-facebook-like-url':
          markup.profiles.push({ href: decoded(value), method: 'plugin' });
          break;
        case 'data-user':
        case 'data-name':
        case 'data-local':
          user = decoded(value);
          break;
        case 'data-domain':
        case 'data-host':
          domain = decoded(value);
          break;
      }
      keepAttribute(data, value);
    });
    if (domain !== '' && /^[\w.+-]{1,64}$/.test(user))
      markup.attributes.push({ name: 'data-user', value: `${user}@${domain}` });
  }

  function readClass(name: string, kind: number, classes: string): void {
    if ((kind & elementKind.inline) !== 0 && hiddenClass.test(classes)) decoy = name;
    if (markedEmail.test(classes)) {
      watch(name, contactLimits.markedCharactersMax, (value) => {
        if (value.includes('@')) markup.marked.push({ kind: 'email', value, method: 'h-card' });
      });
    } else if (markedPhone.test(classes)) {
      watch(name, contactLimits.markedCharactersMax, (value) =>
        markup.marked.push({ kind: 'phone', value, method: 'h-card' }),
      );
    }
  }

  function keepAttribute(name: string, value: string): void {
    if (value.length < 6 || value.length > contactLimits.attributeCharactersMax) return;
    if (markup.attributes.length < contactLimits.attributesPerPageMax && mayHoldAddress(name, value))
      markup.attributes.push({ name, value: decoded(value) });
  }

  function readItemprop(name: string, itemprop: string): void {
    const content = attributes.get(attribute.content)?.trim();
    const kind =
      itemprop === 'email' ? 'email' : itemprop === 'telephone' ? 'phone' : itemprop === 'faxNumber' ? 'fax' : null;
    if (kind) {
      const push = (value: string) => {
        if (value !== '')
          markup.marked.push({ kind, value: value.replace(/^(?:mailto|tel):/i, ''), method: 'microdata' });
      };
      if (content !== undefined) push(content);
      else watch(name, contactLimits.markedCharactersMax, push);
    } else if (itemprop === 'sameAs') {
      const href = attributes.get(attribute.href);
      if (href) markup.profiles.push({ href, method: 'microdata' });
    } else if (itemprop === 'addressCountry' && /^[a-z]{2}$/i.test(content ?? '')) {
      markup.country ??= content!.toUpperCase();
    }
  }

  scanMarkup(source, reader);
  endLink();
  for (const each of [...watches]) endWatches(each.name, Number.POSITIVE_INFINITY);
  markup.text = decode(pieces.all());
  return markup;
}

/** A sign of an address: `@` in plain, percent or entity form, `[at]`, or a data attribute of hexadecimal or base64 digits. */
function mayHoldAddress(name: string, value: string): boolean {
  if (value.includes('@') || value.includes('%40') || value.includes('&#') || value.includes('&commat;')) return true;
  if (name === 'data-mailto-token') return true;
  if (!name.startsWith('data-')) return name === 'onclick' && /fromCharCode|UnCrypt/i.test(value);
  return (
    /[[(]at[\])]/i.test(value) ||
    (value.length <= 200 && /^(?:[0-9a-f]{12,200}|[A-Za-z0-9+/]{12,198}={0,2})$/.test(value))
  );
}
