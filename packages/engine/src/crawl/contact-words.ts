/**
 * Words that mark contact, imprint, about, team, office and legal pages in the languages of the web's top twenty, as they stand in paths and link
 * texts. A name of several words has hyphens. The lists are in the order in which their pages are crawled.
 */
const spacedWords: readonly string[] = [
  // Contact.
  `contact contacts contact-us contact-me contactus kontakt kontakte kontakty kontaktai kontakta kontakta-oss kontak kontaktieren contacto contactos
   contactanos contactenos contacte-nos contatti contattaci contatto contato contatos fale-conosco contactez contactez-nous nous-contacter coordonnees
   contactar contacta contacteaza kapcsolat elerhetoseg elerhetosegek iletisim bize-ulasin lien-he lienhe hubungi hubungi-kami yhteystiedot
   ota-yhteytta epikoinonia επικοινωνια get-in-touch reach-us контакт контакты контакти контактная-информация связаться-с-нами обратная-связь
   kontaktformular ansprechpartner anfahrt اتصل اتصل-بنا تواصل-معنا تماس تماس-با-ما संपर्क संपर्क-करें צור-קשר`,
  // Imprint: the page that names the company.
  `impressum imprint anbieterkennzeichnung mentions-legales mentions-legal legal-notice site-notice aviso-legal nota-legal note-legali colofon
   impresszum tiraz kunye реквизиты юридическая-информация tokushoho`,
  // About.
  `about about-us aboutus about-me who-we-are our-story ueber-uns uber-uns uberuns ueberuns wir-ueber-uns das-sind-wir qui-sommes-nous a-propos apropos
   quienes-somos quien-soy nosotros sobre sobre-nosotros sobre-nos sobre-mi acerca-de quem-somos chi-siamo chi-sono over-ons over-mij om-oss om-os om
   o-nas o-firmie o-mnie o-spolecnosti rolunk bemutatkozas hakkimizda kurumsal gioi-thieu ve-chung-toi tentang tentang-kami tietoa-meista meista despre
   despre-noi company unternehmen firma entreprise empresa azienda bedrijf о-нас о-компании о-фирме про-нас про-компанію σχετικα σχετικα-με-εμας
   ποιοι-ειμαστε ποιοι-είμαστε من-نحن عن-الشركة درباره درباره-ما हमारे-बारे-में אודות`,
  // People.
  `team our-team the-team unser-team das-team staff our-staff people our-people mitarbeiter notre-equipe equipe equipo nuestro-equipo equipa squadra
   il-team medewerkers ons-team zespol nas-tym tym csapat csapatunk ekibimiz echipa henkilosto leadership management сотрудники команда наша-команда
   ομαδα فريق-العمل تیم-ما`,
  // Places of business and the desks behind them.
  `locations location standorte standort filialen offices office stores find-us dove-siamo ou-nous-trouver donde-estamos onde-estamos support
   customer-service customer-support kundenservice kundendienst service-client klantenservice help hilfe aide ayuda aiuto press presse prensa imprensa
   stampa media`,
  // Legal pages name a data controller, often with an address for mail.
  `privacy privacy-policy datenschutz datenschutzerklaerung datenschutzhinweise legal rechtliches terms terms-of-service terms-and-conditions agb
   confidentialite politique-de-confidentialite cgv cgu privacidad politica-de-privacidad privacidade politica-de-privacidade privacybeleid
   privacyverklaring algemene-voorwaarden polityka-prywatnosci regulamin ochrana-osobnich-udaju obchodni-podminky adatvedelem aszf privatnost gizlilik
   gizlilik-politikasi kvkk chinh-sach-bao-mat kebijakan-privasi integritetspolicy privatlivspolitik personvern tietosuoja confidentialitate termeni
   политика-конфиденциальности политика конфиденциальность політика-конфіденційності απορρητο سياسة-الخصوصية حریم-خصوصی`,
];

