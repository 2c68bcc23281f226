export { ConfigError, type GatewayConfig, readConfig } from './config.ts';
export { derivedFiles } from './derived-files.ts';
export { createGateway } from './gateway.ts';
export { createLog } from './observe/logging.ts';
export { redactSecrets } from './observe/redact-secrets.ts';
export { type Sandbox, startSandbox } from './sandbox/start-sandbox.ts';
export { openWiredStore, wireEngine } from './wiring.ts';
