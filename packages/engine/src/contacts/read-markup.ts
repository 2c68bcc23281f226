import { decodeHTML } from 'entities/decode';
import { createAttributeReader } from './attribute-reader.ts';
import { elementKind, elementKindOf } from './element-kinds.ts';
import { contactLimits } from './limits.ts';
import { emptyMarkup, type Markup, type MarkupLink } from './markup.ts';
import { mayHoldAddress } from './may-hold-address.ts';
import type { PageSource } from './page-source.ts';
import { createPageText } from './page-text.ts';
import { pluginProfile } from './plugin-profile.ts';
import { readJsonLd } from './read-json-ld.ts';
import { type MarkupReader, scanMarkup } from './scan-markup.ts';
import { attribute, type TagAttributes } from './tag-attributes.ts';

const markedEmail = /(?:^|\s)(?:u-email|p-email|email)(?:\s|$)/;
const markedPhone = /(?:^|\s)(?:p-tel|u-tel|tel)(?:\s|$)/;
const hiddenClass = /(?:^|\s)(?:hidden|hide|d-none|nospam|no-spam|spam)(?:\s|$)/i;
const hiddenStyle = /display\s{0,3}:\s{0,3}none/i;
const reversedStyle = /direction\s{0,3}:\s{0,3}rtl|bidi-override/i;
const mailto = /^mailto:/i;
const rootId = /^(?:root|app|__next|__nuxt|app-root|main-app|___gatsby|svelte)$/;

const keptAttributes = attribute.onclick | attribute.value | attribute.title | attribute.content;
const tellingAttributes = attribute.itemprop | attribute.class | attribute.style | attribute.href | keptAttributes;
const numberSign = 35;
/** The attributes in which an address may hide, in the order in which they are looked at. */
const keptNames = ['onclick', 'value', 'title', 'content'] as const;

/** An element that something waits for the end of. */
interface Watch {
  name: string;
  depth: number;
  from: number;
  bytesMax: number;
  done: (text: string) => void;
}