/** The same for languages that set no spaces: a name that holds one of them is such a page. */
const unspacedWords: readonly string[] = [
  '联系 聯絡 聯繫 お問い合わせ お問い合せ 問い合わせ お問合せ 問合せ 연락처 문의 오시는길 ติดต่อ',
  '特定商取引 会社概要 会社情報 会社案内 運営会社 公司信息',
  '关于 關於 公司简介 公司簡介 企业简介 会社 私たちについて 회사소개 소개 เกี่ยวกับ',
  '团队 團隊 スタッフ 팀소개 ทีมงาน',
  'アクセス 店舗 고객센터 客服',
  '隐私 隱私 法律声明 プライバシー 個人情報 개인정보 이용약관 ความเป็นส่วนตัว',
];

const rankByWord = new Map<string, number>();
for (const [rank, words] of spacedWords.entries()) {
  for (const word of words.split(/\s+/)) if (!rankByWord.has(fold(word))) rankByWord.set(fold(word), rank);
}
const rankedParts = unspacedWords.flatMap((words, rank) =>
  words.split(' ').map((word) => ({ part: fold(word), rank })),
);

/** Where a link stands in the order of the crawl: 0 is a contact page, `noContactRank` anything else. */
export const noContactRank = spacedWords.length;

export function contactRank({ path, text }: { path: string; text: string }): number {
  return Math.min(rankOfPath(path), rankOfText(text));
}

const segmentsMax = 6;
const nameCharactersMax = 60;

function rankOfPath(path: string): number {
  if (path === '/' || path === '') return noContactRank;
  let best = noContactRank;
  const segments = path
    .slice(0, 300)
    .split('/', segmentsMax + 1)
    .slice(1);
  for (const [index, segment] of segments.entries()) {
    if (segment === '' || segment.length > nameCharactersMax * 3) continue;
    const isLast = index === segments.length - 1 || segments[index + 1] === '';
    const name = fold(decodeSegment(segment))
      .replace(/\.[a-z]{2,5}$/, '')
      .replaceAll('_', '-');
    const rank = rankOfName(name);
    // A help centre or a press room holds hundreds of articles under its name; only its own page is meant.
    if (rank < best && (isLast || rank < deskRank)) best = rank;
  }
  return best;
}

const deskRank = 4;

function rankOfText(text: string): number {
  if (text === '' || text.length > nameCharactersMax) return noContactRank;
  const words = fold(text)
    .split(/[\s,;:!?.|»«›·/&()-]+/u)
    .filter(Boolean);
  // A long text is a sentence that happens to hold the word, not the name of a page.
  if (words.length === 0 || words.length > 5) return noContactRank;
  return rankOfName(words.join('-'));
}

/** The rank of a whole name, or of one to three words of a short one: `contact-sales` is a contact page, an article's slug is not. */
function rankOfName(name: string): number {
  const whole = rankByWord.get(name);
  if (whole !== undefined) return whole;
  if (!isAscii(name)) {
    if (name.length > nameCharactersMax) return noContactRank;
    for (const { part, rank } of rankedParts) if (name.includes(part)) return rank;
  }
  const words = name.split(/[-+. ]/u, wordsMax + 1);
  if (words.length === 1 || words.length > wordsMax) return noContactRank;
  let best = noContactRank;
  for (let start = 0; start < words.length; start += 1) {
    for (let end = start + 1; end <= Math.min(words.length, start + 3); end += 1) {
      const rank = rankByWord.get(words.slice(start, end).join('-')) ?? noContactRank;
      // `sobre`, `people` or `legal` among other words is mostly just a word.
      if (rank < best && (rank < aboutRank || end - start > 1 || words.length === 2)) best = rank;
    }
  }
  return best;
}

const wordsMax = 4;
const aboutRank = 2;

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 127) return false;
  return true;
}

/** Lower case without accents, so that `Über uns` and `uber-uns` are one entry. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  if (isAscii(lower)) return lower;
  return lower
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .normalize('NFC')
    .replaceAll('ß', 'ss')
    .replaceAll('ł', 'l')
    .replaceAll('ø', 'o')
    .replaceAll('æ', 'ae')
    .replaceAll('đ', 'd')
    .replaceAll('ı', 'i');
}
