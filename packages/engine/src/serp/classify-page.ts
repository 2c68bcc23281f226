import type { Element } from 'domhandler';
import type { SearchEngine } from '../ports/serp-provider.ts';
import { closest, descendants, first, hasClass, type ResultDocument, textOf } from './result-document.ts';
import type { BlockedKind, PageClass, ParsedResults } from './result-page.ts';

/**
 * What a page is, judged by its results, its address, its status and its forms; "/sorry/" and "b_algo" stand in scripts and styles of good pages too.
 * The page's own word for "nothing" comes before the signs of a script shell, which good pages carry in `<noscript>`.
 */
export function classifyPage(
  document: ResultDocument,
  page: { engine: SearchEngine; url: string; status: number; parsed: ParsedResults },
): { pageClass: PageClass; blockedKind: BlockedKind | null } {
  if (page.parsed.organic.length > 0) return { pageClass: 'ok', blockedKind: null };
  const blocked = (kind: BlockedKind) => ({ pageClass: 'blocked' as const, blockedKind: kind });
  const text = shortText(document);
  if (isConsent(document, { url: page.url, text })) return blocked('consent');
  if (isCaptcha(document, { ...page, text })) return blocked('captcha');
  if (isScriptNotice(text)) return blocked('js_shell');
  if (hasZeroMarker(document, page.engine, text)) return { pageClass: 'no_results', blockedKind: null };
  if (isScriptShell(document, text)) return blocked('js_shell');
  if (blockedStatuses.has(page.status) || isSoftBlock(text)) return blocked('soft_block');
  return { pageClass: 'unknown_layout', blockedKind: null };
}

/** 999 and 500 are Yahoo's refusals, 418 is DuckDuckGo's; no engine answers a question with the others. */
const blockedStatuses = new Set([403, 418, 429, 500, 503, 999]);

function isCaptcha(
  document: ResultDocument,
  { engine, url, status, text }: { engine: SearchEngine; url: string; status: number; text: string | null },
): boolean {
  const address = URL.parse(url);
  if (address?.pathname.startsWith('/sorry') || address?.hostname === 'sorry.google.com') return true;
  if (engine === 'duckduckgo' && (status === 202 || isDuckDuckGoChallenge(document, text))) return true;
  return isChallenge(document, text);
}

function isChallenge({ elements, byId }: ResultDocument, text: string | null): boolean {
  if (
    byId.has('captcha-form') ||
    byId.has('recaptcha') ||
    byId.has('cf-challenge-running') ||
    byId.has('challenge-stage')
  )
    return true;
  for (const each of elements) {
    const classes = each.attribs.class ?? '';
    if (/(?:^|\s)(?:g-recaptcha|h-captcha|cf-turnstile|captcha|captcha_header|captcha_text)(?:\s|$)/.test(classes))
      return true;
    if (each.attribs['data-sitekey'] !== undefined) return true;
    if (each.name === 'form' && /(?:challenge\/verify|\/sorry\/|captcha)/i.test(each.attribs.action ?? '')) return true;
    if (each.name === 'script' && scriptText(each).includes('solveSimpleChallenge')) return true;
    if (each.name === 'iframe' && /captcha|challenges\.cloudflare/i.test(each.attribs.src ?? '')) return true;
  }
  return (
    text !== null &&
    /unusual traffic|traffico insolito|tráfego incomum|ongebruikelijk verkeer|通常と異なるトラフィック|ungewöhnlichen datenverkehr|trafic exceptionnel|tráfico inusual|solve the challenge below|not a robot/i.test(
      text,
    )
  );
}

function isDuckDuckGoChallenge({ elements, byId }: ResultDocument, text: string | null): boolean {
  if (byId.has('challenge-form')) return true;
  if (
    elements.some(
      (each) =>
        /anomaly-modal/.test(each.attribs.class ?? '') ||
        (each.name === 'form' && /anomaly\.js/.test(each.attribs.action ?? '')),
    )
  )
    return true;
  return /bots use duckduckgo too/i.test(text ?? '');
}