/** One pass over a page; the content of `noscript` and the links of `template` are read like any other. */
export function readMarkup(page: PageSource): Markup {
  const { bytes, source } = page;
  const markup = emptyMarkup();
  const visible = createPageText(page);
  const attributes = createAttributeReader(page);
  const watches: Watch[] = [];
  let scriptLength = 0;
  let jsonLdScripts = 0;
  /** The element whose content is the next text: a script, a title. */
  let raw = '';
  let scriptType = '';
  let templates = 0;
  let isInSvg = false;
  let decoy = '';
  let openLink: { link: MarkupLink; from: number; isMailto: boolean } | null = null;

  const reader: MarkupReader = {
    open(name, kind, tag) {
      attributes.use(tag);
      if (watches.length > 0) {
        if ((kind & elementKind.closedByNext) !== 0) endWatches(name, 1);
        for (const watch of watches) if (watch.name === name) watch.depth += 1;
      }
      raw = name;
      if ((kind & elementKind.block) !== 0) {
        decoy = '';
        visible.breakLine();
      }
      if ((kind & elementKind.telling) !== 0) readElement(name, tag);
      if ((tag.present & tellingAttributes) !== 0) readAttributes(name, kind, tag.present);
      if (tag.dataCount > 0) readData(tag);
    },
    close(name, kind) {
      raw = '';
      if (watches.length > 0) {
        for (const watch of watches) if (watch.name === name) watch.depth -= 1;
        endWatches(name, 0);
      }
      if ((kind & elementKind.telling) !== 0) {
        if (name === 'svg') isInSvg = false;
        else if (name === 'template') templates = Math.max(0, templates - 1);
        else if (name === 'a') endLink();
      }
      if (name === decoy) decoy = '';
      if ((kind & elementKind.block) !== 0) {
        decoy = '';
        visible.breakLine();
      }
    },
    text(start, end, isEscaped) {
      if (raw === 'script') {
        readScript(start, end);
        return;
      }
      if (raw === 'title' && isEscaped && !isInSvg) {
        if (markup.title === '') markup.title = decodeHTML(page.piece(start, end));
        return;
      }
      if (!isEscaped || isInSvg || templates > 0 || decoy !== '' || visible.copy(start, end)) return;
      const text = decodeHTML(page.piece(start, end));
      if (text.includes('@') && !source.slice(start, end).includes('@')) markup.entityTexts.push(text);
      visible.add(text);
    },
  };

  function endLink(): void {
    if (!openLink) return;
    const { link, from, isMailto } = openLink;
    openLink = null;
    if (link.text === '') link.text = visible.since(from, contactLimits.linkTextBytesMax).trim();
    if (isMailto) visible.add(' ');
  }

  function watch(name: string, bytesMax: number, done: (text: string) => void): void {
    if (watches.length < contactLimits.watchesMax && (elementKindOf(name) & elementKind.void) === 0)
      watches.push({ name, depth: 1, from: visible.end(), bytesMax, done });
  }

  /** Ends what waits for `name` and is at that depth or above it. */
  function endWatches(name: string, depth: number): void {
    for (let index = watches.length - 1; index >= 0; index -= 1) {
      const each = watches[index]!;
      if (each.name !== name || each.depth > depth) continue;
      watches.splice(index, 1);
      each.done(visible.since(each.from, each.bytesMax).trim());
    }
  }

  function readScript(start: number, end: number): void {
    if (scriptType !== '' && /ld\+json/i.test(scriptType)) {
      jsonLdScripts += 1;
      if (jsonLdScripts > contactLimits.jsonLdScriptsMax) return;
      const facts = readJsonLd(page.piece(start, end));
      for (const value of facts.emails) markup.marked.push({ kind: 'email', value, method: 'json-ld' });
      for (const { value, kind } of facts.phones) markup.marked.push({ kind, value, method: 'json-ld' });
      for (const href of facts.links) markup.profiles.push({ href, method: 'json-ld' });
      markup.country ??= facts.country;
    } else if (scriptLength < contactLimits.scriptCharactersMax) {
      markup.scripts.push(source.slice(start, end));
      scriptLength += end - start;
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
        if ((tag.present & attribute.id) !== 0 && rootId.test(attributes.raw(attribute.id))) {
          watch(name, contactLimits.linkTextBytesMax, (text) => {
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
    const isMailto = mailto.test(href);
    // The address is a word of its own, whatever it is glued to.
    if (isMailto) visible.add(' ');
    openLink = { link, from: visible.end(), isMailto };
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
    if ((present & attribute.itemprop) !== 0) readItemprop(name, attributes.raw(attribute.itemprop));
    if ((present & attribute.class) !== 0 && (kind & elementKind.neverMarked) === 0) {
      const place = attributes.placeOf(attribute.class);
      if (isTellingClass(bytes, attributes.startAt(place), attributes.endAt(place)))
        readClass(name, kind, attributes.raw(attribute.class));
    }
    if ((present & attribute.style) !== 0) {
      const style = attributes.raw(attribute.style);
      if ((kind & elementKind.inline) !== 0 && hiddenStyle.test(style)) decoy = name;
      if (reversedStyle.test(style))
        watch(name, contactLimits.reversedBytesMax, (text) => markup.reversedTexts.push(text));
    }
    if ((present & keptAttributes) !== 0) {
      for (const name of keptNames)
        if ((present & attribute[name]) !== 0) keepAttribute(name, attributes.placeOf(attribute[name]), false);
    }
    if ((present & attribute.href) !== 0) {
      const place = attributes.placeOf(attribute.href);
      if (bytes[attributes.startAt(place)] === numberSign) keepAttribute('href', place, false);
    }
  }

  function readData(tag: TagAttributes): void {
    let user = '';
    let domain = '';
    for (let index = 0; index < tag.dataCount; index += 1) {
      const place = tag.data[index]!;
      const name = attributes.nameAt(place);
      switch (name) {
        case 'data-cfemail':
          if (markup.cloudflare.length < contactLimits.cloudflareKeysMax)
            markup.cloudflare.push(attributes.rawAt(place));
          continue;
        case 'data-href':
        case 'data-facebook-like-url':
          markup.profiles.push({ href: attributes.getAt(place), method: 'plugin' });
          break;
        case 'data-user':
        case 'data-name':
        case 'data-local':
          user = attributes.getAt(place);
          break;
        case 'data-domain':
        case 'data-host':
          domain = attributes.getAt(place);
          break;
      }
      keepAttribute(name, place, true);
    }
    if (domain !== '' && /^[\w.+-]{1,64}$/.test(user))
      markup.attributes.push({ name: 'data-user', value: `${user}@${domain}` });
  }

  function readClass(name: string, kind: number, classes: string): void {
    if ((kind & elementKind.inline) !== 0 && hiddenClass.test(classes)) decoy = name;
    if (markedEmail.test(classes)) {
      // A word of its own, whatever it is glued to.
      visible.add(' ');
      watch(name, contactLimits.markedBytesMax, (value) => {
        if (value.includes('@')) markup.marked.push({ kind: 'email', value, method: 'h-card' });
      });
    } else if (markedPhone.test(classes)) {
      watch(name, contactLimits.markedBytesMax, (value) =>
        markup.marked.push({ kind: 'phone', value, method: 'h-card' }),
      );
    }
  }

  function keepAttribute(name: string, place: number, isData: boolean): void {
    const start = attributes.startAt(place);
    const end = attributes.endAt(place);
    if (end - start < 6 || end - start > contactLimits.attributeBytesMax) return;
    if (markup.attributes.length >= contactLimits.attributesPerPageMax) return;
    if (
      mayHoldAddress(bytes, start, end, isData) ||
      name === 'data-mailto-token' ||
      (name === 'onclick' && /fromCharCode|UnCrypt/i.test(attributes.rawAt(place)))
    )
      markup.attributes.push({ name, value: attributes.getAt(place) });
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
      else watch(name, contactLimits.markedBytesMax, push);
    } else if (itemprop === 'sameAs') {
      const href = attributes.get(attribute.href);
      if (href) markup.profiles.push({ href, method: 'microdata' });
    } else if (itemprop === 'addressCountry' && /^[a-z]{2}$/i.test(content ?? '')) {
      markup.country ??= content!.toUpperCase();
    }
  }

  scanMarkup(page, reader);
  endLink();
  for (const each of [...watches]) endWatches(each.name, Number.POSITIVE_INFINITY);
  markup.text = visible.all();
  return markup;
}

/** Whether one of the classes is worth a second look: it has `email`, `tel`, `hid`, `spam` or `none` in it. */
function isTellingClass(bytes: Uint8Array, start: number, end: number): boolean {
  let last = 0;
  for (let index = start; index < end; index += 1) {
    last = ((last << 8) | bytes[index]! | 0x20) & 0xffffff;
    if (last === mai || last === tel || last === hid || last === spa || last === non) return true;
  }
  return false;
}

const [mai, tel, hid, spa, non] = ['mai', 'tel', 'hid', 'spa', 'non'].map((part) => Buffer.from(part).readUIntBE(0, 3));
