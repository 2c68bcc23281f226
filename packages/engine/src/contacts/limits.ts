/** Bounds of reading one page for contacts. */
export const contactLimits = {
  textBytesMax: 2_000_000,
  scriptCharactersMax: 400_000,
  jsonLdCharactersMax: 500_000,
  jsonLdDepthMax: 12,
  jsonLdScriptsMax: 200,
  localPartCharactersMax: 64,
  domainCharactersMax: 253,
  emailsPerPageMax: 500,
  emailCandidatesMax: 5_000,
  /** Signs for `@` such as `[at]` whose surroundings are read. */
  writtenCandidatesMax: 2_000,
  /** Variables of one script whose values are looked up. */
  joinedNamesMax: 20,
  phonesPerPageMax: 200,
  phoneCandidatesMax: 400,
  /** Numbers that are looked at for the page's country. */
  shownNumbersMax: 20,
  socialLinksPerPageMax: 200,
  linksPerPageMax: 5_000,
  linkCharactersMax: 4_000,
  /** Links such as `mailto:` and `tel:` whose address is taken apart. */
  contactLinksMax: 1_000,
  cloudflareKeysMax: 1_000,
  hreflangsMax: 200,
  linkTextBytesMax: 200,
  markedBytesMax: 300,
  reversedBytesMax: 2_000,
  /** Elements whose end is waited for at one time. */
  watchesMax: 20,
  attributeBytesMax: 600,
  attributesPerPageMax: 2_000,
  snippetCharactersMax: 120,
} as const;
