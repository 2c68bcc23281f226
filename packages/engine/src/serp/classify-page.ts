import type { SearchEngine } from '../ports/serp-provider.ts';
import { closest, hasClass, type ResultDocument, textOf } from './result-document.ts';
import type { BlockedKind, PageClass, ParsedResults } from './result-page.ts';

/** What a page is, judged by its address, its status and its forms; "/sorry/" and "b_algo" stand in scripts and styles of good pages too. */
export function classifyPage(
  document: ResultDocument,
  page: { engine: SearchEngine; url: string; status: number; parsed: ParsedResults },
): { pageClass: PageClass; blockedKind: BlockedKind | null } {
  const { parsed } = page;
  if (parsed.organic.length > 0) return { pageClass: 'ok', blockedKind: null };
  const kind = blockedKind(document, page);
  if (kind) return { pageClass: 'blocked', blockedKind: kind };
  if (hasZeroMarker(document, page.engine)) return { pageClass: 'no_results', blockedKind: null };
  if (page.status === 429 || page.status === 403 || page.status === 999 || page.status === 503)
    return { pageClass: 'blocked', blockedKind: 'soft_block' };
  return { pageClass: 'unknown_layout', blockedKind: null };
}

function blockedKind(
  document: ResultDocument,
  { engine, url, status }: { engine: SearchEngine; url: string; status: number },
): BlockedKind | null {
  const address = URL.canParse(url) ? new URL(url) : null;
  const host = address?.hostname ?? '';
  if (/^consent\./.test(host) || hasConsentForm(document)) return 'consent';
  if (address?.pathname.startsWith('/sorry') || host === 'sorry.google.com' || isCaptcha(document)) return 'captcha';
  if (engine === 'duckduckgo' && (status === 202 || isDuckDuckGoChallenge(document))) return 'captcha';
  if (isScriptShell(document)) return 'js_shell';
  return null;
}

function isCaptcha({ elements, byId }: ResultDocument): boolean {
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
  const text = shortText({ elements });
  return (
    text !== null &&
    /unusual traffic|ungewöhnlichen datenverkehr|trafic exceptionnel|tráfico inusual|solve the challenge below|not a robot/i.test(
      text,
    )
  );
}

function isDuckDuckGoChallenge({ elements, byId }: ResultDocument): boolean {
  if (byId.has('challenge-form')) return true;
  if (
    elements.some(
      (each) =>
        /anomaly-modal/.test(each.attribs.class ?? '') ||
        (each.name === 'form' && /anomaly\.js/.test(each.attribs.action ?? '')),
    )
  )
    return true;
  return /bots use duckduckgo too/i.test(shortText({ elements }) ?? '');
}

function hasConsentForm({ elements }: Pick<ResultDocument, 'elements'>): boolean {
  const isConsent = elements.some(
    (each) =>
      each.name === 'form' &&
      /consent\.(?:google|youtube|yahoo)\.[a-z.]{2,8}|collectConsent|guce/i.test(each.attribs.action ?? ''),
  );
  return isConsent && !elements.some((each) => each.attribs.id === 'rso' || each.attribs.id === 'search');
}

/** A page that asks to run its scripts: a refresh to `enablejs`, an application without content, next to no text. */
function isScriptShell({ elements, byId }: ResultDocument): boolean {
  for (const each of elements) {
    if (
      each.name === 'meta' &&
      /refresh/i.test(each.attribs['http-equiv'] ?? '') &&
      /enablejs|httpservice\/retry/.test(each.attribs.content ?? '')
    ) {
      // Result pages carry the same refresh within <noscript>, beside their results.
      if (!byId.has('rso') && !byId.has('topstuff')) return true;
    }
  }
  const text = shortText({ elements });
  if (
    text !== null &&
    /redirected to the non-javascript site|enable javascript|javascript is (?:required|disabled)|click here if you are not redirected/i.test(
      text,
    )
  )
    return true;
  return text !== null && text.length < 120 && elements.some((each) => each.name === 'script');
}

const zeroWords =
  /did not match any (?:documents|results|articles)|no results (?:found|for)|there are no results for|we did not find results for|no more results found|no results\.|stimmt mit keinem dokument|keine ergebnisse|nicht gefunden werden|ne correspond (?:à|a) aucun document|aucun (?:document|résultat) (?:ne correspond|trouvé|pour)|aucun résultat|no obtuvo ningún resultado|no se han encontrado resultados|no hay resultados|non ha prodotto risultati|nessun risultato|não encontrou nenhum|nenhum resultado|geen (?:zoekresultaten|resultaten)|nie została odnaleziona|ничего не найдено|не найдено ни одного|一致する情報は見つかりませんでした|没有找到|沒有任何|검색결과가 없습니다/iu;

/** The page says itself that there is nothing. */
function hasZeroMarker({ elements, byId }: ResultDocument, engine: SearchEngine): boolean {
  const say = (element: (typeof elements)[number] | undefined) =>
    element !== undefined && zeroWords.test(textOf(element));
  switch (engine) {
    case 'google':
      return (
        say(byId.get('topstuff')) ||
        say(byId.get('botstuff')) ||
        say(byId.get('res')) ||
        say(byId.get('center_col')) ||
        elements.some(
          (each) =>
            (hasClass(each, 'r0bn4c') || hasClass(each, 'mnr-c') || hasClass(each, 'card-section')) &&
            zeroWords.test(textOf(each)),
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
        say(byId.get('main'))
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
          zeroWords.test(shortText({ elements }) ?? ''))
      );
  }
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
