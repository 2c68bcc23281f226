/** Bounds of reading one page for contacts. */
export const contactLimits = {
  textCharactersMax: 2_000_000,
  scriptCharactersMax: 400_000,
  jsonLdCharactersMax: 500_000,
  jsonLdDepthMax: 12,
  localPartCharactersMax: 64,
  domainCharactersMax: 253,
  emailsPerPageMax: 500,
  emailCandidatesMax: 5_000,
  phonesPerPageMax: 200,
  phoneCandidatesMax: 400,
  socialLinksPerPageMax: 200,
  linksPerPageMax: 5_000,
  snippetCharactersMax: 120,
  elementDepthMax: 2_000,
} as const;
