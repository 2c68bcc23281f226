#!/bin/sh
# n8n looks for packages in its own folder, which is a volume: the image's version of ours is laid there at each start.
set -eu
nodes="${N8N_USER_FOLDER:-/home/node}/.n8n/nodes"
mkdir -p "$nodes/node_modules"
[ -f "$nodes/package.json" ] || echo '{"name":"installed-nodes","private":true}' > "$nodes/package.json"
rm -rf "$nodes/node_modules/n8n-nodes-leadgen"
cp -R /opt/n8n-nodes-leadgen "$nodes/node_modules/n8n-nodes-leadgen"
exec /docker-entrypoint.sh "$@"
