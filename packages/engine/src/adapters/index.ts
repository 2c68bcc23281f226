export { createAmember } from './amember.ts';
export { createDirectSerp } from './direct-serp.ts';
export { createGooglePlacesLegacy } from './google-places-legacy.ts';
export { createGooglePlacesNew } from './google-places-new.ts';
export { createRenderPage } from './render-page.ts';
export { createScraperApi } from './scraperapi.ts';
export { createSearxng } from './searxng.ts';
export { systemClock } from './system-clock.ts';
