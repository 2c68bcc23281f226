# n8n with our nodes in it:
#   docker build -f deploy/n8n.Dockerfile -t leadgen-n8n .

FROM node:24.21.0-bookworm-slim AS package
WORKDIR /package
COPY packages/n8n-nodes-leadgen ./
RUN npx -y pnpm@12.21.0 install --frozen-lockfile && npx -y pnpm@12.21.0 exec n8n-node build

FROM n8nio/n8n:2.41.1
COPY --from=package /package/package.json /opt/n8n-nodes-leadgen/package.json
COPY --from=package /package/dist /opt/n8n-nodes-leadgen/dist
COPY --chmod=755 deploy/n8n-entrypoint.sh /n8n-entrypoint.sh
USER node
ENTRYPOINT ["tini", "--", "/n8n-entrypoint.sh"]
