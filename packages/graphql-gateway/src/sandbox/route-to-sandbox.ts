import { Agent, type Dispatcher } from 'undici';
import type { Sandbox } from './start-sandbox.ts';

/**
 * Sends requests for the sandbox's own hosts to it, in plain whatever their scheme (there is no certificate for an invented name);
 * all others go on to the guarded agent.
 */
export function routeToSandbox(guarded: Dispatcher, sandbox: Sandbox): Dispatcher {
  const local = new Agent();
  return guarded.compose((dispatch) => (options, handler) => {
    const { host, hostname } = new URL(String(options.origin));
    if (!sandbox.hasHost(hostname)) return dispatch(options, handler);
    const headers = { ...(options.headers as Record<string, string>), host };
    return local.dispatch({ ...options, origin: sandbox.url, headers }, handler);
  });
}
