import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  createAnswerCache,
  createAuthenticate,
  createFetchPage,
  createGuardedAgent,
  createProviderBreaker,
  createSavePage,
  createSingleFlight,
  createUpstreamQueue,
  type EngineContext,
  type Log,
  type PlacesProvider,
  parseCrawlAllow,
  type SerpProvider,
  type Store,
  searchAddress,
} from '@leadgen/engine';
import {
  createAmember,
  createDirectSerp,
  createGooglePlacesLegacy,
  createGooglePlacesNew,
  createScraperApi,
  createSearxng,
  systemClock,
} from '@leadgen/engine/adapters';
import type { GatewayConfig } from './config.ts';