function isConsent({ elements, byId }: ResultDocument, { url, text }: { url: string; text: string | null }): boolean {
  if (/^(?:consent|guce)\./.test(URL.parse(url)?.hostname ?? '')) return true;
  if (byId.has('rso') || byId.has('search') || byId.has('web')) return false;
  return (
    elements.some(
      (each) =>
        (each.name === 'form' &&
          (/consent\.(?:google|youtube|yahoo)\.[a-z.]{2,8}|collectConsent|guce/i.test(each.attribs.action ?? '') ||
            hasClass(each, 'consent-form'))) ||
        (each.name === 'input' && each.attribs.name === 'originalDoneUrl'),
    ) || /before you continue to|bevor sie zu google|avant d[’']accéder à google|antes de ir a google/i.test(text ?? '')
  );
}

/** A page that asks in words to run its scripts. */
function isScriptNotice(text: string | null): boolean {
  return (
    text !== null &&
    /redirected to the non-javascript site|enable javascript|javascript is (?:required|disabled)|click here if you are not redirected|having trouble accessing google search/i.test(
      text,
    )
  );
}

/** A refresh to `enablejs`, Google's script for browsers that proves they are one, an application without content, next to no text. */
function isScriptShell({ elements, byId }: ResultDocument, text: string | null): boolean {
  // Result pages carry the same refresh within <noscript>, beside their results.
  const hasResults = byId.has('rso') || byId.has('topstuff');
  const isRefresh = (each: (typeof elements)[number]) =>
    each.name === 'meta' &&
    /refresh/i.test(each.attribs['http-equiv'] ?? '') &&
    /enablejs|httpservice\/retry/.test(each.attribs.content ?? '');
  if (!hasResults && elements.some(isRefresh)) return true;
  return (
    text !== null &&
    text.length < 120 &&
    elements.some((each) => each.name === 'script' || (each.name === 'title' && text === textOf(each)))
  );
}

function isSoftBlock(text: string | null): boolean {
  return (
    text !== null &&
    /access denied|too many requests|temporarily blocked|request (?:was|has been) blocked|update your browser|browser (?:is|isn[’']t) (?:no longer |not )?supported/i.test(
      text,
    )
  );
}

const zeroWords =
  /did not match any (?:documents|results|articles)|no results (?:found|for)|there are no results for|we did not find results for|no more results found|no results\.|stimmt mit keinem dokument|keine ergebnisse|nicht gefunden werden|ne correspond (?:à|a) aucun document|aucun (?:document|résultat) (?:ne correspond|trouvé|pour)|aucun résultat|no obtuvo ningún resultado|no se han encontrado resultados|no hay resultados|non ha prodotto risultati|nessun risultato|não encontrou nenhum|nenhum resultado|geen (?:zoekresultaten|resultaten)|nie została odnaleziona|ничего не найдено|не найдено ни одного|一致する情報は見つかりませんでした|没有找到|沒有任何|검색결과가 없습니다/iu;

/** The page says itself that there is nothing. */
function hasZeroMarker({ elements, byId }: ResultDocument, engine: SearchEngine, text: string | null): boolean {
  const say = (element: (typeof elements)[number] | undefined) =>
    element !== undefined && zeroWords.test(textOf(element));
  switch (engine) {
    case 'google':
      return (
        isZeroBlock(byId.get('topstuff')) ||
        isZeroBlock(byId.get('botstuff')) ||
        say(byId.get('topstuff')) ||
        say(byId.get('botstuff')) ||
        say(byId.get('res')) ||
        say(byId.get('center_col')) ||
        elements.some(
          (each) =>
            (hasClass(each, 'r0bn4c') || hasClass(each, 'mnr-c') || hasClass(each, 'card-section')) &&
            (zeroWords.test(textOf(each)) || isZeroBlock(each)),
        ) ||
        (byId.has('main') && zeroWords.test(textOf(byId.get('main'))))
      );
    case 'bing':
      return elements.some((each) => hasClass(each, 'b_no')) || say(byId.get('b_results'));
    case 'yahoo':
      return (
        elements.some((each) => hasClass(each, 'zrp')) ||
        say(byId.get('web')) ||
        say(byId.get('results')) ||
        say(byId.get('main')) ||
        /we did not find results for/i.test(text ?? '')
      );
    case 'duckduckgo':
      return (
        elements.some(
          (each) =>
            hasClass(each, 'no-results') ||
            hasClass(each, 'result--no-result') ||
            each.attribs['data-testid'] === 'no-results-message',
        ) ||
        (elements.some((each) => hasClass(each, 'result-link') || each.attribs.name === 'q') &&
          zeroWords.test(text ?? ''))
      );
  }
}

/** In any language: the question in emphasis, and advice in a list without links. */
function isZeroBlock(element: Element | undefined): boolean {
  if (element === undefined) return false;
  const list = first(element, (each) => each.name === 'ul');
  return (
    list !== null &&
    first(element, (each) => each.name === 'em' || each.name === 'b') !== null &&
    descendants(list, (each) => each.name === 'li', 3).length >= 2 &&
    first(element, (each) => each.name === 'h3') === null &&
    first(list, (each) => each.name === 'a') === null
  );
}

/** The page's text where it is a short one; null for a page that is full of something. */
function shortText({ elements }: Pick<ResultDocument, 'elements'>): string | null {
  const body = elements.find((each) => each.name === 'body') ?? elements[0];
  const text = textOf(body ?? null);
  return text.length < 4_000 ? text : null;
}

function scriptText(script: { children: { type: string; data?: string }[] } | object): string {
  return (script as { children: { data?: string }[] }).children
    .map((each) => each.data ?? '')
    .join('')
    .slice(0, 20_000);
}

const adLabel =
  /^(?:Ad|Ads|Sponsored|Annonce|Annonces|Sponsorisé|Anzeige|Anzeigen|Gesponsert|Anuncio|Anuncios|Patrocinado|Annuncio|Sponsorizzato|Advertentie|Gesponsord)\s?[·:]?$/u;

/** Visible ad labels, counted for the canary: elements whose whole text is one. */
export function countAdLabels({ elements }: ResultDocument): number {
  let count = 0;
  for (const each of elements) {
    if (each.children.length !== 1) continue;
    const [child] = each.children;
    if (child?.type !== 'text' || child.data.length > 20 || !adLabel.test(child.data.trim())) continue;
    if (closest(each, (node) => node.name === 'script' || node.name === 'style' || node.name === 'noscript') === null)
      count += 1;
  }
  return count;
}
