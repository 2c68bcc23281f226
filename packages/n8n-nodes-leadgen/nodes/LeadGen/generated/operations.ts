import type { INodeProperties } from 'n8n-workflow';
import type { GatewayOperation } from '../gateway-operation';

// Made from the operation definitions of the engine by "pnpm generate"; edit those.

export const gatewayOperations: GatewayOperation[] = [
	{
		name: 'leadSearch',
		resource: 'lead',
		operation: 'search',
		rows: 'results',
		rowKey: ['link'],
		paging: 'page',
		hasFreshness: true,
		enumFields: ['searchEngine'],
		parameters: [
			{
				name: 'query',
				kind: 'text',
				isOption: false,
			},
			{
				name: 'code',
				kind: 'text',
				isOption: false,
			},
			{
				name: 'engine',
				kind: 'choice',
				isOption: false,
			},
			{
				name: 'page',
				kind: 'integer',
				isOption: false,
			},
			{
				name: 'resultsPerPage',
				kind: 'integer',
				isOption: false,
			},
			{
				name: 'country',
				kind: 'text',
				isOption: true,
			},
			{
				name: 'language',
				kind: 'text',
				isOption: true,
			},
		],
		query: 'query ($query: String, $code: String, $engine: SearchEngine, $page: Int, $resultsPerPage: Int, $country: String, $language: String, $freshness: Freshness, $maxCredits: Int) { answer: leadSearch(query: $query, code: $code, engine: $engine, page: $page, resultsPerPage: $resultsPerPage, country: $country, language: $language, freshness: $freshness, maxCredits: $maxCredits) { query searchEngine page resultsCount results { title link description emails phones } credits { used remaining cached charges { rule item credits } } coverage { provider status pagesTried notes } } }',
		selection: '{ query searchEngine page resultsCount results { title link description emails phones } credits { used remaining cached charges { rule item credits } } coverage { provider status pagesTried notes } }',
	},
	{
		name: 'websiteCrawl',
		resource: 'website',
		operation: 'crawl',
		rows: null,
		rowKey: [],
		paging: null,
		hasFreshness: true,
		enumFields: ['kind'],
		parameters: [
			{
				name: 'domain',
				kind: 'text',
				isOption: false,
			},
		],
		query: 'query ($domain: String!, $freshness: Freshness, $maxCredits: Int) { answer: websiteCrawl(domain: $domain, freshness: $freshness, maxCredits: $maxCredits) { domain pagesCrawled metadata { title description keywords image } emails allEmails phones socialLinks contacts { kind value e164 confidence evidence { pageUrl method snippet } } credits { used remaining cached charges { rule item credits } } coverage { provider status pagesTried notes } } }',
		selection: '{ domain pagesCrawled metadata { title description keywords image } emails allEmails phones socialLinks contacts { kind value e164 confidence evidence { pageUrl method snippet } } credits { used remaining cached charges { rule item credits } } coverage { provider status pagesTried notes } }',
	},
	{
		name: 'adSpy',
		resource: 'ad',
		operation: 'search',
		rows: 'results',
		rowKey: ['url', 'title', 'adText', 'searchEngine'],
		paging: 'page',
		hasFreshness: false,
		enumFields: ['searchEngine'],
		parameters: [
			{
				name: 'query',
				kind: 'text',
				isOption: false,
			},
			{
				name: 'engine',
				kind: 'choice',
				isOption: false,
			},
			{
				name: 'page',
				kind: 'integer',
				isOption: false,
			},
			{
				name: 'country',
				kind: 'text',
				isOption: true,
			},
			{
				name: 'language',
				kind: 'text',
				isOption: true,
			},
			{
				name: 'includeHistory',
				kind: 'flag',
				isOption: false,
			},
		],
		query: 'query ($query: String!, $engine: AdEngine, $page: Int, $country: String, $language: String, $includeHistory: Boolean, $maxCredits: Int) { answer: adSpy(query: $query, engine: $engine, page: $page, country: $country, language: $language, includeHistory: $includeHistory, maxCredits: $maxCredits) { query searchEngine page freshCount historicalCount resultsCount results { position title url adText searchEngine firstSeen lastSeen isActive timesSeen timesLooked contactData { emails phones socialLinks metadata { title description keywords image } } } credits { used remaining cached charges { rule item credits } } coverage { provider status pagesTried notes } } }',
		selection: '{ query searchEngine page freshCount historicalCount resultsCount results { position title url adText searchEngine firstSeen lastSeen isActive timesSeen timesLooked contactData { emails phones socialLinks metadata { title description keywords image } } } credits { used remaining cached charges { rule item credits } } coverage { provider status pagesTried notes } }',
	},
	{
		name: 'placesSearch',
		resource: 'place',
		operation: 'search',
		rows: 'results',
		rowKey: ['placeId'],
		paging: 'pageToken',
		hasFreshness: true,
		enumFields: [],
		parameters: [
			{
				name: 'keyword',
				kind: 'text',
				isOption: false,
			},
			{
				name: 'pageToken',
				kind: 'text',
				isOption: false,
			},
			{
				name: 'country',
				kind: 'text',
				isOption: true,
			},
			{
				name: 'language',
				kind: 'text',
				isOption: true,
			},
		],
		query: 'query ($keyword: String, $pageToken: String, $country: String, $language: String, $freshness: Freshness, $maxCredits: Int) { answer: placesSearch(keyword: $keyword, pageToken: $pageToken, country: $country, language: $language, freshness: $freshness, maxCredits: $maxCredits) { keyword resultsCount nextPageToken partial skipped { placeId reason } attributions results { url name address phone website rating ratingTotal types weekdayText icon openNow placeId businessStatus cached } credits { used remaining cached charges { rule item credits } } coverage { provider status pagesTried notes } } }',
		selection: '{ keyword resultsCount nextPageToken partial skipped { placeId reason } attributions results { url name address phone website rating ratingTotal types weekdayText icon openNow placeId businessStatus cached } credits { used remaining cached charges { rule item credits } } coverage { provider status pagesTried notes } }',
	},
	{
		name: 'placeReviews',
		resource: 'place',
		operation: 'getReviews',
		rows: 'reviews',
		rowKey: ['authorUrl', 'time', 'text'],
		paging: null,
		hasFreshness: true,
		enumFields: [],
		parameters: [
			{
				name: 'placeId',
				kind: 'text',
				isOption: false,
			},
		],
		query: 'query ($placeId: String!, $freshness: Freshness, $maxCredits: Int) { answer: placeReviews(placeId: $placeId, freshness: $freshness, maxCredits: $maxCredits) { placeId reviews { authorName authorUrl language rating text time relativeTimeDescription profilePhotoUrl } cached credits { used remaining cached charges { rule item credits } } coverage { provider status pagesTried notes } } }',
		selection: '{ placeId reviews { authorName authorUrl language rating text time relativeTimeDescription profilePhotoUrl } cached credits { used remaining cached charges { rule item credits } } coverage { provider status pagesTried notes } }',
	},
];

