# One image for gateways, workers and commands:
#   docker build -t leadgen-engine .
#   docker run … leadgen-engine                   the gateway on port 4000
#   docker run … leadgen-engine leadgen worker    a worker; any other command likewise
# It needs no write access but to /data, which only the embedded database and saved unknown pages use.

FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages/engine/package.json packages/engine/
COPY packages/graphql-gateway/package.json packages/graphql-gateway/
RUN npx -y pnpm@12.21.0 install --prod --frozen-lockfile --filter "@leadgen/graphql-gateway..."

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=8 HOST=0.0.0.0 PORT=4000 LEADGEN_DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app ./
COPY packages/engine/src packages/engine/src
COPY packages/graphql-gateway/src packages/graphql-gateway/src
COPY packages/graphql-gateway/check-node.mjs packages/graphql-gateway/leadgen.mjs packages/graphql-gateway/start.mjs packages/graphql-gateway/schema.graphql packages/graphql-gateway/
RUN ln -s /app/packages/graphql-gateway/leadgen.mjs /usr/local/bin/leadgen \
  && mkdir -p /data node_modules/.cache \
  && chown node:node /data node_modules/.cache
USER node
# Compiles what every start needs once and for all: later the folder may be read-only.
RUN leadgen --help > /dev/null
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "packages/graphql-gateway/start.mjs"]
