/** What GraphiQL shows a person first: one query per operation, and one that walks through all of them. */
export const exampleQueries = `# Keys: open "Headers" below and enter your key and user ID once.

# From a keyword to places, their web sites' contacts and their reviews
query PlacesToContacts {
  placesSearch(keyword: "restaurants new york", maxCredits: 30) {
    resultsCount
    partial
    results {
      name
      phone
      website
      websiteCrawl { emails phones contacts { kind value confidence evidence { pageUrl method snippet } } }
      placeReviews { reviews { rating text } }
    }
    credits { used remaining charges { rule item credits } }
  }
}

query LeadSearch {
  leadSearch(query: "marketing agency new york", engine: GOOGLE) {
    resultsCount
    results { title link emails phones }
    credits { used remaining cached }
    coverage { provider status notes }
  }
}

query WebsiteCrawl {
  websiteCrawl(domain: "bright-marketing.home.arpa") {
    pagesCrawled
    emails
    phones
    socialLinks
    credits { used charges { rule item credits } }
  }
}

query AdSpy {
  adSpy(query: "marketing agency") {
    freshCount
    historicalCount
    results { position title url isActive firstSeen timesSeen contactData { emails } }
    credits { used }
  }
}

query PlaceReviews {
  placeReviews(placeId: "ChIJsandbox000") {
    reviews { authorName rating text relativeTimeDescription }
    credits { used cached }
  }
}

# Many inputs at once, run by the workers; then ask for the batch by its id, or subscribe to batchProgress(id: "…")
mutation SubmitBatch {
  submitBatch(
    operation: WEBSITE_CRAWL
    inputs: [{ domain: "bright-marketing.home.arpa" }, { domain: "nobody.home.arpa", note: "comes back with the results" }]
    maxCredits: 30
  ) { id status total }
}

query Batches {
  batches(first: 5) {
    nodes { id operation status total done failed creditsUsed results(first: 3) { nodes { index input data error { code message } creditsUsed } } }
  }
}
`;
