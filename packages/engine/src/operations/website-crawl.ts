import { z } from 'zod';
import { crawlWebsite } from '../crawl/crawl-website.ts';
import { LeadGenError } from '../errors.ts';
import { parseCrawlAddress } from '../net/check-crawl-address.ts';
import { type Charge, defineOperation } from '../operation.ts';
import { metadataSchema } from './metadata-schema.ts';

const contact = z
  .object({
    kind: z.enum(['email', 'phone', 'fax', 'social']).meta({ description: 'What the contact is.' }),
    value: z.string().meta({ description: 'The contact as in the other lists.' }),
    e164: z.string().nullable().meta({ description: 'A phone number in E.164, where the country is known.' }),
    confidence: z.number().meta({ description: 'From 0 to 1: how sure it is that this is a contact.' }),
    evidence: z
      .array(
        z
          .object({
            page_url: z.string().meta({ description: 'The page that carries it.' }),
            method: z.string().meta({ description: 'How it was found: mailto, text, cfemail, json-ld …' }),
            snippet: z.string().meta({ description: 'A short piece of the page around it.' }),
          })
          .meta({ id: 'Evidence', description: 'One place where a contact was found.' }),
      )
      .meta({ description: 'All pages that carry it.' }),
  })
  .meta({ id: 'Contact', description: 'A contact with where and how it was found.' });

const data = z
  .object({
    domain: z.string().meta({ description: 'The address that was crawled, in normal form.' }),
    pages_crawled: z.int().meta({ description: 'Pages read, at most 15.' }),
    metadata: metadataSchema,
    emails: z.array(z.string()).meta({ description: "E-mail addresses of the site's own domain." }),
    all_emails: z.array(z.string()).meta({ description: 'All e-mail addresses found.' }),
    phones: z.array(z.string()).meta({ description: 'Phone numbers found.' }),
    social_links: z.array(z.string()).meta({ description: 'Profiles on social networks.' }),
    contacts: z.array(contact).meta({ rest: false, description: 'Every contact with its evidence and confidence.' }),
  })
  .meta({ id: 'WebsiteCrawl', description: 'Contacts and metadata of a web site.' });

type Data = z.infer<typeof data>;

/** Crawls a web site for contacts. Rules: C6 to C8, B2 to B11, H4, H7 of the decisions. */
export const websiteCrawl = defineOperation({
  name: 'websiteCrawl',
  key: 'crawl',
  path: '/crawl.php',
  summary: 'Crawl a web site (up to 15 pages) for e-mails, phones, social links and metadata.',
  pricing:
    "1 credit per unique e-mail address of the site's own domain, at least 1 where any contact was found, at most 15. Nothing found, or an answer from the cache (14 days): 0.",
  parameters: {
    domain: {
      kind: 'text',
      rest: 'domain',
      required: true,
      description: 'The address to crawl; without a protocol, https:// is put before it.',
      example: 'example.com',
    },
  },
  data,
  upstreamError: 'crawl_error',
  priceMax: 15,
  priceMin: () => 0,
  freshness: { seconds: () => 14 * 86_400, keyOf: (input) => [input.domain] },
  refine(input, work) {
    try {
      return { domain: parseCrawlAddress(input.domain, { allow: work.crawlAllow }).url };
    } catch (error) {
      if (!(error instanceof LeadGenError)) throw error;
      throw new LeadGenError('invalid_param', `Parameter: ${work.nameOf('domain')}: ${error.detail ?? ''}`.trim());
    }
  },
  async run(work, input) {
    const outcome = await crawlWebsite(work.crawl, { url: input.domain, signal: work.signal });
    const answer: Data = {
      domain: input.domain,
      pages_crawled: outcome.pagesCrawled,
      metadata: outcome.metadata,
      emails: outcome.emails,
      all_emails: outcome.allEmails,
      phones: outcome.phones,
      social_links: outcome.socialLinks,
      contacts: outcome.contacts.map(({ evidence, ...rest }) => ({
        ...rest,
        evidence: evidence.map(({ pageUrl, method, snippet }) => ({ page_url: pageUrl, method, snippet })),
      })),
    };
    const charges = crawlCharges(answer);
    return { data: answer, coverage: { provider: 'crawler', ...outcome.coverage }, charges, keep: charges.length > 0 };
  },
});

function crawlCharges(answer: Data): Charge[] {
  const rule = 'one credit per unique e-mail address of the crawled domain, at most 15';
  if (answer.emails.length > 0) return answer.emails.slice(0, 15).map((email) => ({ rule, item: email, credits: 1 }));
  if (answer.all_emails.length + answer.phones.length + answer.social_links.length === 0) return [];
  return [
    { rule: 'contacts found, none of them an e-mail address of the domain: 1 credit', item: answer.domain, credits: 1 },
  ];
}
