/**
 * Words that mark contact, about, imprint, team and legal pages in the languages of the web's top twenty, as they stand in paths and link texts
 * (lower case, without accents). A lower rank is crawled earlier.
 */
const wordsByRank: readonly (readonly string[])[] = [
  [
    'contact',
    'contacts',
    'contact-us',
    'contactus',
    'kontakt',
    'contacto',
    'contactez',
    'contatti',
    'contatto',
    'contato',
    'contactenos',
    'kontakty',
    'kapcsolat',
    'iletisim',
    'lien-he',
    'lienhe',
    'hubungi',
    'yhteystiedot',
    'kontaktai',
    'epikoinonia',
    'get-in-touch',
    'reach-us',
    'контакт',
    'контакты',
    'контакти',
    'επικοινωνια',
    '联系',
    '联系我们',
    '聯絡',
    '聯繫',
    'お問い合わせ',
    '問合せ',
    '연락처',
    '문의',
    'ติดต่อ',
    'اتصل',
    'تماس',
    'संपर्क',
  ],
  [
    'impressum',
    'imprint',
    'mentions-legales',
    'mentions',
    'aviso-legal',
    'note-legali',
    'colofon',
    'legal-notice',
    'site-notice',
    'tiedot',
    'реквизиты',
    '特定商取引',
    '会社概要',
  ],
  [
    'about',
    'about-us',
    'aboutus',
    'ueber-uns',
    'uber-uns',
    'uberuns',
    'wir-ueber-uns',
    'qui-sommes-nous',
    'a-propos',
    'apropos',
    'quienes-somos',
    'nosotros',
    'sobre',
    'sobre-nos',
    'quem-somos',
    'chi-siamo',
    'over-ons',
    'om-oss',
    'om-os',
    'o-nas',
    'o-firmie',
    'rolunk',
    'hakkimizda',
    'gioi-thieu',
    'tentang',
    'company',
    'unternehmen',
    'entreprise',
    'empresa',
    'azienda',
    'о-нас',
    'о-компании',
    'про-нас',
    'σχετικα',
    '关于',
    '关于我们',
    '關於',
    '会社',
    '소개',
    'เกี่ยวกับ',
    'من-نحن',
    'درباره',
  ],
  [
    'team',
    'our-team',
    'staff',
    'people',
    'mitarbeiter',
    'ansprechpartner',
    'equipe',
    'equipo',
    'squadra',
    'medewerkers',
    'zespol',
    'leadership',
    'management',
    'сотрудники',
    'команда',
    '团队',
    'スタッフ',
  ],
  [
    'locations',
    'location',
    'standorte',
    'standort',
    'filialen',
    'offices',
    'office',
    'anfahrt',
    'find-us',
    'support',
    'help',
    'customer-service',
    'kundenservice',
    'service',
    'press',
    'presse',
    'prensa',
  ],
  [
    'privacy',
    'datenschutz',
    'legal',
    'terms',
    'agb',
    'confidentialite',
    'privacidad',
    'privacidade',
    'privacybeleid',
    'privatnost',
    'gizlilik',
    'политика',
    '隐私',
  ],
];

const rankByWord = new Map(wordsByRank.flatMap((words, rank) => words.map((word): [string, number] => [word, rank])));

/** Where a link stands in the order of the crawl: 0 is a contact page, `noContactRank` anything else. */
export const noContactRank = wordsByRank.length;

export function contactRank({ path, text }: { path: string; text: string }): number {
  return Math.min(rankOfPath(path), rankOfText(text));
}

function rankOfPath(path: string): number {
  let best = noContactRank;
  for (const segment of path.slice(0, 300).split('/')) {
    if (segment === '') continue;
    const name = fold(decodeSegment(segment)).replace(/\.[a-z]{2,5}$/, '');
    best = Math.min(best, rankOfName(name));
  }
  return best;
}

function rankOfText(text: string): number {
  const words = fold(text.slice(0, 60))
    .split(/[\s,;:!?.|»«›·/&()-]+/u)
    .filter(Boolean);
  // A long text is a sentence that happens to hold the word, not the name of a page.
  if (words.length === 0 || words.length > 5) return noContactRank;
  return Math.min(rankOfName(words.join('-')), ...words.map((word) => rankByWord.get(word) ?? noContactRank));
}

function rankOfName(name: string): number {
  const whole = rankByWord.get(name.replaceAll('_', '-'));
  if (whole !== undefined) return whole;
  let best = noContactRank;
  const words = name.split(/[-_.+ ]/u, 8);
  for (let start = 0; start < words.length; start += 1) {
    for (let end = start + 1; end <= Math.min(words.length, start + 3); end += 1) {
      best = Math.min(best, rankByWord.get(words.slice(start, end).join('-')) ?? noContactRank);
    }
  }
  return best;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .normalize('NFC')
    .replaceAll('ß', 'ss')
    .replaceAll('ł', 'l')
    .replaceAll('ı', 'i');
}
