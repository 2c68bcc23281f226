/** TypeScript sources need Node.js 24; the package `node` brings it wherever a script of this project runs. */
export function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 24) return;
  console.error(
    `Node.js ${process.versions.node} is too old for this file: run it by \`npx -y pnpm@12 start\`, which brings Node.js 24 along.`,
  );
  process.exit(1);
}