export const operationProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: {
			show: {
				resource: ['lead'],
			},
		},
		options: [
			{
				name: 'Search',
				value: 'search',
				description: 'Search Google, Bing, Yahoo or DuckDuckGo for leads, with e-mails and phones found in the results. More than 7 results: 10 credits. 7 or fewer: 1 credit per distinct e-mail address found, at most 10. No results, or an answer from the cache (7 days): 0.',
				action: 'Search for leads',
			},
		],
		default: 'search',
	},
	{
		displayName: 'Query',
		name: 'query',
		displayOptions: {
			show: {
				resource: ['lead'],
				operation: ['search'],
			},
		},
		description: 'The search query or dork. Required unless Recipe Code is given.',
		type: 'string',
		default: '',
		placeholder: 'e.g. marketing agency new york',
	},
	{
		displayName: 'Recipe Code',
		name: 'code',
		displayOptions: {
			show: {
				resource: ['lead'],
				operation: ['search'],
			},
		},
		description: 'A saved recipe code; wins over Query',
		type: 'string',
		default: '',
	},
	{
		displayName: 'Engine',
		name: 'engine',
		displayOptions: {
			show: {
				resource: ['lead'],
				operation: ['search'],
			},
		},
		description: 'Search engine',
		type: 'options',
		options: [
			{
				name: 'Google',
				value: 'google',
			},
			{
				name: 'Bing',
				value: 'bing',
			},
			{
				name: 'Yahoo',
				value: 'yahoo',
			},
			{
				name: 'DuckDuckGo',
				value: 'duckduckgo',
			},
		],
		default: 'google',
	},
	{
		displayName: 'Page',
		name: 'page',
		displayOptions: {
			show: {
				resource: ['lead'],
				operation: ['search'],
			},
		},
		description: '0-based page of results',
		type: 'number',
		typeOptions: {
			minValue: 0,
			maxValue: 1000,
		},
		default: 0,
	},
	{
		displayName: 'Results Per Page',
		name: 'resultsPerPage',
		displayOptions: {
			show: {
				resource: ['lead'],
				operation: ['search'],
			},
		},
		description: 'Results per page; upstream pages of ten are joined',
		type: 'number',
		typeOptions: {
			minValue: 1,
			maxValue: 100,
		},
		default: 10,
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: {
			show: {
				resource: ['website'],
			},
		},
		options: [
			{
				name: 'Crawl',
				value: 'crawl',
				description: 'Crawl a web site (up to 15 pages) for e-mails, phones, social links and metadata. 1 credit per unique e-mail address of the site\'s own domain, at least 1 where any contact was found, at most 15. Nothing found, or an answer from the cache (14 days): 0.',
				action: 'Crawl a website for contacts',
			},
		],
		default: 'crawl',
	},
	{
		displayName: 'Domain',
		name: 'domain',
		required: true,
		displayOptions: {
			show: {
				resource: ['website'],
				operation: ['crawl'],
			},
		},
		description: 'The address to crawl; without a protocol, https:// is put before it',
		type: 'string',
		default: '',
		placeholder: 'e.g. example.com',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: {
			show: {
				resource: ['ad'],
			},
		},
		options: [
			{
				name: 'Search',
				value: 'search',
				description: 'Find running Google or Bing ads, with the history of earlier ones and the contacts of their landing pages. Fresh ads alone count: more than 7: 10 credits; 7 or fewer: 1 credit per ad with an e-mail address in its text. History and landing pages are free. Every call searches anew.',
				action: 'Search for ads',
			},
		],
		default: 'search',
	},
	{
		displayName: 'Query',
		name: 'query',
		required: true,
		displayOptions: {
			show: {
				resource: ['ad'],
				operation: ['search'],
			},
		},
		description: 'The ad search query',
		type: 'string',
		default: '',
		placeholder: 'e.g. marketing agency',
	},
	{
		displayName: 'Engine',
		name: 'engine',
		displayOptions: {
			show: {
				resource: ['ad'],
				operation: ['search'],
			},
		},
		description: 'Search engine',
		type: 'options',
		options: [
			{
				name: 'Google',
				value: 'google',
			},
			{
				name: 'Bing',
				value: 'bing',
			},
		],
		default: 'google',
	},
	{
		displayName: 'Page',
		name: 'page',
		displayOptions: {
			show: {
				resource: ['ad'],
				operation: ['search'],
			},
		},
		description: '0-based page of results',
		type: 'number',
		typeOptions: {
			minValue: 0,
			maxValue: 1000,
		},
		default: 0,
	},
	{
		displayName: 'Include History',
		name: 'includeHistory',
		displayOptions: {
			show: {
				resource: ['ad'],
				operation: ['search'],
			},
		},
		description: 'Whether ads of earlier searches are given as well',
		type: 'boolean',
		default: true,
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: {
			show: {
				resource: ['place'],
			},
		},
		options: [
			{
				name: 'Get Reviews',
				value: 'getReviews',
				description: 'Fetch up to five Google reviews of a place. 5 credits for a fresh look, 0 where the reviews are cached (7 days).',
				action: 'Get the reviews of a place',
			},
			{
				name: 'Search',
				value: 'search',
				description: 'Search Google Places for businesses, up to 20 a page, with phone, web site, rating and hours. 10 credits per place whose details are fetched, 0 per cached place (30 days). Up to 20 places a page.',
				action: 'Search for places',
			},
		],
		default: 'search',
	},
	{
		displayName: 'Keyword',
		name: 'keyword',
		displayOptions: {
			show: {
				resource: ['place'],
				operation: ['search'],
			},
		},
		description: 'What to search for. Required unless Page Token is given.',
		type: 'string',
		default: '',
		placeholder: 'e.g. restaurants new york',
	},
	{
		displayName: 'Page Token',
		name: 'pageToken',
		displayOptions: {
			show: {
				resource: ['place'],
				operation: ['search'],
			},
		},
		description: 'A previous answer\'s next_page_token',
		type: 'string',
		typeOptions: {
			password: true,
		},
		default: '',
	},
	{
		displayName: 'Place ID',
		name: 'placeId',
		required: true,
		displayOptions: {
			show: {
				resource: ['place'],
				operation: ['getReviews'],
			},
		},
		description: 'Google Place ID, from a places search',
		type: 'string',
		default: '',
		placeholder: 'e.g. ChIJr3_gqu5ZwokR',
	},
];

/** The REST status of each error code. */
export const errorStatus: Record<string, number> = {
	missing_param: 400,
	invalid_param: 400,
	invalid_code: 400,
	missing_api_key: 401,
	missing_user_id: 401,
	invalid_user_id: 400,
	invalid_api_key: 401,
	insufficient_credits: 402,
	max_credits_exceeded: 402,
	approval_required: 402,
	forbidden: 403,
	not_found: 404,
	not_cached: 404,
	method_not_allowed: 405,
	request_timeout: 408,
	rate_limited: 429,
	header_too_large: 431,
	bad_request: 400,
	db_error: 500,
	internal_error: 500,
	search_error: 502,
	crawl_error: 502,
	api_error: 502,
	auth_error: 503,
	overloaded: 503,
};
