import { describe, expect, it } from 'vitest';
import { mergeContacts } from '../../packages/engine/src/contacts/merge-contacts.ts';
import { scanPage } from '../../packages/engine/src/contacts/scan-page.ts';

function contactsOf(url: string, html: string) {
  const scan = scanPage({ body: Buffer.from(html), contentType: 'text/html; charset=utf-8', url });
  const { allEmails, contacts } = mergeContacts([scan], { siteUrls: [url] });
  const numbers = (kind: string) => contacts.filter((each) => each.kind === kind).map(({ e164 }) => e164);
  return { emails: allEmails, phones: numbers('phone'), faxes: numbers('fax') };
}

/** Lines as imprints and contact pages of each country have them: numbers in the national ways, and all that is none. */
const pages: [string, string, { emails?: string[]; phones?: string[]; faxes?: string[] }][] = [
  [
    'https://firma.de/',
    'Tel.: 0 89 / 12 34 56-0<br>Telefax 089/123456-99<br>Mobil: 0171-1234567<br>E-Mail: kontakt [ät] firma [punkt] de<br>IBAN: DE89 3704 0044 0532 0130 00<br>USt-IdNr.: DE 123 456 789<br>Steuernummer: 143/123/12345<br>HRB 12345',
    { emails: ['kontakt@firma.de'], phones: ['+49891234560', '+491711234567'], faxes: ['+498912345699'] },
  ],
  [
    'https://firma.ch/',
    'Tel. 044 123 45 67, CHE-123.456.789 MWST, PC 80-12345-6, IBAN CH93 0076 2011 6238 5295 7',
    { phones: ['+41441234567'] },
  ],
  [
    'https://boulangerie.fr/',
    'Tél. : 01 42 68 53 00 — Port. 06.12.34.56.78 — Fax : 01-42-68-53-01 — SIRET 123 456 789 00012 — TVA FR 12 345678901 — le 06.12.24 — contact [arobase] boulangerie [point] fr',
    { emails: ['contact@boulangerie.fr'], phones: ['+33142685300', '+33612345678'], faxes: ['+33142685301'] },
  ],
  [
    'https://tienda.es/',
    'Teléfono: 91 123 45 67, Móvil 612 345 678, CIF B12345678, 612 345 678 visitas, ventas(arroba)tienda.es',
    { emails: ['ventas@tienda.es'], phones: ['+34911234567', '+34612345678'] },
  ],
  [
    'https://studio.it/',
    'Tel. 06 4880530 - Fax 06/4880531 - Cell. 347 1234567 - P.IVA 01234567890 - info chiocciola studio punto it',
    { emails: ['info@studio.it'], phones: ['+39064880530', '+393471234567'], faxes: ['+39064880531'] },
  ],
  [
    'https://firma.pl/',
    'tel. 22 123 45 67, kom. 601 234 567, NIP 123-456-32-18, REGON 123456789, KRS 0000123456, biuro(małpa)firma.pl',
    { emails: ['biuro@firma.pl'], phones: ['+48221234567', '+48601234567'] },
  ],
  [
    'https://bedrijf.nl/',
    'T 020-1234567 | M 06-12345678 | KvK 12345678 | IBAN NL91 ABNA 0417 1643 00 | info [apenstaartje] bedrijf.nl',
    { emails: ['info@bedrijf.nl'], phones: ['+31201234567', '+31612345678'] },
  ],
  [
    'https://loja.pt/',
    'Telf: 213 456 789 (rede fixa), Telemóvel: 912 345 678, NIF 501234567, geral arroba loja ponto pt',
    { emails: ['geral@loja.pt'], phones: ['+351213456789', '+351912345678'] },
  ],
  [
    'https://empresa.com.br/',
    'Fone: (11) 3123-4567 / WhatsApp (11) 91234-5678, CNPJ 12.345.678/0001-90, CEP 01310-100',
    { phones: ['+551131234567', '+5511912345678'] },
  ],
  [
    'https://kaisha.co.jp/',
    'TEL:03-1234-5678 FAX:03-1234-5679 〒100-0001 電話番号：06-6345-1234 info★kaisha.co.jp（★を@に）',
    { emails: ['info@kaisha.co.jp'], phones: ['+81312345678', '+81663451234'], faxes: ['+81312345679'] },
  ],
  [
    'https://firma.cz/',
    'Tel.: 224 123 456, IČO: 12345678, DIČ: CZ12345678, info(zavináč)firma.cz',
    { emails: ['info@firma.cz'], phones: ['+420224123456'] },
  ],
  ['https://foretag.se/', 'info(snabel-a)foretag.se, Org.nr 556123-4567', { emails: ['info@foretag.se'] }],
  ['https://ceg.hu/', 'Adószám: 12345678-1-42, info(kukac)ceg.hu', { emails: ['info@ceg.hu'] }],
  [
    'https://firma.ru/',
    'Тел.: 8 (495) 123-45-67, ИНН 7701234567, ОГРН 1027700132195, info(собака)firma.ru',
    { emails: ['info@firma.ru'], phones: ['+74951234567'] },
  ],
  [
    'https://etaireia.gr/',
    'Τηλ.: 210 3212345, Φαξ: 210 3212346',
    { phones: ['+302103212345'], faxes: ['+302103212346'] },
  ],
];

describe('contacts as each country writes them', () => {
  it.each(pages)('%s', (url, text, { emails = [], phones = [], faxes = [] }) => {
    expect(contactsOf(url, `<p>${text}</p>`)).toEqual({ emails, phones, faxes });
  });
});

describe('what else real pages hide contacts in', () => {
  const found = (html: string) => contactsOf('https://acme.com/', `<html lang=en-US><body>${html}`);

  it('an h-card whose number carries its type, glued to the address', () => {
    const card =
      '<div class="vcard"><span class="tel"><span class="type">Fax</span>: <span class="value">+1 212 555 0124</span></span><span class="email">v@acme.com</span></div>';
    expect(found(card)).toEqual({ emails: ['v@acme.com'], phones: [], faxes: ['+12125550124'] });
  });

  it('structured data with a comma too many and a line break in a string', () => {
    const { emails } = found('<script type="application/ld+json">{"name":"a\nb","email":"x@acme.com",}</script>');
    expect(emails).toEqual(['x@acme.com']);
  });

  it('base64 that a script decodes, and an app’s own link', () => {
    const { emails, phones } = found(
      '<script>var e = atob("ZWRAYWNtZS5jb20=")</script><a href="whatsapp://send?phone=+4915112345670">chat</a>',
    );
    expect({ emails, phones }).toEqual({ emails: ['ed@acme.com'], phones: ['+4915112345670'] });
  });

  it('escapes that stick to an address are no part of it', () => {
    expect(found('u003einfo@acme.com %20ok@acme.com tim_at_acme.com 20th@acme.com').emails).toEqual([
      'info@acme.com',
      'ok@acme.com',
      '20th@acme.com',
      'tim@acme.com',
    ]);
  });
});
