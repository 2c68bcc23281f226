const {PGlite} = await import('@electric-sql/pglite');
import { rmSync } from 'node:fs';
for (const params of [undefined, ['--no-sync'], ['--no-locale','--no-sync'], undefined]) {
rmSync('/tmp/pgl', {recursive:true, force:true});
let t = performance.now(); let c = process.cpuUsage();
try {
let p = await PGlite.create({dataDir:'/tmp/pgl', relaxedDurability:false, ...(params ? {initDbStartParams: params} : {})});
console.log(JSON.stringify(params), Math.round(performance.now()-t), Math.round(process.cpuUsage(c).user/1000), Math.round(process.cpuUsage(c).system/1000));
console.log((await p.query(`select datcollate, datctype, pg_encoding_to_char(encoding) e from pg_database`)).rows[0]);
await p.close(); } catch (e) { console.log(params, e.message); }
}
