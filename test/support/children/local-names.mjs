// Preloaded into a process under test: names of the scale test's sites lead to this machine. Everything else is resolved as ever.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';

const { lookup } = dns;
dns.lookup = (name, options, callback) => {
  if (!/^scale\d{1,9}\.org$/.test(name)) return lookup(name, options, callback);
  const [how, tell] = typeof options === 'function' ? [{}, options] : [options, callback];
  if (how.all) tell(null, [{ address: '127.0.0.1', family: 4 }]);
  else tell(null, '127.0.0.1', 4);
};
syncBuiltinESMExports();
