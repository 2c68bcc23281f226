import { describe, expect, it } from 'vitest';
import { findContactsInText } from '../../packages/engine/src/contacts/find-contacts-in-text.ts';
import { scanPage } from '../../packages/engine/src/contacts/scan-page.ts';

function numbersOf(html: string, url = 'https://www.firma.de/') {
  return scanPage({ body: Buffer.from(html), contentType: 'text/html; charset=utf-8', url })
    .contacts.filter(({ kind }) => kind === 'phone' || kind === 'fax')
    .map(({ kind, e164 }) => (kind === 'fax' ? `fax ${e164}` : e164));
}

const de = 'https://www.firma.de/';
const us = 'https://www.firm.com/';

/** What stands on a page, the page's address, and the numbers that a person would dial. */
const written: [string, string, string[]][] = [
  ['Tel.: 030 / 123 45-67', de, ['+49301234567']],
  ['Telefon: 0471 80 60 745', de, ['+494718060745']],
  ['Tel 0221.1642.1411', de, ['+4922116421411']],
  ['T 089/231416666', de, ['+4989231416666']],
  ['+49 (0) 49 21 / 99 96 70', de, ['+494921999670']],
  ['+49 (0)2202 -2809436', de, ['+4922022809436']],
  ['0043(0) 316/82 16 36', de, ['+43316821636']],
  ['(030) 25 81 72 65', de, ['+493025817265']],
  ['Mobil: 0171-1234569', de, ['+491711234569']],
  ['Fax: 0471 80 60 747', de, ['fax +494718060747']],
  ['Telefax +49 30 2581 7266', de, ['fax +493025817266']],
  ['Tel: 030 25817265, Fax: 030 25817266', de, ['+493025817265', 'fax +493025817266']],
  ['Tel./Fax: 030 25817265', de, ['+493025817265']],
  ['Hotline 0800 433 88 77', de, ['+498004338877']],
  ['Call (212) 555-0147 today', us, ['+12125550147']],
  ['212-555-0147', us, ['+12125550147']],
  ['212.555.0147', us, ['+12125550147']],
  ['+1 212 555 0147', de, ['+12125550147']],
  ['1-415-429-6753', us, ['+14154296753']],
  ['1 (800) 275-2273', us, ['+18002752273']],
  ['Phone: 800 275 2273', us, ['+18002752273']],
  ['020 7946 0958', 'https://firm.co.uk/', ['+442079460958']],
  ['Call us on 0845 46 47', 'https://firm.co.uk/', ['+448454647']],
  ['+44 (0)20 7946 0958', us, ['+442079460958']],
  ['01 42 68 53 00', 'https://firme.fr/', ['+33142685300']],
  ['01.42.68.53.00', 'https://firme.fr/', ['+33142685300']],
  ['+33 (0)1 42 68 53 00', us, ['+33142685300']],
  ['Tel. 06 6982 1', 'https://ditta.it/', ['+390669821']],
  ['+39 0473 668056', us, ['+390473668056']],
  ['Tel: 912 34 56 78', 'https://empresa.es/', ['+34912345678']],
  ['91 234 56 78', 'https://empresa.es/', ['+34912345678']],
  ['(11) 3071-2345', 'https://empresa.com.br/', ['+551130712345']],
  ['Tel. 55 5512 3456', 'https://empresa.com.mx/', ['+525555123456']],
  ['044 668 18 00', 'https://firma.ch/', ['+41446681800']],
  ['01 / 512 34 56', 'https://firma.at/', ['+4315123456']],
  ['020 624 1111', 'https://bedrijf.nl/', ['+31206241111']],
  ['02 9374 4000', 'https://firm.com.au/', ['+61293744000']],
  ['22 123 45 67', 'https://firma.pl/', ['+48221234567']],
  ['тел. 8 (495) 123-45-67', 'https://firma.ru/', ['+74951234567']],
  ['電話：03-6384-9000', 'https://kaisha.co.jp/', ['+81363849000']],
  ['Tel: 080-4112 2334', 'https://firm.in/', ['+918041122334']],
  ['+507 204-0000', us, ['+5072040000']],
  ['+852 2123 4567', us, ['+85221234567']],
];

describe('a number that people would dial is found in text', () => {
  for (const [text, url, expected] of written) {
    it(text, () => expect(numbersOf(`<p>${text}</p>`, url)).toEqual(expected));
  }
});

const noPhones: [string, string][] = [
  ['28.01.2022 and 2022-01-28 and 01/28/2022', us],
  ['2022-04-21 19:54:00', us],
  ['2019 - 2024', us],
  ['08.00 - 16.00 Uhr', de],
  ['Mo-Fr 09:00-18:00', de],
  ['1.299,00 € and 12.345.678 EUR', de],
  ['$1,234,567.89', us],
  ['$ 1 234 567', us],
  ['IBAN DE89 3704 0044 0532 0130 00', de],
  ['BIC COBADEFFXXX Konto 0532013000 BLZ 370 400 44', de],
  ['ISBN 978-3-16-148410-0', us],
  ['ISBN 3-16-148410-X', us],
  ['doi 10.1073/pnas.2115629119', us],
  ['https://doi.org/10.1000/182123456', us],
  ['52.5081122,13.3380927', de],
  ['8.9739197,-79.541819', us],
  ['192.168.100.200', us],
  ['Order 1007118560', us],
  ['USt-IdNr. DE 123 456 789', de],
  ['HRB 123456 B', de],
  ['Steuernummer 29/123/45678', de],
  ['CHE-116.133.529', 'https://firma.ch/'],
  ['v1.2.3.4567890', us],
  ['EAN 4006381333931', us],
  ['79020-250 and 62053-21', us],
  ['220...240 V', de],
  ['160 x 305 x 255', de],
  ['24, 26721 Emden', de],
  ['9 60528 Frankfurt', de],
  ['452 Local 220B', us],
  ['+01 123 444 555', us],
  ['1000000) 1.7781000137329102', us],
  ['67280821_145480206560437_968973099264736097_n', us],
  ['3 - 4 - 5 - 6 - 7 - 8 - 9', us],
  ['1 2 3 4 5 6 7 8 9 10', us],
  ['Copyright 1999-2023', us],
  ['Page 1-2-3-4-5-6-7', us],
  ['CNPJ 12.345.678/0001-95', 'https://empresa.com.br/'],
  ['SIRET 732 829 320 00074', 'https://firme.fr/'],
  ['10 000 000 habitants', 'https://firme.fr/'],
  ['2 500 000 - 3 000 000', us],
  ['0,25/160', de],
  ['5000 600 434', de],
];

describe('dates, prices, ids, coordinates and the like are no phones', () => {
  for (const [text, url] of noPhones) it(text, () => expect(numbersOf(`<p>${text}</p>`, url)).toEqual([]));
});

describe('numbers in markup', () => {
  it('tel links count whatever they look like, with their text as snippet', () => {
    const html =
      '<a href="tel:+49%2030%2025817265">Rufen Sie an</a><a href="tel:03025817266">b</a><a href="callto:0049-30-25817267">';
    expect(numbersOf(html)).toEqual(['+493025817265', '+493025817266', '+493025817267']);
  });

  it('a fax link and a fax field are told apart', () => {
    expect(numbersOf('<a href="fax:+493025817265">x</a><span itemprop="faxNumber">030 25817266</span>')).toEqual([
      'fax +493025817265',
      'fax +493025817266',
    ]);
  });

  it('WhatsApp numbers are phones', () => {
    expect(
      numbersOf(
        '<a href="https://wa.me/5567996699563">x</a><a href="https://api.whatsapp.com/send?phone=4915112345678&text=hi">',
      ),
    ).toEqual(['+5567996699563', '+4915112345678']);
  });

  it('JSON-LD and microdata', () => {
    const ld = '{"@graph":[{"contactPoint":[{"telephone":"+49-30-25817265","faxNumber":"030 25817266"}]}]}';
    expect(
      numbersOf(
        `<script type="application/ld+json">${ld}</script><b itemprop="telephone" content="030 25817267">x</b>`,
      ),
    ).toEqual(['+493025817265', 'fax +493025817266', '+493025817267']);
  });

  it('the country comes from structured data before the top-level domain', () => {
    const ld = '<script type="application/ld+json">{"address":{"addressCountry":"AT"}}</script>';
    expect(numbersOf(`${ld}<p>Tel: 01 512 34 56</p>`, 'https://firma.com/')).toEqual(['+4315123456']);
  });

  it('the country comes from the calling codes that the page shows', () => {
    expect(numbersOf('<p>Tel: +41 44 668 18 00</p><p>Tel: 044 668 18 11</p>', 'https://firma.com/')).toEqual([
      '+41446681800',
      '+41446681811',
    ]);
  });

  it('the country comes from the language where nothing else tells', () => {
    expect(numbersOf('<html lang="de-AT"><p>Tel: 01 512 34 56</p>', 'https://firma.com/')).toEqual(['+4315123456']);
  });
});

describe('phones of result texts', () => {
  it('have the public form', () => {
    expect(findContactsInText('Call (212) 555-0147 or +44 20 7946 0958 · info@firm.com', { country: 'US' })).toEqual({
      emails: ['info@firm.com'],
      phones: ['(212) 555-0147', '+44 20 7946 0958'],
    });
    expect(findContactsInText('(555) 123-4567', { country: 'US' }).phones).toEqual(['(555) 123-4567']);
  });
});
